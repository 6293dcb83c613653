"""Compare two words: how similar they are, and by what (meaning, sound or spelling)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import JaroWinkler, Levenshtein

from matching.names.name_parser import Word
from register.names.word_match_kind import How

REMEMBERED: Final = 1 << 18  # pairs of words
LEAST_ALIKE: Final = 0.6  # below, two spellings are two words
SURELY_ALIKE: Final = 0.75  # the same, where one is a word with a meaning, which is seldom misspelt
BY_SOUND: Final = 0.5  # vowels in common, where a word with a meaning is meant as a name and written by its sound
SYNONYM: Final = 0.6  # two words of one script and one meaning: who is called Ahli is not called Watani
_BY_LENGTH: Final = {1: 0.35, 2: 0.6, 3: 0.8}  # likeness of equal skeletons so short, before the vowels are looked at
_LONGER: Final = 0.9


@dataclass(frozen=True, slots=True)
class Likeness:
    """How similar two words are, 0 to 1, and by what."""

    how: How
    share: float


UNLIKE: Final = Likeness(How.LEFT_OVER, 0.0)


class Likenesses:
    """Compares words, and caches the results: the same words occur in many names."""

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
        return [  # most words have nothing in common: skip them before any call and without a cache entry
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
    """Compare two words by the surest sign that they share: meaning, then sound, then spelling."""
    if one.text == other.text:
        return Likeness(How.SAME, 1.0)
    other_script = one.arabic != other.arabic
    if not one.meanings.isdisjoint(other.meanings):
        if other_script:
            return Likeness(How.TRANSLATED, 1.0)
        return Likeness(How.SAME, 1.0) if _one_stem(one.text, other.text) else Likeness(How.TRANSLATED, SYNONYM)
    if (one.number and other.number) or (one.known and other.known and not other_script):
        return UNLIKE
    if both := one.skeletons & other.skeletons:
        return _sounding(one, other, max(map(len, both)))
    if (one.known and other.known) or one.initials.isdisjoint(other.initials):
        return UNLIKE
    return _spelled(one, other)


def _one_stem(one: str, other: str) -> bool:
    """Tell whether one word is the other with letters left out: كويت and كويتي, co and company."""
    shorter, longer = sorted((one, other), key=len)
    letters = iter(longer)
    return all(letter in letters for letter in shorter)


def _sounding(one: Word, other: Word, longest: int) -> Likeness:
    """Compare words with the same consonants. The vowels of a word with a meaning must agree as well."""
    other_script = one.arabic != other.arabic
    how = How.TRANSLITERATED if other_script else How.ALIKE
    least, vowels = _BY_LENGTH.get(longest, _LONGER), _vowels(one, other)
    share = least + (1 - least) * vowels
    if one.arabic and other.arabic:
        share = min(share, Levenshtein.normalized_similarity(one.text, other.text))
    if one.known or other.known:
        return Likeness(how, share) if vowels >= (BY_SOUND if other_script else SURELY_ALIKE) else UNLIKE
    return Likeness(how, share) if share >= LEAST_ALIKE or other_script else UNLIKE


def _vowels(one: Word, other: Word) -> float:
    return max((Levenshtein.normalized_similarity(a, b) for a in one.sounds for b in other.sounds), default=0.0)


def _spelled(one: Word, other: Word) -> Likeness:
    sound = max(JaroWinkler.normalized_similarity(a, b) for a in one.skeletons for b in other.skeletons)
    if sound < LEAST_ALIKE:
        return UNLIKE
    share = sound * _vowels(one, other)
    least = SURELY_ALIKE if (one.known or other.known) and one.arabic == other.arabic else LEAST_ALIKE
    return Likeness(How.ALIKE, share) if share >= least else UNLIKE
