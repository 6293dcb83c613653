"""What a registry states about one registration, and when it took effect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from register.ids import EventId, RegistrationId
from register.properties import Properties


class EventKind(StrEnum):
    """The kinds of registration events; UNKNOWN stands for a kind of a newer contract."""

    REGISTERED = "REGISTERED"
    AMENDED = "AMENDED"
    RENEWED = "RENEWED"
    CONFIRMED = "CONFIRMED"
    SUSPENDED = "SUSPENDED"
    REINSTATED = "REINSTATED"
    LIQUIDATION_OPENED = "LIQUIDATION_OPENED"
    STRUCK_OFF = "STRUCK_OFF"
    MERGED_INTO = "MERGED_INTO"
    IDENTIFIER_CHANGED = "IDENTIFIER_CHANGED"
    CORRECTED = "CORRECTED"
    WITHDRAWN = "WITHDRAWN"
    SNAPSHOT = "SNAPSHOT"
    UNKNOWN = "UNKNOWN"


REPLACING = frozenset({EventKind.CORRECTED, EventKind.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationEvent:
    """One statement of a registry. `sequence` rises per registration; `recorded_at` is UTC.

    `stated` holds what the event states (a property left out is not stated), `cleared` what it removes.
    A corrected or withdrawn event `replaces` the event that it names.
    """

    event_id: EventId
    registration_id: RegistrationId
    sequence: int
    kind: EventKind
    effective_date: date
    recorded_at: datetime
    replaces: EventId | None = None
    stated: Properties = field(default_factory=dict)
    cleared: tuple[str, ...] = ()


class EventRef(NamedTuple):
    """A reference to the event that stated a value: enough to find the event and its date."""

    event_id: EventId
    sequence: int
    kind: EventKind
    effective_date: date
    recorded_at: datetime


Provenance = Mapping[str, EventRef]
"""Property to the event that stated its value."""


def ref_of(event: RegistrationEvent) -> EventRef:
    """Refer to an event."""
    return EventRef(event.event_id, event.sequence, event.kind, event.effective_date, event.recorded_at)
