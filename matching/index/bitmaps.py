"""Bitmaps of the names that have a common meaning: one bit for each name. Sets would take most of the memory.

A column is an array with one byte for each name. It holds the bits of eight meanings.
"""

from array import array
from collections.abc import Collection, Iterable
from itertools import compress, count, islice
from typing import Final

_BITS: Final = 8
_TABLES: Final = tuple(bytes(byte >> bit & 1 for byte in range(256)) for bit in range(_BITS))
"""For each bit: whether it is set in each of the 256 values of a byte."""


class NameBitmap:
    """The names of one meaning, and their number."""

    def __init__(self, column: bytearray, bit: int) -> None:
        self.column = column
        self.bit = bit
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, place: int) -> None:
        """Set the bit of the name at a place."""
        if not self.column[place] >> self.bit & 1:
            self.column[place] |= 1 << self.bit
            self._size += 1

    def discard(self, place: int) -> None:
        """Clear the bit of the name at a place."""
        if self.column[place] >> self.bit & 1:
            self.column[place] &= ~(1 << self.bit)
            self._size -= 1

    def among(self, places: Collection[int]) -> set[int]:
        """Give those of the places whose bit is set."""
        return set(compress(places, map(_TABLES[self.bit].__getitem__, map(self.column.__getitem__, places))))

    def first(self, most: int) -> list[int]:
        """Give the first places whose bit is set, at most `most`."""
        return list(islice(compress(count(), map(_TABLES[self.bit].__getitem__, self.column)), most))


class NameBitmaps:
    """The bitmaps, by the numbers of their meanings."""

    def __init__(self) -> None:
        self._held: dict[int, NameBitmap] = {}
        self._columns: list[bytearray] = []
        self._free: list[NameBitmap] = []
        self._places = 0

    def __len__(self) -> int:
        return len(self._held)

    def cover(self, places: int) -> None:
        """Make room for so many names."""
        if places > self._places:
            self._places = places + places // 16
            for column in self._columns:
                column.extend(bytes(self._places - len(column)))

    def get(self, meaning: int) -> NameBitmap | None:
        """Give the bitmap of a meaning; None where there is none."""
        return self._held.get(meaning)

    def build(self, meaning: int, names: Iterable["array[int]"]) -> NameBitmap:
        """Make the bitmap of a meaning; `names` has the places of the names with each word of that meaning."""
        if not self._free:
            self._columns.append(bytearray(self._places))
            self._free = [NameBitmap(self._columns[-1], bit) for bit in range(_BITS)]
        bitmap = self._held[meaning] = self._free.pop()
        for places in names:
            for place in places:
                bitmap.add(place)
        return bitmap

    def release(self, meaning: int) -> None:
        """Free the bitmap of a meaning that is no longer common."""
        bitmap = self._held.pop(meaning, None)
        if bitmap is None:
            return
        for place in bitmap.first(len(bitmap)):
            bitmap.discard(place)
        self._free.append(bitmap)
        if not self._held:
            self._columns, self._free = [], []
