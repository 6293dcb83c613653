"""Compare two names word by word: the probability that they name one company, and the reasons.

The words give the evidence as a few numbers. Their coefficients were fitted (schemas/names/likelihood.yaml).
"""

from collections.abc import Callable, Container, Sequence
from itertools import product
from math import exp, log, log1p
from operator import attrgetter
from typing import Final, NamedTuple

from matching.names.name_parser import ReadName, Word, joined
from matching.names.word_likeness import Likeness, Likenesses
from register.names.likelihood import Likelihood, NameEvidence
from register.names.word_match_kind import How

DOUBT: Final = 0.7  # weight of the doubt that stays however alike: names of common words alone prove little
UNSAID: Final = 0.5  # of the evidence of two different things, where only one name states one
SURE: Final = 0.99  # no more and no less than this is ever explained: its odds must stay finite
LIGHT: Final = 0.4  # of the weight of a word that tells little whatever its rarity
JOINED: Final = 1 << 15  # pairs of neighbouring words that are remembered as one
FROM_LIKE_JOINED: Final = 0.75  # likeness of words that a blank parts


class Reason(NamedTuple):
    """One word of each name, and what they say for one company. "" where a name has none."""

    asked: str
    known: str
    how: How
    weight: float
    """The weight of the words, by their rarity."""
    share: float
    """How alike they are, 0 to 1."""


class WordMatch(NamedTuple):
    """Words of two names, by their places, that belong together. A tuple: a hundred are made for one question."""

    asked: tuple[int, ...]
    known: tuple[int, ...]
    likeness: Likeness
    weight: float
    worth: float
    """Weight by likeness."""


_WORTH: Final = attrgetter("worth")


class Compared(NamedTuple):
    """Two names compared; the score is the probability that they name one company."""

    score: float
    pairs: list[WordMatch]
    evidence: NameEvidence
    home: frozenset[str]
    """Meanings that name the jurisdiction of both names: they weigh little here."""


NO_NUMBER: Final[frozenset[str]] = frozenset()
NOTHING: Final = Compared(0.0, [], NameEvidence(), frozenset())


