"""Which known names may be the one asked for: an inverted index of what words mean and how they sound.

Blocking: a rare word is followed on its own. Common words are followed only where two stand in one name. So the names
that are looked at stay some hundreds of a hundred thousand, whatever the words.

A name takes some 300 bytes: its key, the numbers of its words, and its place under each word. What leads from a word
to others is held once for the word and not once for each name (`vocabulary.py`).
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, pairwise
from math import log
from typing import Final

from matching.index.bitmaps import Crowds
from matching.index.candidates import COMMON, NamePlaces, Weighed, choose_candidates, shared_weights
from matching.index.entries import Entries, KnownName
from matching.index.packed_multimap import digest
from matching.index.recent_sets import TOO_MANY, RecentSets
from matching.index.vocabulary import MEANT, Vocabulary, WordKey, skeleton_key
from matching.names.reading import ReadName, Word, joined_skeletons

FINALISTS: Final = 16  # names that are compared word by word
AGED: Final = 0.1  # of the names, changed since words were weighed: then they are weighed anew
LATELY: Final = 1 << 15  # names that were compared lately, and are ready to be compared again; some 400 bytes each
SHORTEST_JOINED: Final = 3
REPEATED: Final = 4  # words of one name that sound alike: more are not counted as one before a set is made

Allowed = Callable[[str], bool]
"""Whether the name under a key may be an answer."""


class NameIndex:
    """Holds names; gives those that share telling words with another."""

    def __init__(
        self, read: Callable[[str], Word], frequencies: Mapping[str, int], names_counted: int, *, keep_texts: bool
    ) -> None:
        self._keep_texts = keep_texts
        self._names_counted = names_counted
        self.words = Vocabulary(read, frequencies, names_counted)
        self._texts: dict[int, str] = {}
        self._weighed_names, self._weighed_when = 0, -1
        self.changed = 0
        """How often a name was added or removed, ever."""
        self.restore(Entries())

    def restore(self, entries: Entries) -> None:
        """Take back what was kept; that of the words first."""
        self.entries = entries
        self._standings = {standing: number for number, standing in enumerate(entries.standings)}
        self._totals = array("d", bytes(8 * entries.rows.places))
        self._crowds = Crowds()
        self._crowds.cover(entries.rows.places)
        self._followed = RecentSets()
        self._lately: dict[int, KnownName] = {}
        self._unconfirmed = bytearray(map(bool, entries.keys))
        for place, key in enumerate(entries.keys):
            if key:
                self.words.add_place(entries.rows.get(place)[1:], place)

    def __len__(self) -> int:
        return len(self.entries.rows)

    def __contains__(self, key: str) -> bool:
        return self._place(key) is not None

    def bytes(self) -> int:
        """Reckon how much memory the names take, without what is remembered of the last questions."""
        return self.entries.bytes() + self.words.bytes()

    def confirm(self, key: str, name: str, jurisdiction: str) -> bool:
        """Say whether this very name is held under a key, so that it need not be read again."""
        place = self._place(key)
        if place is None or self.entries.digests[place] != _text_digest(name, jurisdiction):
            return False
        self._confirmed(place)
        return True

    def _confirmed(self, place: int) -> None:
        if place < len(self._unconfirmed):
            self._unconfirmed[place] = 0

    def drop_unconfirmed(self) -> None:
        """Forget what was restored and not confirmed since."""
        keys = list(compress(self.entries.keys, self._unconfirmed))
        self._unconfirmed = bytearray()
        for key in keys:
            self.remove(key)

    def add(self, key: str, name: str, jurisdiction: str, read: ReadName) -> None:
        """Hold a name under a key; a name that was held under it gives way."""
        self.remove(key)
        self.changed += 1
        total = sum(map(self.words.word_weight, read.words))
        numbers = self.words.add_words(read.words)
        place = self.entries.rows.put([self._standing(jurisdiction, read.legal_classes), *numbers])
        if place == len(self.entries.keys):
            self.entries.keys.append(key)
            self.entries.digests.append(0)
            self._totals.append(0.0)
            self._crowds.cover(place + 1)
        self.entries.keys[place] = key
        self.entries.digests[place] = _text_digest(name, jurisdiction)
        self._confirmed(place)
        self._totals[place] = total
        self.entries.places.add(digest(key), place)
        self.words.add_place(numbers, place)
        if self._keep_texts:
            self._texts[place] = name
        joined = _joined_keys(read.words)
        for one in joined:
            self.entries.pairs.add(one.digest, place)
        self._followed.add(self._keys(read.words, joined), place, COMMON)
        for meaning in self.words.meanings_of(numbers):
            if (crowd := self._crowds.get(meaning)) is not None:
                crowd.add(place)

    def remove(self, key: str) -> bool:
        """Forget a name; says whether it was held."""
        place = self._place(key)
        if place is None:
            return False
        self.changed += 1
        numbers = self.entries.rows.get(place)[1:]
        words = self._read(numbers)
        joined = _joined_keys(words)
        self._followed.discard(self._keys(words, joined), place)
        for one in joined:
            self.entries.pairs.remove(one.digest, place)
        for meaning in self.words.meanings_of(numbers):
            if (crowd := self._crowds.get(meaning)) is not None:
                crowd.discard(place)
                if len(crowd) <= COMMON // 2:
                    self._crowds.disperse(meaning)
        self.words.remove_words(numbers, place)
        self.entries.places.remove(digest(key), place)
        self.entries.keys[place] = ""
        self._texts.pop(place, None)
        self._lately.pop(place, None)
        self.entries.rows.drop(place)
        if not self.entries.rows:
            self.restore(Entries())
        return True

    def weight(self, meaning: str) -> float:
        """Say how much it tells that a name has a word of this meaning: the rarer, the more."""
        return self.words.weight(meaning)

    def word_weight(self, word: Word) -> float:
        """Say how much a word tells by its commonest meaning."""
        return self.words.word_weight(word)

    def held(self, key: str) -> KnownName:
        """Give the name under a key; KeyError when there is none."""
        place = self._place(key)
        if place is None:
            raise KeyError(key)
        return self._known(place)

    def candidates(
        self, read: ReadName, allowed: Allowed = lambda key: True, *, held: str | None = None
    ) -> list[KnownName]:
        """Give the names that share most with one, for their length, the likeliest first, equal ones by their keys.

        `held` is the key of the name itself, where it is among them: it is left out.
        """
        self._weigh_anew()
        itself = None if held is None else self._place(held)
        asked = [found for keys in self._keys_by_word(read.words) if (found := self._found(keys, itself))]
        asked.sort(key=lambda found: -found[-1][0])
        weights = shared_weights(choose_candidates(asked, itself), asked)
        own = sum(map(self.words.word_weight, read.words))
        totals = self._totals
        likely = [(weight / (own + (totals[place] or self._total(place))), place) for place, weight in weights.items()]
        likely.sort(reverse=True)
        return self._finalists(likely, allowed)

    def _finalists(self, likely: Iterable[tuple[float, int]], allowed: Allowed) -> list[KnownName]:
        """Take the first that are allowed; of equal ones at the end those with the smallest keys."""
        taken: list[tuple[float, str, int]] = []
        keys = self.entries.keys
        for weight, place in likely:
            if len(taken) >= FINALISTS and -weight > taken[-1][0]:
                break
            if allowed(keys[place]):
                taken.append((-weight, keys[place], place))
        taken.sort()
        return [self._known(place) for _, _, place in taken[:FINALISTS]]

    def _found(self, keys: Iterable[WordKey], itself: int | None) -> Weighed:
        """The names under the keys of a word, each key weighed by its rarity, the lightest first."""
        names = self._names_counted + len(self) + 2
        found = [
            (share * (self.words.weight(key[1:]) if key[0] == MEANT else log(names / (len(places) + 1))), places)
            for key, number, share in keys
            if (places := self._names(key, number)) and not (len(places) == 1 and places == {itself})
        ]
        found.sort(key=lambda one: one[0])
        return found

    def _names(self, key: str, number: int) -> NamePlaces | None:
        """The names under a key; None where too many sound so: nobody follows them."""
        found = self._followed.get(key)
        if found is not None:
            return None if found is TOO_MANY else found
        words = self.words
        if key[0] == MEANT:
            meaning = words.number(key[1:])
            if meaning is None:
                return None
            if words.held.counts[meaning] > COMMON:
                return self._crowds.get(meaning) or self._crowds.gather(meaning, words.places_by_key(number))
        lists = list(words.places_by_key(number))
        pairs = self.entries.pairs.get(number) if key[0] != MEANT else ()
        crowded = key[0] != MEANT and sum(map(len, lists)) + len(pairs) > REPEATED * COMMON
        made = TOO_MANY if crowded else set(pairs).union(*lists)
        if made is TOO_MANY or (len(made) > COMMON and key[0] != MEANT):
            self._followed.put(key, TOO_MANY)
            return None
        self._followed.put(key, made)
        return made

    def _weigh_anew(self) -> None:
        """Take the weights again when a tenth of the names has changed since they were taken."""
        if self.changed - self._weighed_when > self._weighed_names * AGED:
            self.words.clear_weights()
            self._totals = array("d", bytes(8 * len(self._totals)))
            self._weighed_names, self._weighed_when = len(self), self.changed

    def _total(self, place: int) -> float:
        total = self._totals[place] = self.words.total(self.entries.rows.get(place)[1:])
        return total

    def _place(self, key: str) -> int | None:
        keys = self.entries.keys
        return next((place for place in self.entries.places.get(digest(key)) if keys[place] == key), None)

    def _known(self, place: int) -> KnownName:
        known = self._lately.get(place)
        if known is None:
            if len(self._lately) >= LATELY:
                self._lately.clear()
            row = self.entries.rows.get(place)
            jurisdiction, legal_classes = self.entries.standings[row[0]]
            read = ReadName(words=self._read(row[1:]), legal_classes=legal_classes)
            known = KnownName(self.entries.keys[place], self._texts.get(place, ""), jurisdiction, read)
            self._lately[place] = known
        return known

    def _read(self, numbers: Iterable[int]) -> tuple[Word, ...]:
        texts = self.words.held.texts
        return tuple([self.words.read(texts[number]) for number in numbers])

    def _standing(self, jurisdiction: str, legal_classes: frozenset[str]) -> int:
        standing = (jurisdiction, legal_classes)
        number = self._standings.get(standing)
        if number is None:
            number = self._standings[standing] = len(self.entries.standings)
            self.entries.standings.append(standing)
        return number

    def _keys_by_word(self, words: Sequence[Word]) -> Iterator[Sequence[WordKey]]:
        """Give the keys under which each word leads to names, with what share of its weight each proves."""
        for word in words:
            yield self.words.keys_of(word.text)
        for one, other in pairwise(words):
            yield _joined_keys((one, other))

    def _keys(self, words: Iterable[Word], joined: Iterable[WordKey]) -> Iterator[str]:
        for word in words:
            for key in self.words.keys_of(word.text):
                yield key.text
        for key in joined:
            yield key.text


def _text_digest(name: str, jurisdiction: str) -> int:
    return digest(f"{jurisdiction} {name}")


def _joined_keys(words: Sequence[Word]) -> list[WordKey]:
    return [
        skeleton_key(skeleton)
        for one, other in pairwise(words)
        for skeleton in joined_skeletons(one, other)
        if len(skeleton) >= SHORTEST_JOINED
    ]
