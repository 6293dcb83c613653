"""Which known names may be the one asked for: an inverted index of what words mean and how they sound.

Blocking: a rare word is followed on its own, common words only where two of them stand in the same name. So the names
that are looked at stay some hundreds of a hundred thousand, whatever the words.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, pairwise, product
from math import log
from typing import Final

from register.names.reading import ReadName, Word, joined

RARE: Final = 150  # names: a key that has no more is followed on its own
COMMON: Final = 5_000  # names: two keys that both have more are not followed together, either
ENOUGH: Final = 300  # names to weigh for one question; the last key may bring some more
MOST: Final = 1_000  # names with the same common words and no other: nothing tells which of them to weigh
TELLING: Final = 4  # words, the rarest of the name, whose pairs are followed
FINALISTS: Final = 16  # names that are compared word by word
AGED: Final = 0.1  # of the names, changed since words were weighed: then they are weighed anew
LEAST_WEIGHT: Final = 0.1
SHORTEST_ERROR: Final = 4  # consonants: with one left out, shorter skeletons meet everything
SHORTEST_JOINED: Final = 3

_MEANT: Final = "="
_SOUNDED: Final = 0.9  # of a key's weight: a skeleton proves less than a meaning
_ONE_WRONG: Final = 0.6

Weighed = list[tuple[float, set[int]]]
"""The names that one word of a question leads to, by each of its keys, the lightest key first."""
Allowed = Callable[[str], bool]
"""Whether the name under a key may be an answer."""


@dataclass(frozen=True, slots=True)
class Known:
    """A name that the index holds."""

    key: str
    name: str
    state: str
    read: ReadName


class NameIndex:
    """Holds names; gives those that share telling words with another."""

    def __init__(self, frequencies: Mapping[str, int], names_counted: int) -> None:
        self._common = frequencies
        self._names_counted = names_counted
        self._held: dict[int, Known] = {}
        self._places: dict[str, int] = {}
        self._postings: dict[str, set[int]] = {}
        self._meanings: Counter[str] = Counter()
        self._weights: dict[str, float] = {}
        self._word_weights: dict[str, float] = {}
        self._totals = array("d")
        self._weighed_at = 0
        self._changes = 0

    def __len__(self) -> int:
        return len(self._held)

    def add(self, key: str, name: str, state: str, read: ReadName) -> None:
        """Hold a name under a key; a name that was held under it gives way."""
        self.remove(key)
        self._changes += 1
        place = len(self._totals)
        self._totals.append(self._total(read))
        self._held[place] = Known(key, name, state, read)
        self._places[key] = place
        for one in _all_keys(read):
            self._postings.setdefault(one, set()).add(place)
        self._meanings.update({meaning for word in read.words for meaning in word.meanings})

    def remove(self, key: str) -> bool:
        """Forget a name; says whether it was held."""
        place = self._places.pop(key, None)
        if place is None:
            return False
        self._changes += 1
        read = self._held.pop(place).read
        for one in _all_keys(read):
            self._postings[one].discard(place)
        self._meanings.subtract({meaning for word in read.words for meaning in word.meanings})
        return True

    def weight(self, meaning: str) -> float:
        """Say how much it tells that a name has a word of this meaning: the rarer, the more."""
        weight = self._weights.get(meaning)
        if weight is None:
            names = self._names_counted + len(self._held)
            often = self._common.get(meaning, 0) + self._meanings[meaning]
            weight = self._weights[meaning] = max(log((names + 2) / (often + 1)), LEAST_WEIGHT)
        return weight

    def word_weight(self, word: Word) -> float:
        """Say how much a word tells by its commonest meaning."""
        weight = self._word_weights.get(word.text)
        if weight is None:
            weight = self._word_weights[word.text] = min(map(self.weight, word.meanings))
        return weight

    def held(self, key: str) -> Known:
        """Give the name under a key; KeyError when there is none."""
        return self._held[self._places[key]]

    def candidates(
        self, read: ReadName, allowed: Allowed = lambda key: True, *, held: str | None = None
    ) -> list[Known]:
        """Give the names that share most with one, for their length, the likeliest first, equal ones by their keys.

        `held` is the key of the name itself, where it is among them: it is left out.
        """
        self._weigh_anew()
        itself = None if held is None else self._places[held]
        asked = [found for keys in _keys_by_word(read) if (found := self._found(keys, itself))]
        asked.sort(key=lambda found: -found[-1][0])
        shared = _shared(_looked_at(asked, itself), asked)
        own = self._total(read)
        totals = self._totals
        likely = [(weight / (own + totals[place]), place) for place, weight in shared.items()]
        likely.sort(reverse=True)
        return self._finalists(likely, allowed)

    def _finalists(self, likely: Iterable[tuple[float, int]], allowed: Allowed) -> list[Known]:
        """Take the first that are allowed; of equal ones at the end those with the smallest keys."""
        taken: list[tuple[float, str, Known]] = []
        for weight, place in likely:
            if len(taken) >= FINALISTS and -weight > taken[-1][0]:
                break
            known = self._held[place]
            if allowed(known.key):
                taken.append((-weight, known.key, known))
        taken.sort(key=lambda one: one[:2])
        return [known for _, _, known in taken[:FINALISTS]]

    def _found(self, keys: Mapping[str, float], itself: int | None) -> Weighed:
        """The names under the keys of a word, each key weighed by its rarity, the lightest first."""
        names = self._names_counted + len(self._held) + 2
        found = [
            (share * (self.weight(key[1:]) if key[0] == _MEANT else log(names / (len(postings) + 1))), postings)
            for key, share in keys.items()
            if (postings := self._postings.get(key))
            and (len(postings) <= COMMON or key[0] == _MEANT)
            and not (len(postings) == 1 and itself in postings)
        ]
        found.sort(key=lambda one: one[0])
        return found

    def _weigh_anew(self) -> None:
        """Take the weights again when a tenth of the names has changed since they were taken."""
        if self._changes > self._weighed_at * AGED:
            self._weights.clear()
            self._word_weights.clear()
            for place, known in self._held.items():
                self._totals[place] = self._total(known.read)
            self._weighed_at, self._changes = len(self._held), 0

    def _total(self, read: ReadName) -> float:
        return sum(map(self.word_weight, read.words))


def _looked_at(asked: Sequence[Weighed], itself: int | None) -> set[int]:
    """Choose the names that are worth weighing: those of rare words, then those that two words lead to."""
    looked_at: set[int] = set()
    for found in asked:
        for _, postings in reversed(found):
            if len(postings) <= RARE and len(looked_at) < ENOUGH:
                looked_at |= postings
    looked_at -= {itself}
    for one, other in combinations(range(min(len(asked), TELLING)), 2):
        if len(looked_at) >= ENOUGH:
            break
        for (_, postings), (_, others) in product(asked[one], asked[other]):
            if RARE < len(postings) <= COMMON or RARE < len(others) <= COMMON:
                looked_at |= _narrowed((postings & others) - {itself}, asked[other + 1 :])
    if not looked_at and asked:
        looked_at.update(place for place in islice(asked[0][-1][1], MOST) if place != itself)
    return looked_at


def _narrowed(both: set[int], others: Iterable[Weighed]) -> set[int]:
    """Where too many names have two words, take those that have a third one as well, and so on."""
    for found in others:
        if len(both) <= RARE:
            break
        both = set().union(*(both & postings for _, postings in found)) or both
    return both if len(both) <= MOST else set(islice(both, MOST))


def _shared(places: set[int], asked: Sequence[Weighed]) -> dict[int, float]:
    """Add up, for each name, the weights of the words that it shares, each by its weightiest key."""
    shared: dict[int, float] = {}
    for found in asked:
        weights: dict[int, float] = {}
        for weight, postings in found:
            if not places.isdisjoint(postings):
                weights.update(dict.fromkeys(places & postings, weight))
        for place, weight in weights.items():
            shared[place] = shared.get(place, 0.0) + weight
    return shared


def _keys_by_word(read: ReadName) -> Iterator[dict[str, float]]:
    """Give the keys under which each word leads to names, with what share of its weight each proves."""
    for word in read.words:
        keys = {_MEANT + meaning: 1.0 for meaning in word.meanings}
        for bones in word.skeletons:
            keys[bones] = _SOUNDED
            if not word.known:
                for wrong in _one_left_out(bones):
                    keys.setdefault(wrong, _ONE_WRONG)
        yield keys
    for pair in pairwise(read.words):
        yield {bones: _SOUNDED for bones in joined(pair).skeletons if len(bones) >= SHORTEST_JOINED}


def _all_keys(read: ReadName) -> set[str]:
    return {key for keys in _keys_by_word(read) for key in keys}


def _one_left_out(bones: str) -> Iterator[str]:
    if len(bones) >= SHORTEST_ERROR:
        for place in range(len(bones)):
            yield f"{bones[:place]}{bones[place + 1 :]}"
