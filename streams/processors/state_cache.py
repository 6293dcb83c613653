"""A cache of a step: the states that it used last, as objects.

Most events are of registrations with a recent event, and reading a state costs more than all the rest. Each opening of
a task makes a new step, so the cache is never older than the store.
"""

from collections import OrderedDict
from typing import Final, Generic, TypeVar

REMEMBERED: Final = 500  # states per task; one takes some 15 kB as objects, so six tasks take 45 MB at most
LARGE: Final = 32 * 1024  # bytes as written; states beyond are rare, and read again each time

_Key = TypeVar("_Key")
_State = TypeVar("_State")


class Memory(Generic[_Key, _State]):
    """The states used last, by key."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._states: OrderedDict[_Key, _State] = OrderedDict()

    def get(self, key: _Key) -> _State | None:
        """Give the state of a key; None where it is not in the cache."""
        state = self._states.get(key)
        if state is not None:
            self._states.move_to_end(key)
        return state

    def keep(self, key: _Key, state: _State, size: int) -> None:
        """Keep the newest state of a key (`size` in bytes), and drop the least recently used one."""
        self._states.pop(key, None)
        if size <= LARGE:
            self._states[key] = state
        if len(self._states) > self._size:
            self._states.popitem(last=False)
