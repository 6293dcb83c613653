"""The accepted events of one registration, taken as they arrived. Past its bound the older half is settled for ever.

It keeps what `register.history` accepts, and leaves out what that refuses. The caller says what the older half becomes.
The whole register folds it. A question about an earlier day keeps its places (see `register.as_of`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from register import history as bounds
from register.events import RegistrationEvent
from register.ids import EventId
from register.limits import HELD_BYTES

Base = TypeVar("Base")
"""What the settled events have become."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A valid event, and the size of its record value in bytes. Sizes bound the number of kept events."""

    event: RegistrationEvent
    size: int


@dataclass(slots=True, kw_only=True)
class BoundedHistory(Generic[Base]):
    """The events that are still held, and the base of the settled ones. `settle` adds events to a base."""

    base: Base
    settle: Callable[[Base, Iterable[RegistrationEvent]], Base]
    _base_sequence: int = 0
    _is_bounded: bool = False
    _events: dict[EventId, Received] = field(default_factory=dict)
    _sequences: set[int] = field(default_factory=set)
    _size: int = 0

    def take(self, one: Received) -> None:
        """Keep an event, unless it is a repeat, is refused, or is too late for a bounded history."""
        event = one.event
        if event.event_id in self._events or event.sequence in self._sequences or event.sequence <= self._base_sequence:
            return
        if event.replaces is not None:
            target = self._events.get(event.replaces)
            if target is None and self._is_bounded:
                return
            if target is not None and target.event.sequence >= event.sequence:
                return
        self._events[event.event_id] = one
        self._sequences.add(event.sequence)
        self._size += one.size
        while len(self._events) > bounds.HELD_EVENTS or self._size > HELD_BYTES:
            self._settle_the_older_half()

    def all_settled(self) -> Base:
        """Give the base as it would be with the held events, too."""
        return self.settle(self.base, self.held())

    def held(self) -> Iterator[RegistrationEvent]:
        """Give the events that are still held, as they arrived."""
        return (one.event for one in self._events.values())

    def _settle_the_older_half(self) -> None:
        ordered = sorted(self._events.values(), key=lambda one: (one.event.sequence, one.event.event_id))
        half = (len(ordered) + 1) // 2
        older, newer = ordered[:half], ordered[half:]
        gone = {one.event.event_id for one in older}
        for one in newer:  # a replacement goes with the events that it settled
            if one.event.replaces in gone:
                gone.add(one.event.event_id)
        self.base = self.settle(self.base, (one.event for one in ordered if one.event.event_id in gone))
        self._base_sequence, self._is_bounded = older[-1].event.sequence, True
        self._events = {one.event.event_id: one for one in newer if one.event.event_id not in gone}
        self._sequences = {one.event.sequence for one in self._events.values()}
        self._size = sum(one.size for one in self._events.values())
