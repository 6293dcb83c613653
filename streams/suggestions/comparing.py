"""Two names compared word by word: a score, and the reasons for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from register.names.reading import ReadName, Word, joined
from streams.suggestions.likeness import How, Likeness, Likenesses

DOUBT: Final = 0.7  # weight of the doubt that stays however alike: names of common words alone prove little
OTHER_FORM: Final = 0.95  # of a score, where both names state a legal form and not the same
UNSAID_FORM: Final = 0.98  # where one of them states none
OTHER_STATE: Final = 0.9
FROM_LIKE_JOINED: Final = 0.75  # likeness of words that a blank parts

Weigh = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Reason:
    """One word of the asked name, one of the known name, and what they say for one company; "" where one has none."""

    asked: str
    known: str
    how: How
    weight: float
    """How much the words tell, by their rarity."""
    share: float
    """How alike they are, 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Pair:
    asked: Sequence[int]
    known: Sequence[int]
    likeness: Likeness
    weight: float

    @property
    def worth(self) -> float:
        return self.weight * self.likeness.share


class Comparison:
    """Compares names by the weights of their words."""

    def __init__(self, weigh: Weigh) -> None:
        self._weigh = weigh
        self._likenesses = Likenesses()
        self._joined: dict[tuple[str, str], Word] = {}

    def score(self, asked: ReadName, known: ReadName, *, same_state: bool) -> tuple[float, tuple[Reason, ...]]:
        """Compare; gives the score, 0 to 1, and the reasons, the weightiest first."""
        pairs = self._pairs(asked.words, known.words)
        left = [*_left(asked.words, (p.asked for p in pairs)), *_left(known.words, (p.known for p in pairs))]
        proven = sum(pair.worth for pair in pairs)
        whole = 2 * sum(pair.weight for pair in pairs) + sum(self._own(word) for _, word in left)
        score = 2 * proven / whole * proven / (proven + DOUBT) if whole and proven else 0.0
        if asked.legal_classes != known.legal_classes:
            score *= OTHER_FORM if asked.legal_classes and known.legal_classes else UNSAID_FORM
        if not same_state:
            score *= OTHER_STATE
        return score, ()

    def reasons(self, asked: ReadName, known: ReadName) -> tuple[Reason, ...]:
        """Say word by word why two names are alike, the weightiest pairs first and then what is left over."""
        pairs = self._pairs(asked.words, known.words)
        told = [
            Reason(
                asked=_text(asked.words, pair.asked),
                known=_text(known.words, pair.known),
                how=pair.likeness.how,
                weight=round(pair.weight, 2),
                share=round(pair.likeness.share, 2),
            )
            for pair in sorted(pairs, key=lambda pair: -pair.worth)
        ]
        for _, word in _left(asked.words, (pair.asked for pair in pairs)):
            told.append(Reason(word.text, "", How.LEFT_OVER, round(self._own(word), 2), 0.0))
        for _, word in _left(known.words, (pair.known for pair in pairs)):
            told.append(Reason("", word.text, How.LEFT_OVER, round(self._own(word), 2), 0.0))
        return tuple(told)

    def _pairs(self, asked: Sequence[Word], known: Sequence[Word]) -> list[_Pair]:
        """Give each word its best partner, the weightiest first; then try words that a blank parts."""
        possible = [
            _Pair((i,), (j,), found, self._shared(one, other, found))
            for i, one in enumerate(asked)
            for j, other in enumerate(known)
            if (found := self._likenesses.of(one, other)).share
        ]
        possible += self._parted(asked, known)
        possible.sort(key=lambda pair: -pair.worth)
        taken: list[_Pair] = []
        used_asked: set[int] = set()
        used_known: set[int] = set()
        for pair in possible:
            if used_asked.isdisjoint(pair.asked) and used_known.isdisjoint(pair.known):
                taken.append(pair)
                used_asked.update(pair.asked)
                used_known.update(pair.known)
        return taken

    def _parted(self, asked: Sequence[Word], known: Sequence[Word]) -> Iterator[_Pair]:
        """Pairs of two neighbours on one side with one word on the other."""
        for i, two in enumerate(pairwise(asked)):
            for j, other in enumerate(known):
                if (found := self._both(two, other)) is not None:
                    yield _Pair((i, i + 1), (j,), found, self._own(other))
        for j, two in enumerate(pairwise(known)):
            for i, one in enumerate(asked):
                if (found := self._both(two, one)) is not None:
                    yield _Pair((i,), (j, j + 1), found, self._own(one))

    def _both(self, two: tuple[Word, Word], one: Word) -> Likeness | None:
        pair = (two[0].text, two[1].text)
        whole = self._joined.get(pair)
        if whole is None:
            whole = self._joined[pair] = joined(two)
        found = self._likenesses.of(whole, one)
        return found if found.share >= FROM_LIKE_JOINED else None

    def _shared(self, one: Word, other: Word, found: Likeness) -> float:
        """Weigh a pair: by the meaning that they share; by the Latin word where only the sound is shared."""
        if found.how in (How.SAME, How.TRANSLATED):
            return max(map(self._weigh, one.meanings & other.meanings))
        if one.arabic == other.arabic:
            return min(self._own(one), self._own(other))
        return self._own(one if other.arabic else other)

    def _own(self, word: Word) -> float:
        return min(map(self._weigh, word.meanings))


def _left(words: Sequence[Word], used: Iterator[Sequence[int]]) -> list[tuple[int, Word]]:
    gone = {place for places in used for place in places}
    return [(place, word) for place, word in enumerate(words) if place not in gone]


def _text(words: Sequence[Word], places: Sequence[int]) -> str:
    return " ".join(words[place].text for place in places)
