"""Rebuild the register from its topics, beside the live one, and compare the two company by company."""
