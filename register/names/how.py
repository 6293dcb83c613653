"""By what two words of names belong together."""

from enum import StrEnum


class How(StrEnum):
    """By what two words belong together."""

    UNKNOWN = "unknown"
    """A way that this version does not know."""
    SAME = "same"
    TRANSLATED = "translated"
    TRANSLITERATED = "transliterated"
    ALIKE = "spelled alike"
    LEFT_OVER = "left over"
