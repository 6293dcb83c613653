"""The words of the known names, by number: how often each meaning occurs, and which names have a word.

It holds only what a search needs of all words. `read` gives what a word means and how it sounds, when needed.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import log
from typing import Final, NamedTuple

from matching.index.packed_multimap import Multimap, digest
from matching.names.name_parser import REMEMBERED, Word

LEAST_WEIGHT: Final = 0.1
WORD_BYTES: Final = 250  # of a word: its text, number, count, and the list of its names
SHORTEST_ERROR: Final = 4  # consonants: with one left out, shorter skeletons meet everything

MEANT: Final = "="
_SOUNDED: Final = 0.9  # of a key's weight: a skeleton proves less than a meaning
_ONE_WRONG: Final = 0.6


class WordKey(NamedTuple):
    """A key that leads from a word to similar words."""

    text: str
    """A skeleton, or MEANT and a meaning."""
    digest: int
    share: float
    """The part of the word's weight that the key proves, 0 to 1."""


@dataclass(slots=True)
class HeldWords:
    """The parts of the words; each list is indexed by the word's number."""

    texts: list[str]
    """"" where a number is free."""
    counts: "array[int]"
    """The number of names in which a word has this meaning. A meaning is a word, and every word means itself."""
    meanings: dict[int, tuple[int, ...]]
    """The meanings of each word that means more than itself."""
    keys: Multimap
    """From the digest of a key to the numbers of words."""


