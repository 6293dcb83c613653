"""Reads the YAML of the contract: authorities, topics, precedence, legal forms, IT companies, names."""
