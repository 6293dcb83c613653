"""By what two words of names belong together."""

from enum import StrEnum


class How(StrEnum):
    """Why two words belong together."""

    UNKNOWN = "unknown"
    """A reason that this version does not know."""
    SAME = "same"
    TRANSLATED = "translated"
    TRANSLITERATED = "transliterated"
    ALIKE = "spelled alike"
    LEFT_OVER = "left over"
