"""A multimap from keys to numbers that takes eight bytes an entry. A dict of sets takes twenty times as much.

An entry is 32 bits of its key's digest, and its number. 12 other bits of the digest choose one of 4,096 arrays, in
which the entries are sorted. Two keys whose 44 bits are equal share their numbers: of ten million keys, three do.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

_ENTRY_BYTES: Final = 9  # with the room that an array keeps to grow
_SHARD_BYTES: Final = 200  # of an array without entries, and of its place
_SHARDS: Final = (1 << 12) - 1
_NUMBER: Final = (1 << 32) - 1


def digest(key: str) -> int:
    """Give a digest of 64 bits of a key, equal in every process."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class Multimap:
    """Holds numbers below 2^32 under the digests of keys; each number once under a key."""

    def __init__(self) -> None:
        self._shards: dict[int, array[int]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._shards.values()))

    def bytes(self) -> int:
        """Estimate its memory in bytes."""
        return _ENTRY_BYTES * len(self) + _SHARD_BYTES * len(self._shards)

    def add(self, key: int, number: int) -> None:
        """Add a number under a digest."""
        shard = self._shards.get(key & _SHARDS)
        if shard is None:
            shard = self._shards[key & _SHARDS] = array("Q")
        entry = (key & ~_NUMBER) | number
        place = bisect_left(shard, entry)
        if place == len(shard) or shard[place] != entry:
            shard.insert(place, entry)

    def remove(self, key: int, number: int) -> None:
        """Remove a number from a digest, if it is there."""
        shard = self._shards.get(key & _SHARDS)
        if shard is None:
            return
        entry = (key & ~_NUMBER) | number
        place = bisect_left(shard, entry)
        if place < len(shard) and shard[place] == entry:
            del shard[place]
            if not shard:
                del self._shards[key & _SHARDS]

    def get(self, key: int) -> list[int]:
        """Give the numbers under a digest, the smallest first."""
        shard = self._shards.get(key & _SHARDS)
        if shard is None:
            return []
        lowest = key & ~_NUMBER
        begin = bisect_left(shard, lowest)
        end = begin
        while end < len(shard) and shard[end] <= lowest | _NUMBER:
            end += 1
        return [entry & _NUMBER for entry in shard[begin:end]]

    def parts(self) -> Iterator[tuple[int, "array[int]"]]:
        """Give the arrays for the index file; `restore` takes them back."""
        yield from self._shards.items()

    def restore(self, number: int, part: "array[int]") -> None:
        """Restore one of the `parts`."""
        self._shards[number] = part
