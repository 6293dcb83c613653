"""A cache: the sets of names under the keys that were followed recently, kept up to date."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

ROOM: Final = 1_500_000  # names in all sets together, some 100 MB
_EMPTY: Final = 6  # names: what a set takes without any
TOO_MANY: Final[frozenset[int]] = frozenset({-1})
"""Stands for a set that is too large to follow; an empty set means that there are no names."""


class RecentSets:
    """Sets of names by key; it evicts the least recently used ones."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._sets: OrderedDict[str, set[int] | frozenset[int]] = OrderedDict()
        self._used = 0

    def __len__(self) -> int:
        return len(self._sets)

    def get(self, key: str) -> set[int] | frozenset[int] | None:
        """Give the set of a key; None where it is not in the cache."""
        found = self._sets.get(key)
        if found is not None:
            self._sets.move_to_end(key)
        return found

    def put(self, key: str, names: set[int] | frozenset[int]) -> None:
        """Keep the set of a key."""
        self._sets[key] = names
        self._used += _EMPTY + len(names)
        while self._used > self._room:
            _, dropped = self._sets.popitem(last=False)
            self._used -= _EMPTY + len(dropped)

    def add(self, keys: Iterable[str], name: int, most: int) -> None:
        """Add a name to the sets of keys; a set larger than `most` becomes TOO_MANY."""
        for key in keys:
            names = self._sets.get(key)
            if isinstance(names, set) and name not in names:
                names.add(name)
                self._used += 1
                if len(names) > most:
                    self._evict(key)

    def discard(self, keys: Iterable[str], name: int) -> None:
        """Remove a name from the sets of keys."""
        for key in keys:
            names = self._sets.get(key)
            if names is TOO_MANY:
                self._evict(key)
            elif isinstance(names, set) and name in names:
                names.remove(name)
                self._used -= 1

    def clear(self) -> None:
        """Remove all sets."""
        self._sets.clear()
        self._used = 0

    def _evict(self, key: str) -> None:
        self._used -= _EMPTY + len(self._sets.pop(key))
