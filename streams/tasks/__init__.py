"""The task runtime: exactly once, in batches. Faust gives the worker, the group and the supervision."""
