"""Two names compared word by word: a score, and the reasons for it."""

from collections.abc import Callable, Container, Sequence
from itertools import product
from typing import Final, NamedTuple

from register.names.how import How
from register.names.reading import ReadName, Word, joined
from streams.suggestions.likeness import Likeness, Likenesses

DOUBT: Final = 0.7  # weight of the doubt that stays however alike: names of common words alone prove little
OTHER_FORM: Final = 0.95  # of a score, where both names state a legal form and not the same
UNSAID_FORM: Final = 0.98  # where one of them states none
OTHER_STATE: Final = 0.9
JOINED: Final = 1 << 15  # pairs of neighbouring words that are remembered as one
FROM_LIKE_JOINED: Final = 0.75  # likeness of words that a blank parts


class Reason(NamedTuple):
    """One word of the asked name, one of the known name, and what they say for one company; "" where one has none."""

    asked: str
    known: str
    how: How
    weight: float
    """How much the words tell, by their rarity."""
    share: float
    """How alike they are, 0 to 1."""


class Pair(NamedTuple):
    """Words of two names, by their places, that belong together. A tuple: a hundred are made for one question."""

    asked: tuple[int, ...]
    known: tuple[int, ...]
    likeness: Likeness
    weight: float
    worth: float
    """Weight by likeness."""


class Compared(NamedTuple):
    """Two names compared; the score is 0 to 1."""

    score: float
    pairs: list[Pair]


class Comparison:
    """Compares names by the weights of their words."""

    def __init__(self, weigh: Callable[[str], float], weigh_word: Callable[[Word], float]) -> None:
        self._weigh = weigh
        self._own = weigh_word
        self._likenesses = Likenesses()
        self._joined: dict[tuple[str, str], Word] = {}

    def compare(self, asked: ReadName, known: ReadName, *, same_state: bool) -> Compared:
        """Compare two names."""
        pairs = self._pairs(asked.words, known.words)
        if not pairs:
            return Compared(0.0, pairs)
        proven = sum([pair.worth for pair in pairs])
        alone = self._alone(asked.words, [pair.asked for pair in pairs])
        alone += self._alone(known.words, [pair.known for pair in pairs])
        score = 2 * proven / (2 * sum([pair.weight for pair in pairs]) + alone) * proven / (proven + DOUBT)
        if asked.legal_classes != known.legal_classes:
            score *= OTHER_FORM if asked.legal_classes and known.legal_classes else UNSAID_FORM
        return Compared(score if same_state else score * OTHER_STATE, pairs)

    def _alone(self, words: Sequence[Word], used: Sequence[tuple[int, ...]]) -> float:
        return sum(map(self._own, _left(words, used)))

    def reasons(self, asked: ReadName, known: ReadName, compared: Compared) -> tuple[Reason, ...]:
        """Say word by word why two names are alike: the weightiest pairs first, then what is left over."""
        pairs = (
            Reason(
                _text(asked.words, pair.asked),
                _text(known.words, pair.known),
                pair.likeness.how,
                round(pair.weight, 2),
                round(pair.likeness.share, 2),
            )
            for pair in sorted(compared.pairs, key=lambda pair: -pair.worth)
        )
        alone = [
            *(self._reason(word, asked=True) for word in _left(asked.words, [pair.asked for pair in compared.pairs])),
            *(self._reason(word, asked=False) for word in _left(known.words, [pair.known for pair in compared.pairs])),
        ]
        return (*pairs, *alone)

    def _reason(self, word: Word, *, asked: bool) -> Reason:
        return Reason(
            word.text if asked else "", "" if asked else word.text, How.LEFT_OVER, round(self._own(word), 2), 0.0
        )

    def _pairs(self, asked: Sequence[Word], known: Sequence[Word]) -> list[Pair]:
        """Give each word its best partner, the weightiest first; then try what is left over without its blanks."""
        possible = [
            Pair((i,), (j,), found, weight := self._shared(one, known[j], found), weight * found.share)
            for i, one in enumerate(asked)
            for j, found in enumerate(self._likenesses.among(one, known))
            if found.share
        ]
        used_asked: set[int] = set()
        used_known: set[int] = set()
        taken = _best(possible, used_asked, used_known)
        if len(used_asked) < len(asked) and len(used_known) < len(known):
            taken += _best(self._parted(asked, known, used_asked, used_known), used_asked, used_known)
        return taken

    def _parted(
        self, asked: Sequence[Word], known: Sequence[Word], used_asked: Container[int], used_known: Container[int]
    ) -> list[Pair]:
        """Pairs of two neighbours on one side with one word on the other, none of them used yet."""
        found = []
        left_asked = [place for place in range(len(asked)) if place not in used_asked]
        left_known = [place for place in range(len(known)) if place not in used_known]
        for i, j in product(left_asked, left_known):
            if asked[i].initials.isdisjoint(known[j].initials):
                continue
            if i + 1 in left_asked and (both := self._both((asked[i], asked[i + 1]), known[j])):
                found.append(self._joined_pair((i, i + 1), (j,), both, known[j]))
            if j + 1 in left_known and (both := self._both((known[j], known[j + 1]), asked[i])):
                found.append(self._joined_pair((i,), (j, j + 1), both, asked[i]))
        return found

    def _joined_pair(self, asked: tuple[int, ...], known: tuple[int, ...], both: Likeness, whole: Word) -> Pair:
        weight = self._own(whole)
        return Pair(asked, known, both, weight, weight * both.share)

    def _both(self, two: tuple[Word, Word], one: Word) -> Likeness | None:
        pair = (two[0].text, two[1].text)
        whole = self._joined.get(pair)
        if whole is None:
            if len(self._joined) >= JOINED:
                self._joined.clear()
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


def _best(possible: list[Pair], used_asked: set[int], used_known: set[int]) -> list[Pair]:
    """Take the weightiest pairs that share no word."""
    taken = []
    for pair in sorted(possible, key=lambda pair: -pair.worth):
        if used_asked.isdisjoint(pair.asked) and used_known.isdisjoint(pair.known):
            taken.append(pair)
            used_asked.update(pair.asked)
            used_known.update(pair.known)
    return taken


def _left(words: Sequence[Word], used: Sequence[tuple[int, ...]]) -> list[Word]:
    gone = {place for places in used for place in places}
    return [word for place, word in enumerate(words) if place not in gone]


def _text(words: Sequence[Word], places: Sequence[int]) -> str:
    return " ".join(words[place].text for place in places)
