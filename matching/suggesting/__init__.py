"""The stewards' queue of similar names: which pairs of companies are in it, and why."""
