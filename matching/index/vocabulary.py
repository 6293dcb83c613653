"""The words of the known names, by number. It knows how often each meaning stands, and which names have a word.

What a word means and how it sounds is read again when needed. Only what a search needs of all words is held.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import log
from typing import Final, NamedTuple

from matching.index.packed_multimap import Multimap, digest
from matching.names.reading import REMEMBERED, Word

LEAST_WEIGHT: Final = 0.1
WORD_BYTES: Final = 250  # of a word: its text, number, count, and the list of its names
SHORTEST_ERROR: Final = 4  # consonants: with one left out, shorter skeletons meet everything

MEANT: Final = "="
_SOUNDED: Final = 0.9  # of a key's weight: a skeleton proves less than a meaning
_ONE_WRONG: Final = 0.6


class WordKey(NamedTuple):
    """What leads from a word to others."""

    text: str
    """A skeleton, or MEANT and a meaning."""
    digest: int
    share: float
    """Of a word's weight, what it proves."""


@dataclass(slots=True)
class HeldWords:
    """What is held of the words, each list by the words' numbers."""

    texts: list[str]
    """"" where a number is free."""
    counts: "array[int]"
    """In how many names a word has this meaning. A meaning is a word, too, and every word is a meaning of itself."""
    meanings: dict[int, tuple[int, ...]]
    """Of the words that mean more than themselves."""
    keys: Multimap
    """From keys to words."""


class Vocabulary:
    """Counts the words of names, weighs them, and finds those that mean or sound alike."""

    def __init__(self, read: Callable[[str], Word], frequencies: Mapping[str, int], names_counted: int) -> None:
        self.read = read
        self._common = frequencies
        self._names_counted = names_counted
        self.keys_of: Callable[[str], tuple[WordKey, ...]] = lru_cache(maxsize=REMEMBERED)(partial(_keys, read))
        """The keys of a word, by its text."""
        self.restore(HeldWords([], array("I"), {}, Multimap()), 0)

    def __len__(self) -> int:
        return len(self._numbers)

    def bytes(self) -> int:
        """Reckon how much memory the words take."""
        return WORD_BYTES * len(self) + self.held.keys.bytes()

    def restore(self, held: HeldWords, names: int) -> None:
        """Take back what was kept of so many names; which of them have a word is told after it: `point`."""
        self.held = held
        self._names = names
        self._numbers = {text: number for number, text in enumerate(held.texts) if text}
        self._free = [number for number, text in enumerate(held.texts) if not text]
        self.names: list[array[int] | None] = [None] * len(held.texts)
        """The places of the names that have a word."""
        self._own = array("d")
        self._weights: dict[str, float] = {}
        self._word_weights: dict[str, float] = {}
        self.clear_weights()

    def clear_weights(self) -> None:
        """Forget what words weighed when fewer names were known."""
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
        """Let the words lead to a name."""
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
        """Let the words of a name lead to it no more; those that no other name has are free."""
        meant = self.meanings_of(numbers)
        self._names -= 1
        for number in set(numbers):
            names = self.names[number]
            assert names is not None
            names.remove(place)
            if not names:
                self._drop_word(number)
        for meaning in meant:
            self.held.counts[meaning] -= 1
            if not self.held.counts[meaning]:
                self._free_number(meaning)

    def meanings_of(self, numbers: Iterable[int]) -> set[int]:
        """Give what words mean, themselves among it."""
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

    def _drop_word(self, number: int) -> None:
        """The last name with a word has gone: it may still be a meaning of others."""
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
        """Say how much it tells that a name has a word of this meaning: the rarer, the more."""
        weight = self._weights.get(meaning)
        if weight is None:
            _clear_when_full(self._weights)
            number = self._numbers.get(meaning)
            weight = self._weights[meaning] = self._weigh(meaning, 0 if number is None else self.held.counts[number])
        return weight

    def word_weight(self, word: Word) -> float:
        """Say how much a word tells by its commonest meaning."""
        weight = self._word_weights.get(word.text)
        if weight is None:
            _clear_when_full(self._word_weights)
            weight = self._word_weights[word.text] = min(map(self.weight, word.meanings))
        return weight

    def total(self, numbers: Iterable[int]) -> float:
        """Add up how much the words of a known name tell."""
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
