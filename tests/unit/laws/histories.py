"""Histories that registries could have published: valid events with corrections, withdrawals, snapshots and clears.

The alphabets are small on purpose: values come back, corrections meet, names return.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from register.events import REPLACING, EventKind, RegistrationEvent
from register.ids import EventId, RegistrationId, number_of
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, activity, address, identifier, named

NOOR_IN_DUBAI = RegistrationId("AE.NER.10000001")
OLD_CR = "1010307349"
NOOR_ONCE_IN_RIYADH = RegistrationId(f"SA.MC.{OLD_CR}")
REGISTRATIONS = (NOOR, NOOR_IN_RIYADH, NOOR_AT_GLEIF, NOOR_IN_DUBAI, NOOR_ONCE_IN_RIYADH)
FIRST_DAY = date(2024, 1, 1)
NEVER_PUBLISHED = EventId("lost")

Item = TypeVar("Item")

VALUES: dict[str, list[Any]] = {
    "legal_name": [named("Noor"), named("Nour"), named("نور", language="ar"), named("Noor", "Nour")],
    "website": ["a.example", "b.example"],
    "is_branch": [True, False],
    "trading_names": [named("N"), named("M", "N")],
    "previous_legal_names": [named("Old"), named("Noor")],
    "entity_status": ["EXPIRED", "PENDING"],
    "status_as_stated": ["نشط", "مشطوب", "nobody knows"],
    "legal_address": [address("Kuwait"), address("Riyadh")],
    "activities": [[activity("6201")], [activity("620101", "SA.ISIC4"), activity("631100")]],
    "expiry_date": [date(2025, 1, 1), date(2026, 1, 1)],
    "share_capital": [{"amount": "1000", "currency": "KWD"}],
    "particulars": [{"capital_paid": "1", "auditor": "X"}, {"auditor": "X"}],
    "home_registration": list(REGISTRATIONS),
    "jurisdiction": ["KW", "AE-DU"],
    "identifiers": [
        [identifier("LEI", number_of(NOOR_AT_GLEIF))],
        [identifier("LEI", "549300ZC4LKL8D60R485")],
        [identifier("SA.CR", OLD_CR), identifier("LEI", "00000000000000000000")],
    ],
}
CLEARABLE = ("website", "trading_names", "previous_legal_names", "legal_address", "expiry_date", "home_registration")
Stated = st.SearchStrategy[dict[str, Any]]
PAIRS = [(name, value) for name, values in VALUES.items() for value in values]
BELONGING = [pair for pair in PAIRS if pair[0] in ("home_registration", "identifiers", "is_branch")]
ANYTHING: Stated = st.lists(st.sampled_from(PAIRS), max_size=3).map(dict)
OFTEN_WHO_IT_BELONGS_TO: Stated = st.lists(st.sampled_from([*BELONGING, *BELONGING, *PAIRS]), max_size=3).map(dict)

NAMING = (EventKind.REGISTERED, EventKind.SNAPSHOT)
KINDS = (
    *(EventKind.AMENDED,) * 4,
    *(EventKind.CORRECTED,) * 4,
    *(EventKind.WITHDRAWN,) * 3,
    *(kind for kind in EventKind if kind not in {EventKind.UNKNOWN, *REPLACING, EventKind.AMENDED}),
)


@st.composite
def histories(
    draw: st.DrawFn, of: RegistrationId = NOOR, least: int = 1, most: int = 8, stated: Stated = ANYTHING
) -> list[RegistrationEvent]:
    """Draw the events of one registration, by sequence, each with an id and a sequence of its own."""
    steps = draw(st.lists(st.integers(1, 3), min_size=least, max_size=most))
    events: list[RegistrationEvent] = []
    for step in steps:
        sequence = (events[-1].sequence if events else 0) + step
        events.append(_event(draw, of, sequence, events, stated))
    return events


@st.composite
def several(draw: st.DrawFn, most: int = 4, stated: Stated = ANYTHING) -> list[list[RegistrationEvent]]:
    """Draw the histories of several registrations of several registries."""
    chosen = draw(st.permutations(REGISTRATIONS).map(lambda all_of_them: all_of_them[:3]))
    return [draw(histories(of=of, most=most, stated=stated)) for of in chosen]


@st.composite
def shuffled_with_repeats(draw: st.DrawFn, events: Sequence[Item]) -> list[Item]:
    """Draw an order of arrival in which each comes at least once and some come again."""
    repeated = draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    return list(draw(st.permutations([*events, *repeated])))


@st.composite
def interleaved(draw: st.DrawFn, streams: Sequence[Sequence[Item]]) -> list[Item]:
    """Draw one stream out of several, each of which keeps its own order."""
    turns = draw(st.permutations([turn for turn, stream in enumerate(streams) for _ in stream]))
    sources = [iter(stream) for stream in streams]
    return [next(sources[turn]) for turn in turns]


def _event(
    draw: st.DrawFn, of: RegistrationId, sequence: int, earlier: Sequence[RegistrationEvent], values: Stated
) -> RegistrationEvent:
    kind = draw(st.sampled_from(KINDS))
    stated = {} if kind is EventKind.WITHDRAWN else draw(values)
    if kind in NAMING and "legal_name" not in stated:
        stated["legal_name"] = draw(st.sampled_from(VALUES["legal_name"]))
    if stated.get("home_registration") == of:
        del stated["home_registration"]
    cleared = () if kind is EventKind.WITHDRAWN else draw(_cleared)
    day = FIRST_DAY + timedelta(days=draw(st.integers(0, 3)))
    return RegistrationEvent(
        event_id=EventId(f"{of[:8]}{sequence}"),
        registration_id=of,
        sequence=sequence,
        kind=kind,
        effective_date=day,
        recorded_at=datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(seconds=sequence),
        replaces=draw(_target(earlier)) if kind in REPLACING else None,
        stated=stated,
        cleared=tuple(name for name in cleared if name not in stated),
    )


def _target(earlier: Sequence[RegistrationEvent]) -> st.SearchStrategy[EventId]:
    """Any earlier event, mostly one of the last few, and now and then one that was never published."""
    ids = [event.event_id for event in earlier]
    return st.sampled_from([*ids[-3:], *ids[-3:], *ids, NEVER_PUBLISHED])


_cleared = st.lists(st.sampled_from(CLEARABLE), max_size=2)
