"""How alike two words are, and by what: meaning, sound, or spelling."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import JaroWinkler, Levenshtein

from register.names.how import How
from register.names.reading import Word

REMEMBERED: Final = 1 << 18  # pairs of words
LEAST_ALIKE: Final = 0.6  # below, two spellings are two words
_BY_LENGTH: Final = {1: 0.35, 2: 0.6, 3: 0.8}  # likeness of equal skeletons so short, before the vowels are looked at
_LONGER: Final = 0.9


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far two words are one, 0 to 1."""

    how: How
    share: float


UNLIKE: Final = Likeness(How.LEFT_OVER, 0.0)


class Likenesses:
    """Compares words, and remembers what it compared: names are made of the same words again and again."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Likeness]] = {}
        self._remembered = 0

    def of(self, one: Word, other: Word) -> Likeness:
        """Compare two words."""
        return self.among(one, (other,))[0]

    def among(self, one: Word, others: Sequence[Word]) -> list[Likeness]:
        """Compare a word with each of the others."""
        known = self._known.get(one.text)
        if known is None:
            self._remembered += 1
            known = self._known[one.text] = {}
        no_meaning, no_initial = one.meanings.isdisjoint, one.initials.isdisjoint
        return [  # most words have nothing in common: seen here, before anything is called or remembered
            UNLIKE
            if no_initial(other.initials) and no_meaning(other.meanings)
            else known.get(other.text) or self._compared(known, one, other)
            for other in others
        ]

    def _compared(self, known: dict[str, Likeness], one: Word, other: Word) -> Likeness:
        if self._remembered >= REMEMBERED:
            self._known.clear()
            self._remembered = 0
        self._remembered += 1
        found = known[other.text] = likeness(one, other)
        return found


def likeness(one: Word, other: Word) -> Likeness:
    """Compare two words, the surest way first."""
    if one.text == other.text:
        return Likeness(How.SAME, 1.0)
    other_script = one.arabic != other.arabic
    if not one.meanings.isdisjoint(other.meanings):
        return Likeness(How.TRANSLATED if other_script else How.SAME, 1.0)
    if both := one.skeletons & other.skeletons:
        longest = max(map(len, both))
        least = _BY_LENGTH.get(longest, _LONGER)
        how = How.TRANSLITERATED if other_script else How.ALIKE
        return Likeness(how, least + (1 - least) * _vowels(one, other))
    if (one.known and other.known) or one.initials.isdisjoint(other.initials):
        return UNLIKE
    return _spelled(one, other)


def _vowels(one: Word, other: Word) -> float:
    return max((Levenshtein.normalized_similarity(a, b) for a in one.sounds for b in other.sounds), default=0.0)


def _spelled(one: Word, other: Word) -> Likeness:
    bones = max(JaroWinkler.normalized_similarity(a, b) for a in one.skeletons for b in other.skeletons)
    if bones < LEAST_ALIKE:
        return UNLIKE
    share = bones * _vowels(one, other)
    return Likeness(How.ALIKE, share) if share >= LEAST_ALIKE else UNLIKE
