"""Find the known names that may be the asked one: an inverted index of the meanings and sounds of words.

Blocking: a rare word alone leads to names. Common words lead only to names that have two of them. So the index looks at
some hundreds of a hundred thousand names, whatever the words.

A name takes some 300 bytes: its key, the numbers of its words, and its place under each word. `vocabulary.py` holds the
keys of a word once for the word, not once for each name.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, pairwise
from math import log
from typing import Final

from matching.index.bitmaps import NameBitmaps
from matching.index.candidates import COMMON, NamePlaces, Weighed, choose_candidates, shared_weights
from matching.index.entries import Entries, KnownName
from matching.index.packed_multimap import digest
from matching.index.recent_name_sets import TOO_MANY, RecentSets
from matching.index.vocabulary import MEANT, Vocabulary, WordKey, skeleton_key
from matching.names.name_parser import ReadName, Word, joined_skeletons

FINALISTS: Final = 16  # names that are compared word by word
REWEIGHED_AFTER: Final = 0.1  # of the names changed since the words were weighed: weigh the words again
RECENT: Final = 1 << 15  # names that were compared recently, kept as objects of some 400 bytes each
SHORTEST_JOINED: Final = 3
REPEATED: Final = 4  # times that one name may be listed under one key: with a longer total, too many names sound alike

Allowed = Callable[[str], bool]
"""Tells whether the name under a key may be an answer."""


class NameIndex:
    """Holds names by key, and finds those that share rare words with an asked name."""

    def __init__(
        self, read: Callable[[str], Word], frequencies: Mapping[str, int], names_counted: int, *, keep_texts: bool
    ) -> None:
        self._keep_texts = keep_texts
        self._names_counted = names_counted
        self.words = Vocabulary(read, frequencies, names_counted)
        self._texts: dict[int, str] = {}
        self._weighed_names, self._weighed_at = 0, -1
        self.changed = 0
        """Names added or removed since the index was made."""
        self.restore(Entries())

    def restore(self, entries: Entries) -> None:
        """Restore the names; `words` must be restored before."""
        self.entries = entries
        self._standings = {standing: number for number, standing in enumerate(entries.standings)}
        self._totals = array("d", bytes(8 * entries.rows.places))
        self._bitmaps = NameBitmaps()
        self._bitmaps.cover(entries.rows.places)
        self._followed = RecentSets()
        self._recent: dict[int, KnownName] = {}
        self._unconfirmed = bytearray(map(bool, entries.keys))
        for place, key in enumerate(entries.keys):
            if key:
                self.words.add_place(entries.rows.get(place)[1:], place)

    def __len__(self) -> int:
        return len(self.entries.rows)

    def __contains__(self, key: str) -> bool:
        return self._place(key) is not None

    def bytes(self) -> int:
        """Estimate the memory of the names and words in bytes, without the caches of recent questions."""
        return self.entries.bytes() + self.words.bytes()

    def confirm(self, key: str, name: str, jurisdiction: str) -> bool:
        """Tell whether exactly this name is held under a key, so that it need not be read again."""
        place = self._place(key)
        if place is None or self.entries.digests[place] != _text_digest(name, jurisdiction):
            return False
        self._mark_confirmed(place)
        return True

    def _mark_confirmed(self, place: int) -> None:
        if place < len(self._unconfirmed):
            self._unconfirmed[place] = 0

    def drop_unconfirmed(self) -> None:
        """Remove the names that were restored and not confirmed since."""
        keys = list(compress(self.entries.keys, self._unconfirmed))
        self._unconfirmed = bytearray()
        for key in keys:
            self.remove(key)

    def add(self, key: str, name: str, jurisdiction: str, read: ReadName) -> None:
        """Add a name under a key; it replaces an earlier name under the key."""
        self.remove(key)
        self.changed += 1
        total = sum(map(self.words.word_weight, read.words))
        numbers = self.words.add_words(read.words)
        place = self.entries.rows.put([self._standing(jurisdiction, read.legal_classes), *numbers])
        if place == len(self.entries.keys):
            self.entries.keys.append(key)
            self.entries.digests.append(0)
            self._totals.append(0.0)
            self._bitmaps.cover(place + 1)
        self.entries.keys[place] = key
        self.entries.digests[place] = _text_digest(name, jurisdiction)
        self._mark_confirmed(place)
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
            if (bitmap := self._bitmaps.get(meaning)) is not None:
                bitmap.add(place)

    def remove(self, key: str) -> bool:
        """Remove the name under a key; returns whether there was one."""
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
            if (bitmap := self._bitmaps.get(meaning)) is not None:
                bitmap.discard(place)
                if len(bitmap) <= COMMON // 2:
                    self._bitmaps.release(meaning)
        self.words.remove_words(numbers, place)
        self.entries.places.remove(digest(key), place)
        self.entries.keys[place] = ""
        self._texts.pop(place, None)
        self._recent.pop(place, None)
        self.entries.rows.free(place)
        if not self.entries.rows:
            self.restore(Entries())
        return True

    def weight(self, meaning: str) -> float:
        """Give the weight of a meaning: the rarer it is among the names, the larger."""
        return self.words.weight(meaning)

    def word_weight(self, word: Word) -> float:
        """Give the weight of a word by its commonest meaning."""
        return self.words.word_weight(word)

    def get(self, key: str) -> KnownName:
        """Give the name under a key. Raises KeyError when there is none."""
        place = self._place(key)
        if place is None:
            raise KeyError(key)
        return self._known(place)

    def candidates(
        self, read: ReadName, allowed: Allowed = lambda key: True, *, held: str | None = None
    ) -> list[KnownName]:
        """Give the names that share most with the asked one for their length: the likeliest first, equal ones by key.

        `held`: the key of the asked name where the index holds it; that name is left out.
        """
        self._reweigh_if_changed()
        itself = None if held is None else self._place(held)
        asked = [found for keys in self._keys_by_word(read.words) if (found := self._names_by_key(keys, itself))]
        asked.sort(key=lambda found: -found[-1][0])
        weights = shared_weights(choose_candidates(asked, itself), asked)
        own = sum(map(self.words.word_weight, read.words))
        totals = self._totals
        likely = [(weight / (own + (totals[place] or self._total(place))), place) for place, weight in weights.items()]
        likely.sort(reverse=True)
        return self._finalists(likely, allowed)

    def _finalists(self, likely: Iterable[tuple[float, int]], allowed: Allowed) -> list[KnownName]:
        """Take the first allowed names; of names with equal weight, those with the smallest keys."""
        taken: list[tuple[float, str, int]] = []
        keys = self.entries.keys
        for weight, place in likely:
            if len(taken) >= FINALISTS and -weight > taken[-1][0]:
                break
            if allowed(keys[place]):
                taken.append((-weight, keys[place], place))
        taken.sort()
        return [self._known(place) for _, _, place in taken[:FINALISTS]]

    def _names_by_key(self, keys: Iterable[WordKey], itself: int | None) -> Weighed:
        """Give the names under each key of a word with the key's weight by rarity, the least weight first."""
        names = self._names_counted + len(self) + 2
        found = [
            (share * (self.words.weight(key[1:]) if key[0] == MEANT else log(names / (len(places) + 1))), places)
            for key, number, share in keys
            if (places := self._names_under(key, number)) and not (len(places) == 1 and places == {itself})
        ]
        found.sort(key=lambda one: one[0])
        return found

    def _names_under(self, key: str, number: int) -> NamePlaces | None:
        """Give the names under a key; None where so many sound alike that the key is not followed."""
        found = self._followed.get(key)
        if found is not None:
            return None if found is TOO_MANY else found
        words = self.words
        if key[0] == MEANT:
            meaning = words.number(key[1:])
            if meaning is None:
                return None
            if words.held.counts[meaning] > COMMON:
                return self._bitmaps.get(meaning) or self._bitmaps.build(meaning, words.places_by_key(number))
        lists = list(words.places_by_key(number))
        pairs = self.entries.pairs.get(number) if key[0] != MEANT else ()
        crowded = key[0] != MEANT and sum(map(len, lists)) + len(pairs) > REPEATED * COMMON
        made = TOO_MANY if crowded else set(pairs).union(*lists)
        if made is TOO_MANY or (len(made) > COMMON and key[0] != MEANT):
            self._followed.put(key, TOO_MANY)
            return None
        self._followed.put(key, made)
        return made

    def _reweigh_if_changed(self) -> None:
        """Weigh the words again when a tenth of the names has changed since the last time."""
        if self.changed - self._weighed_at > self._weighed_names * REWEIGHED_AFTER:
            self.words.clear_weights()
            self._totals = array("d", bytes(8 * len(self._totals)))
            self._weighed_names, self._weighed_at = len(self), self.changed

    def _total(self, place: int) -> float:
        total = self._totals[place] = self.words.total(self.entries.rows.get(place)[1:])
        return total

    def _place(self, key: str) -> int | None:
        keys = self.entries.keys
        return next((place for place in self.entries.places.get(digest(key)) if keys[place] == key), None)

    def _known(self, place: int) -> KnownName:
        known = self._recent.get(place)
        if known is None:
            if len(self._recent) >= RECENT:
                self._recent.clear()
            row = self.entries.rows.get(place)
            jurisdiction, legal_classes = self.entries.standings[row[0]]
            read = ReadName(words=self._read(row[1:]), legal_classes=legal_classes)
            known = KnownName(self.entries.keys[place], self._texts.get(place, ""), jurisdiction, read)
            self._recent[place] = known
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
        """Give the keys under which each word leads to names, each with its share of the word's weight."""
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
