"""Makes events for registers that number none: one snapshot per registration and day, equal for equal content."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

from register.events import EventKind, RegistrationEvent
from register.ids import EventId, RegistrationId, number_of

_CANONICAL: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
DIGEST_CHARACTERS: Final = 12  # 48 bits: two contents of one registration and day get different ids


def snapshot(
    feed: str,
    registration: RegistrationId,
    recorded_on: date,
    stated: Mapping[str, Any],
    effective_date: date | None = None,
) -> RegistrationEvent:
    """Make the snapshot of a registry's entry on a day. Empty properties are left out: they are not stated."""
    kept = {name: value for name, value in stated.items() if value is not None and value not in ("", [], {})}
    effective = effective_date or recorded_on
    return RegistrationEvent(
        event_id=event_id(feed, registration, recorded_on, (EventKind.SNAPSHOT, effective, kept)),
        registration_id=registration,
        sequence=sequence_of(recorded_on),
        kind=EventKind.SNAPSHOT,
        effective_date=effective,
        recorded_at=start_of(recorded_on),
        stated=kept,
    )


def event_id(feed: str, registration: RegistrationId, recorded_on: date, content: Any) -> EventId:
    """Derive an event's id from its content: other content gives another event, equal content a repeat."""
    digest = hashlib.sha256(_CANONICAL.encode(content).encode()).hexdigest()[:DIGEST_CHARACTERS]
    return EventId(f"{feed}:{number_of(registration)}:{sequence_of(recorded_on):08}:{digest}")


def sequence_of(recorded_on: date) -> int:
    """Number the events of a registration by day.

    >>> sequence_of(date(2025, 10, 1))
    20251001
    """
    return recorded_on.year * 10_000 + recorded_on.month * 100 + recorded_on.day


def start_of(day: date) -> datetime:
    """Give the first moment of a day, in UTC."""
    return datetime.combine(day, time.min, UTC)
