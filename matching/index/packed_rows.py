"""Rows of small numbers in one array. They hold what each known name consists of, in 30 bytes instead of 1,000."""

from array import array
from collections.abc import Sequence
from typing import Final

_LEAST_WASTED: Final = 1_000  # numbers: below, putting the rows together again is not worth while


class PackedRows:
    """Holds a row at each place that is used. A place that became free is used again."""

    def __init__(self) -> None:
        self.pool = array("I", [0])
        self.starts = array("I")
        """Where a place's row begins in the pool, with its length; 0: it has none."""
        self._free: list[int] = []
        self._wasted = 0

    def __len__(self) -> int:
        return len(self.starts) - len(self._free)

    @property
    def places(self) -> int:
        """How many places there are, used or free."""
        return len(self.starts)

    def put(self, row: Sequence[int]) -> int:
        """Put a row at a free place, and give the place."""
        place = self._free.pop() if self._free else len(self.starts)
        if place == len(self.starts):
            self.starts.append(0)
        self.starts[place] = len(self.pool)
        self.pool.append(len(row))
        self.pool.extend(row)
        return place

    def get(self, place: int) -> "array[int]":
        """Give the row at a place that is used."""
        start = self.starts[place]
        return self.pool[start + 1 : start + 1 + self.pool[start]]

    def drop(self, place: int) -> None:
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
        """Take back what was kept of `pool` and `starts`."""
        self.pool, self.starts = pool, starts
        self._free = [place for place, start in enumerate(starts) if not start]
        self._wasted = len(pool) - 1 - sum(1 + pool[start] for start in starts if start)
