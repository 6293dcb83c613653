"""A trade licence number of an emirate or of a free zone of the United Arab Emirates: every zone has its own format.

>>> is_valid("CN-1020637-1"), is_valid("N/A"), format("CN-1020637-1")
(True, False, 'CN-1020637-1')
"""

from register.identifiers.raw import compact, format, is_valid, validate  # noqa: A004  (the four names of python-stdnum)

__all__ = ["compact", "format", "is_valid", "validate"]
