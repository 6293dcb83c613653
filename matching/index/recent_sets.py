"""The names under the keys that were followed last, as sets. They are made once, then kept up to date."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

ROOM: Final = 1_500_000  # names in all sets together, some 100 MB
_EMPTY: Final = 6  # names: what a set takes without any
TOO_MANY: Final[frozenset[int]] = frozenset({-1})
"""In the place of a set of names that nobody follows; an empty one says that there are none."""


class RecentSets:
    """Sets of names by key; the ones used least recently give way."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._sets: OrderedDict[str, set[int] | frozenset[int]] = OrderedDict()
        self._used = 0

    def __len__(self) -> int:
        return len(self._sets)

    def get(self, key: str) -> set[int] | frozenset[int] | None:
        """Give the set of a key, or None where it is to be made."""
        found = self._sets.get(key)
        if found is not None:
            self._sets.move_to_end(key)
        return found

    def put(self, key: str, names: set[int] | frozenset[int]) -> None:
        """Keep a set that was made."""
        self._sets[key] = names
        self._used += _EMPTY + len(names)
        while self._used > self._room:
            _, dropped = self._sets.popitem(last=False)
            self._used -= _EMPTY + len(dropped)

    def add(self, keys: Iterable[str], name: int, most: int) -> None:
        """A name has come under keys; sets that grew larger than `most` are not kept."""
        for key in keys:
            names = self._sets.get(key)
            if isinstance(names, set) and name not in names:
                names.add(name)
                self._used += 1
                if len(names) > most:
                    self._drop(key)

    def discard(self, keys: Iterable[str], name: int) -> None:
        """A name has gone from keys."""
        for key in keys:
            names = self._sets.get(key)
            if names is TOO_MANY:
                self._drop(key)
            elif isinstance(names, set) and name in names:
                names.remove(name)
                self._used -= 1

    def clear(self) -> None:
        """Forget all."""
        self._sets.clear()
        self._used = 0

    def _drop(self, key: str) -> None:
        self._used -= _EMPTY + len(self._sets.pop(key))
