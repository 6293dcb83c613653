"""Writes the pages of docs/reference: `python -m docs.generate`."""
