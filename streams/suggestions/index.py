"""Which known names may be the one asked for: an inverted index of what words mean and how they sound.

Blocking: rare keys first, because a shared rare word says most; common ones are not followed once enough has been read.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from math import log
from typing import Final

from register.names.reading import ReadName, Word, joined

READ_AT_MOST: Final = 1_500  # postings for one question: beyond, only keys that no common word has would be worth it
FINALISTS: Final = 16  # names that are compared word by word
SHORTLIST: Final = 40  # names that are put in order by what they share for their length
AGED: Final = 0.1  # growth of the index after which words are weighed anew
LEAST_WEIGHT: Final = 0.1
SHORTEST_ERROR: Final = 4  # consonants: with one left out, shorter skeletons meet everything
SHORTEST_JOINED: Final = 3

_MEANT: Final = "="
_SOUNDED: Final = 0.9  # of a key's weight: a skeleton proves less than a meaning
_ONE_WRONG: Final = 0.6
_JOINED: Final = 0.8


@dataclass(frozen=True, slots=True)
class Known:
    """A name that the index holds."""

    key: str
    name: str
    state: str
    read: ReadName


class NameIndex:
    """Holds names; gives those that share rare words with another."""

    def __init__(self, frequencies: Mapping[str, int], names_counted: int) -> None:
        self._common = frequencies
        self._names_counted = names_counted
        self._held: list[Known | None] = []
        self._places: dict[str, int] = {}
        self._postings: dict[str, array[int]] = {}
        self._meanings: Counter[str] = Counter()
        self._weights: dict[str, float] = {}
        self._word_weights: dict[str, float] = {}
        self._totals: dict[int, float] = {}
        self._weighed_at = 0

    def __len__(self) -> int:
        return len(self._places)

    def add(self, key: str, name: str, state: str, read: ReadName) -> None:
        """Hold a name under a key; a name that was held under it gives way."""
        self.remove(key)
        known = Known(key, name, state, read)
        place = len(self._held)
        self._held.append(known)
        self._places[key] = place
        for one in keys_of(read):
            self._postings.setdefault(one, array("I")).append(place)
        self._meanings.update({meaning for word in read.words for meaning in word.meanings})

    def remove(self, key: str) -> bool:
        """Forget a name; says whether it was held."""
        place = self._places.pop(key, None)
        known = None if place is None else self._held[place]
        if place is None or known is None:
            return False
        self._held[place] = None
        for one in keys_of(known.read):
            self._postings[one].remove(place)
        self._meanings.subtract({meaning for word in known.read.words for meaning in word.meanings})
        return True

    def weight(self, meaning: str) -> float:
        """Say how much it tells that a name has a word of this meaning: the rarer, the more."""
        weight = self._weights.get(meaning)
        if weight is None:
            names = self._names_counted + len(self._places)
            often = self._common.get(meaning, 0) + self._meanings[meaning]
            weight = self._weights[meaning] = max(log((names + 2) / (often + 1)), LEAST_WEIGHT)
        return weight

    def word_weight(self, word: Word) -> float:
        """Say how much a word tells by its commonest meaning."""
        weight = self._word_weights.get(word.text)
        if weight is None:
            weight = self._word_weights[word.text] = min(map(self.weight, word.meanings))
        return weight

    def _weigh_anew(self) -> None:
        """Forget the weights when the index has grown or shrunk by a tenth since they were taken."""
        if abs(len(self._places) - self._weighed_at) > self._weighed_at * AGED:
            self._weights.clear()
            self._word_weights.clear()
            self._totals.clear()
            self._weighed_at = len(self._places)

    def candidates(self, read: ReadName) -> list[Known]:
        """Give the names that share most with one, the likeliest first."""
        self._weigh_anew()
        keys = [(postings, factor) for key, factor in keys_of(read).items() if (postings := self._postings.get(key))]
        keys.sort(key=lambda one: len(one[0]))
        shared = self._shared(keys)
        best = nlargest(SHORTLIST, shared, key=shared.__getitem__)
        own = sum(map(self.word_weight, read.words))
        best.sort(key=lambda place: -shared[place] / (own + self._total(place)))
        return [known for place in best[:FINALISTS] if (known := self._held[place]) is not None]

    def _shared(self, keys: list[tuple["array[int]", float]]) -> dict[int, float]:
        """Add up the weights of the keys that names share, the rarest first, as long as it is worth it."""
        names = len(self._held) + 2
        found: dict[int, float] = {}
        to_read = READ_AT_MOST
        for postings, factor in keys:
            to_read -= len(postings)
            if to_read < 0:
                break
            weight = factor * log(names / len(postings))
            for place in postings:
                found[place] = found.get(place, 0.0) + weight
        return found or _most_common(keys)

    def _total(self, place: int) -> float:
        total = self._totals.get(place)
        if total is None:
            known = self._held[place]
            total = self._totals[place] = sum(map(self.word_weight, known.read.words)) if known else 0.0
        return total


def keys_of(read: ReadName) -> dict[str, float]:
    """Give the keys under which a name is found, with what share of its weight each proves."""
    keys: dict[str, float] = {}
    for word in read.words:
        for bones in word.skeletons:
            keys[bones] = max(_SOUNDED, keys.get(bones, 0.0))
            if not word.known:
                for wrong in _one_left_out(bones):
                    keys.setdefault(wrong, _ONE_WRONG)
    for pair in pairwise(read.words):
        for bones in _bones_of_both(pair):
            keys.setdefault(bones, _JOINED)
    keys |= {_MEANT + meaning: 1.0 for word in read.words for meaning in word.meanings}
    return keys


def _one_left_out(bones: str) -> Iterator[str]:
    if len(bones) >= SHORTEST_ERROR:
        for place in range(len(bones)):
            yield f"{bones[:place]}{bones[place + 1 :]}"


def _bones_of_both(pair: tuple[Word, Word]) -> Iterator[str]:
    for bones in joined(pair).skeletons:
        if len(bones) >= SHORTEST_JOINED:
            yield bones


def _most_common(keys: list[tuple["array[int]", float]]) -> dict[int, float]:
    """Where every key is common: the names that have the two rarest of them."""
    if not keys:
        return {}
    found = set(keys[0][0])
    for postings, _ in keys[1:]:
        both = found.intersection(postings)
        if not both:
            break
        found = both
        if len(found) <= READ_AT_MOST:
            break
    return dict.fromkeys(sorted(found)[:READ_AT_MOST], 1.0)