class Vocabulary:
    """Counts and weighs the words of names, and finds words with the same meaning or sound."""

    def __init__(self, read: Callable[[str], Word], frequencies: Mapping[str, int], names_counted: int) -> None:
        self.read = read
        self._common = frequencies
        self._names_counted = names_counted
        self.keys_of: Callable[[str], tuple[WordKey, ...]] = lru_cache(maxsize=REMEMBERED)(partial(_keys, read))
        """Gives the keys of a word, by its text."""
        self.restore(HeldWords([], array("I"), {}, Multimap()), 0)

    def __len__(self) -> int:
        return len(self._numbers)

    def bytes(self) -> int:
        """Estimate the memory of the words in bytes."""
        return WORD_BYTES * len(self) + self.held.keys.bytes()

    def restore(self, held: HeldWords, names: int) -> None:
        """Take back what was kept of so many names; which of them have a word is told after it: `point`."""
        self.held = held
        self._names = names
        self._numbers = {text: number for number, text in enumerate(held.texts) if text}
        self._free = [number for number, text in enumerate(held.texts) if not text]
        self.names: list[array[int] | None] = [None] * len(held.texts)
        """By word: the places of the names that have it."""
        self._own = array("d")
        self._weights: dict[str, float] = {}
        self._word_weights: dict[str, float] = {}
        self.clear_weights()

    def clear_weights(self) -> None:
        """Remove the weights, which were computed when fewer names were known."""
        self._weights.clear()
        self._word_weights.clear()
        self._own = array("d", bytes(8 * len(self.held.texts)))

    def number(self, text: str) -> int | None:
        """Give the number of a word, or of a meaning; None when no name has it."""
        return self._numbers.get(text)

    def add_words(self, words: Iterable[Word]) -> list[int]:
        """Give the numbers of a name's words, and count their meanings."""
        numbers = [self._number_of(word) for word in words]
        for meaning in self.meanings_of(numbers):
            self.held.counts[meaning] += 1
        self._names += 1
        return numbers

    def add_place(self, numbers: Iterable[int], place: int) -> None:
        """Record that the name at a place has these words."""
        for number in set(numbers):
            names = self.names[number]
            if names is None:
                self.names[number] = array("I", (place,))
            else:
                names.append(place)

    def places_by_key(self, key: int) -> "Iterator[array[int]]":
        """Give the names with each word under a key's digest."""
        for number in self.held.keys.get(key):
            names = self.names[number]
            if names is not None:
                yield names

    def remove_words(self, numbers: Sequence[int], place: int) -> None:
        """Remove a name from its words; a word that no other name has becomes free."""
        meant = self.meanings_of(numbers)
        self._names -= 1
        for number in set(numbers):
            names = self.names[number]
            assert names is not None
            names.remove(place)
            if not names:
                self._remove_word(number)
        for meaning in meant:
            self.held.counts[meaning] -= 1
            if not self.held.counts[meaning]:
                self._free_number(meaning)

    def meanings_of(self, numbers: Iterable[int]) -> set[int]:
        """Give the meanings of words; each word is a meaning of itself."""
        meanings = self.held.meanings
        return {meaning for number in numbers for meaning in meanings.get(number) or (number,)}

    def _number_of(self, word: Word) -> int:
        number = self._number(word.text)
        if self.names[number] is None:
            self.names[number] = array("I")
            if len(word.meanings) > 1:
                self.held.meanings[number] = tuple(map(self._number, sorted(word.meanings)))
            for key in self.keys_of(word.text):
                self.held.keys.add(key.digest, number)
        return number

    def _number(self, text: str) -> int:
        number = self._numbers.get(text)
        if number is not None:
            return number
        if self._free:
            number = self._numbers[text] = self._free.pop()
            self.held.texts[number] = text
            self._own[number] = 0.0
            return number
        number = self._numbers[text] = len(self.held.texts)
        self.held.texts.append(text)
        self.held.counts.append(0)
        self.names.append(None)
        self._own.append(0.0)
        return number

    def _remove_word(self, number: int) -> None:
        """Remove a word that no name has; its number stays while it is a meaning of other words."""
        self.names[number] = None
        self.held.meanings.pop(number, None)
        for key in self.keys_of(self.held.texts[number]):
            self.held.keys.remove(key.digest, number)

    def _free_number(self, number: int) -> None:
        del self._numbers[self.held.texts[number]]
        self.held.texts[number] = ""
        self._free.append(number)
        if not self._numbers:
            self.restore(HeldWords([], array("I"), {}, Multimap()), 0)

    def weight(self, meaning: str) -> float:
        """Give the weight of a meaning: the rarer it is among the names, the larger."""
        weight = self._weights.get(meaning)
        if weight is None:
            _clear_when_full(self._weights)
            number = self._numbers.get(meaning)
            weight = self._weights[meaning] = self._weigh(meaning, 0 if number is None else self.held.counts[number])
        return weight

    def word_weight(self, word: Word) -> float:
        """Give the weight of a word by its commonest meaning."""
        weight = self._word_weights.get(word.text)
        if weight is None:
            _clear_when_full(self._word_weights)
            weight = self._word_weights[word.text] = min(map(self.weight, word.meanings))
        return weight

    def total(self, numbers: Iterable[int]) -> float:
        """Sum the weights of the words of a known name."""
        own = self._own
        return sum([own[number] or self._weigh_own(number) for number in numbers])

    def _weigh_own(self, number: int) -> float:
        texts, counts = self.held.texts, self.held.counts
        weight = self._word_weights.get(texts[number])
        if weight is None:
            meant = self.held.meanings.get(number) or (number,)
            weight = min(self._weigh(texts[one], counts[one]) for one in meant)
        self._own[number] = weight
        return weight

    def _weigh(self, meaning: str, counted: int) -> float:
        return max(
            log((self._names + self._names_counted + 2) / (self._common.get(meaning, 0) + counted + 1)), LEAST_WEIGHT
        )


def skeleton_key(skeleton: str) -> WordKey:
    """Make the key of a skeleton."""
    return WordKey(skeleton, digest(skeleton), _SOUNDED)


def _keys(read: Callable[[str], Word], text: str) -> tuple[WordKey, ...]:
    word = read(text)
    keys = {MEANT + meaning: 1.0 for meaning in word.meanings}
    for skeleton in word.skeletons:
        keys[skeleton] = _SOUNDED
        if not word.known:
            for wrong in _one_left_out(skeleton):
                keys.setdefault(wrong, _ONE_WRONG)
    return tuple(WordKey(key, digest(key), share) for key, share in keys.items())


def _one_left_out(skeleton: str) -> Iterator[str]:
    if len(skeleton) >= SHORTEST_ERROR:
        for place in range(len(skeleton)):
            yield f"{skeleton[:place]}{skeleton[place + 1 :]}"


def _clear_when_full(weights: dict[str, float]) -> None:
    if len(weights) >= REMEMBERED:
        weights.clear()
