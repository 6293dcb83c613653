"""Rows of small numbers in one array: the words of each known name, in 30 bytes instead of 1,000."""

from array import array
from collections.abc import Sequence
from typing import Final

_LEAST_WASTED: Final = 1_000  # numbers: below, putting the rows together again is not worth while


class PackedRows:
    """Holds a row at each used place. `put` uses a free place again."""

    def __init__(self) -> None:
        self.pool = array("I", [0])
        self.starts = array("I")
        """By place: where its row begins in the pool, and the row's length; 0 where the place is free."""
        self._free: list[int] = []
        self._wasted = 0

    def __len__(self) -> int:
        return len(self.starts) - len(self._free)

    @property
    def places(self) -> int:
        """The number of places, used or free."""
        return len(self.starts)

    def put(self, row: Sequence[int]) -> int:
        """Put a row at a free place; returns the place."""
        place = self._free.pop() if self._free else len(self.starts)
        if place == len(self.starts):
            self.starts.append(0)
        self.starts[place] = len(self.pool)
        self.pool.append(len(row))
        self.pool.extend(row)
        return place

    def get(self, place: int) -> "array[int]":
        """Give the row at a used place."""
        start = self.starts[place]
        return self.pool[start + 1 : start + 1 + self.pool[start]]

    def free(self, place: int) -> None:
        """Free a place."""
        self._wasted += 1 + self.pool[self.starts[place]]
        self.starts[place] = 0
        self._free.append(place)
        if len(self._free) == len(self.starts):
            self.restore(array("I", [0]), array("I"))
        elif self._wasted > max(len(self.pool) // 2, _LEAST_WASTED):
            self._put_together()

    def _put_together(self) -> None:
        pool = array("I", [0])
        for place, start in enumerate(self.starts):
            if start:
                self.starts[place] = len(pool)
                pool.extend(self.pool[start : start + 1 + self.pool[start]])
        self.pool, self._wasted = pool, 0

    def restore(self, pool: "array[int]", starts: "array[int]") -> None:
        """Restore `pool` and `starts` from the index file."""
        self.pool, self.starts = pool, starts
        self._free = [place for place, start in enumerate(starts) if not start]
        self._wasted = len(pool) - 1 - sum(1 + pool[start] for start in starts if start)