class NameComparer:
    """Compares names by the weights of their words."""

    def __init__(
        self, weigh: Callable[[str], float], weigh_word: Callable[[Word], float], likelihood: Likelihood
    ) -> None:
        self._weigh = weigh
        self._weigh_word = weigh_word
        self._odds = likelihood.odds
        self._likenesses = Likenesses()
        self._joined: dict[tuple[str, str], Word] = {}

    def compare(
        self, asked: ReadName, known: ReadName, *, same_jurisdiction: bool, home: frozenset[str] = frozenset()
    ) -> Compared:
        """Compare two names; `home` has the meanings that name the jurisdiction of both."""
        pairs = self._pairs(asked.words, known.words, home)
        if not pairs:
            return NOTHING
        proven = sum([pair.worth for pair in pairs])
        left_asked = _left_over(asked.words, [pair.asked for pair in pairs])
        left_known = _left_over(known.words, [pair.known for pair in pairs])
        alone = sum([self._own(word, home) for word in left_asked + left_known]) if left_asked or left_known else 0.0
        explained = 2 * proven / (2 * sum([pair.weight for pair in pairs]) + alone) * proven / (proven + DOUBT)
        evidence = NameEvidence(
            log(max(explained, 1 - SURE) / (1 - min(explained, SURE))),
            log1p(proven),
            0.0 if same_jurisdiction else 1.0,
            _difference(asked.legal_classes, known.legal_classes),
            _difference(_numbers(left_asked), _numbers(left_known)) if alone else 0.0,
        )
        return Compared(1 / (1 + exp(-self._odds(evidence))), pairs, evidence, home)

    def _own(self, word: Word, home: frozenset[str]) -> float:
        if word.light or not home.isdisjoint(word.meanings):
            return self._weigh_word(word) * LIGHT
        return self._weigh_word(word)

    def reasons(self, asked: ReadName, known: ReadName, compared: Compared) -> tuple[Reason, ...]:
        """Give the reasons word by word: the weightiest pairs first, then the words without a partner."""
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
            *(
                Reason(word.text, "", How.LEFT_OVER, round(self._own(word, compared.home), 2), 0.0)
                for word in _left_over(asked.words, [pair.asked for pair in compared.pairs])
            ),
            *(
                Reason("", word.text, How.LEFT_OVER, round(self._own(word, compared.home), 2), 0.0)
                for word in _left_over(known.words, [pair.known for pair in compared.pairs])
            ),
        ]
        return (*pairs, *alone)

    def _pairs(self, asked: Sequence[Word], known: Sequence[Word], home: frozenset[str]) -> list[WordMatch]:
        """Give each word its best partner, the weightiest pair first; then join the words without a partner."""
        possible = [
            WordMatch(
                (i,), (j,), found, weight := self._weight_of_pair(one, known[j], found, home), weight * found.share
            )
            for i, one in enumerate(asked)
            for j, found in enumerate(self._likenesses.among(one, known))
            if found.share
        ]
        used_asked: set[int] = set()
        used_known: set[int] = set()
        taken = _best(possible, used_asked, used_known)
        left_asked, left_known = len(asked) - len(used_asked), len(known) - len(used_known)
        if left_asked and left_known and left_asked + left_known > 2:
            parted = self._joined_words(asked, known, home, used_asked, used_known)
            if parted:
                taken += _best(parted, used_asked, used_known)
        return taken

    def _joined_words(
        self,
        asked: Sequence[Word],
        known: Sequence[Word],
        home: frozenset[str],
        used_asked: Container[int],
        used_known: Container[int],
    ) -> list[WordMatch]:
        """Give pairs of two joined neighbours in one name and one word of the other; no word is used twice."""
        found = []
        left_asked = [place for place in range(len(asked)) if place not in used_asked]
        left_known = [place for place in range(len(known)) if place not in used_known]
        for i, j in product(left_asked, left_known):
            if asked[i].initials.isdisjoint(known[j].initials):
                continue
            if i + 1 in left_asked and (both := self._likeness_of_two((asked[i], asked[i + 1]), known[j])):
                found.append(_joined_pair((i, i + 1), (j,), both, self._own(known[j], home)))
            if j + 1 in left_known and (both := self._likeness_of_two((known[j], known[j + 1]), asked[i])):
                found.append(_joined_pair((i,), (j, j + 1), both, self._own(asked[i], home)))
        return found

    def _likeness_of_two(self, two: tuple[Word, Word], one: Word) -> Likeness | None:
        pair = (two[0].text, two[1].text)
        whole = self._joined.get(pair)
        if whole is None:
            if len(self._joined) >= JOINED:
                self._joined.clear()
            whole = self._joined[pair] = joined(two)
        found = self._likenesses.of(whole, one)
        return found if found.share >= FROM_LIKE_JOINED else None

    def _weight_of_pair(self, one: Word, other: Word, found: Likeness, home: frozenset[str]) -> float:
        """Weigh a pair by its shared meaning; by the Latin word where only the sound is shared."""
        if found.how in (How.SAME, How.TRANSLATED):
            meanings = one.meanings if one is other else one.meanings & other.meanings
            weight = max(map(self._weigh, meanings))
            return weight * LIGHT if (one.light and other.light) or not home.isdisjoint(meanings) else weight
        if one.arabic == other.arabic:
            return min(self._own(one, home), self._own(other, home))
        latin, arabic = (one, other) if other.arabic else (other, one)
        if arabic.known and not latin.known:
            return min(self._own(latin, home), self._own(arabic, home))
        return self._own(latin, home)


def _joined_pair(asked: tuple[int, ...], known: tuple[int, ...], both: Likeness, weight: float) -> WordMatch:
    return WordMatch(asked, known, both, weight, weight * both.share)


def _best(possible: list[WordMatch], used_asked: set[int], used_known: set[int]) -> list[WordMatch]:
    """Take the weightiest pairs that share no word."""
    taken = []
    for pair in sorted(possible, key=_WORTH, reverse=True):
        if used_asked.isdisjoint(pair.asked) and used_known.isdisjoint(pair.known):
            taken.append(pair)
            used_asked.update(pair.asked)
            used_known.update(pair.known)
    return taken


def _difference(one: frozenset[str], other: frozenset[str]) -> float:
    """Measure how far two names state different things: 1 where both state one, less where only one does."""
    if one == other:
        return 0.0
    return 1.0 if one and other else UNSAID


def _numbers(left: Sequence[Word]) -> frozenset[str]:
    found = [word.number for word in left if word.number]
    return frozenset(found) if found else NO_NUMBER


def _left_over(words: Sequence[Word], used: Sequence[tuple[int, ...]]) -> list[Word]:
    gone = {place for places in used for place in places}
    if len(gone) == len(words):
        return []
    return [word for place, word in enumerate(words) if place not in gone]


def _text(words: Sequence[Word], places: Sequence[int]) -> str:
    return " ".join(words[place].text for place in places)
