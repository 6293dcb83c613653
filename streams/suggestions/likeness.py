"""How alike two words are, and by what: meaning, sound, or spelling."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import JaroWinkler, Levenshtein

from register.names.reading import Word

REMEMBERED: Final = 1 << 18  # pairs of words
LEAST_ALIKE: Final = 0.6  # below, two spellings are two words
_BY_LENGTH: Final = {1: 0.35, 2: 0.6, 3: 0.8}  # likeness of equal skeletons so short, before the vowels are looked at
_LONGER: Final = 0.9


class How(StrEnum):
    """By what two words belong together."""

    SAME = "same"
    TRANSLATED = "translated"
    TRANSLITERATED = "transliterated"
    ALIKE = "spelled alike"
    LEFT_OVER = "left over"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far two words are one, 0 to 1."""

    how: How
    share: float


_UNLIKE: Final = Likeness(How.LEFT_OVER, 0.0)


class Likenesses:
    """Compares words, and remembers what it compared: names are made of the same words again and again."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Likeness] = {}

    def of(self, one: Word, other: Word) -> Likeness:
        """Compare two words."""
        pair = (one.text, other.text)
        found = self._known.get(pair)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[pair] = likeness(one, other)
        return found


def likeness(one: Word, other: Word) -> Likeness:
    """Compare two words, the surest way first."""
    if one.text == other.text:
        return Likeness(How.SAME, 1.0)
    if not one.meanings.isdisjoint(other.meanings):
        return Likeness(How.TRANSLATED, 1.0)
    if both := one.skeletons & other.skeletons:
        longest = max(map(len, both))
        least = _BY_LENGTH.get(longest, _LONGER)
        return Likeness(How.TRANSLITERATED, least + (1 - least) * _vowels(one, other))
    if (one.known and other.known) or one.initials.isdisjoint(other.initials):
        return _UNLIKE
    return _spelled(one, other)


def _vowels(one: Word, other: Word) -> float:
    return max((Levenshtein.normalized_similarity(a, b) for a in one.sounds for b in other.sounds), default=0.0)


def _spelled(one: Word, other: Word) -> Likeness:
    bones = max(JaroWinkler.normalized_similarity(a, b) for a in one.skeletons for b in other.skeletons)
    if bones < LEAST_ALIKE:
        return _UNLIKE
    share = bones * _vowels(one, other)
    return Likeness(How.ALIKE, share) if share >= LEAST_ALIKE else _UNLIKE
