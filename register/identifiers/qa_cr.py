"""The Qatari commercial registration number: no verified format, kept as stated.

>>> is_valid("101850"), is_valid("N/A"), format("101850")
(True, False, '101850')
"""

from register.identifiers.raw import compact, format, is_valid, validate  # noqa: A004  (the four names of python-stdnum)

__all__ = ["compact", "format", "is_valid", "validate"]
