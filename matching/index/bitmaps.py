"""The names that have a common meaning, one bit each. Sets of them would take more memory than all else.

A name's bits stand together, eight meanings to a byte. One look at an array answers for one name.
"""

from array import array
from collections.abc import Collection, Iterable
from itertools import compress, count, islice
from typing import Final

_BITS: Final = 8
_TABLES: Final = tuple(bytes(byte >> bit & 1 for byte in range(256)) for bit in range(_BITS))
"""By bit, what each byte says of it."""


class Crowd:
    """The names of one meaning, and how many they are."""

    def __init__(self, column: bytearray, bit: int) -> None:
        self.column = column
        self.bit = bit
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, place: int) -> None:
        """A name has the meaning."""
        if not self.column[place] >> self.bit & 1:
            self.column[place] |= 1 << self.bit
            self._size += 1

    def discard(self, place: int) -> None:
        """A name has it no more."""
        if self.column[place] >> self.bit & 1:
            self.column[place] &= ~(1 << self.bit)
            self._size -= 1

    def among(self, places: Collection[int]) -> set[int]:
        """Give those of some places whose names have the meaning."""
        return set(compress(places, map(_TABLES[self.bit].__getitem__, map(self.column.__getitem__, places))))

    def first(self, most: int) -> list[int]:
        """Give some of the names."""
        return list(islice(compress(count(), map(_TABLES[self.bit].__getitem__, self.column)), most))


class Crowds:
    """The crowds, by the numbers of their meanings."""

    def __init__(self) -> None:
        self._held: dict[int, Crowd] = {}
        self._columns: list[bytearray] = []
        self._free: list[Crowd] = []
        self._places = 0

    def __len__(self) -> int:
        return len(self._held)

    def cover(self, places: int) -> None:
        """Have room for so many names."""
        if places > self._places:
            self._places = places + places // 16
            for column in self._columns:
                column.extend(bytes(self._places - len(column)))

    def get(self, meaning: int) -> Crowd | None:
        """Give the crowd of a meaning, if it is one."""
        return self._held.get(meaning)

    def gather(self, meaning: int, names: Iterable["array[int]"]) -> Crowd:
        """Make a crowd of the names with each word that has the meaning."""
        if not self._free:
            self._columns.append(bytearray(self._places))
            self._free = [Crowd(self._columns[-1], bit) for bit in range(_BITS)]
        crowd = self._held[meaning] = self._free.pop()
        for places in names:
            for place in places:
                crowd.add(place)
        return crowd

    def disperse(self, meaning: int) -> None:
        """The meaning is not common any more."""
        crowd = self._held.pop(meaning, None)
        if crowd is None:
            return
        for place in crowd.first(len(crowd)):
            crowd.discard(place)
        self._free.append(crowd)
        if not self._held:
            self._columns, self._free = [], []
