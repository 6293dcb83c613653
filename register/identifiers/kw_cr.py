"""The Kuwaiti commercial registration number: no verified format, kept as stated.

>>> is_valid("12345"), is_valid("N/A"), format("12345")
(True, False, '12345')
"""

from register.identifiers.raw import compact, format, is_valid, validate  # noqa: A004  (the four names of python-stdnum)

__all__ = ["compact", "format", "is_valid", "validate"]
