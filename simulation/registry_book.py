"""The registry's book of one registration: acts with their mistakes become numbered events.

The book is in the registry's own order. `delivery_order.py` decides in which order the events travel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from register.events import EventKind, RegistrationEvent
from register.ids import EventId
from simulation import invented_values
from simulation.mistakes import AS_IT_WAS, PHANTOMS, PUT_RIGHT, Entry, write
from simulation.registration_life import Act, Life
from simulation.vocabulary import pick

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_UNTROUBLED_FROM: Final = 180  # entries; with sixty acts at most, a book stays below the 256 events that admit holds
_PHANTOM_KINDS: Final = (
    EventKind.AMENDED,
    EventKind.AMENDED,
    EventKind.AMENDED,
    EventKind.STRUCK_OFF,
    EventKind.SUSPENDED,
    EventKind.CONFIRMED,
    EventKind.LIQUIDATION_OPENED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The events of one registration by sequence, and for each act the event that states it in the end."""

    events: Sequence[RegistrationEvent]
    bearers: Sequence[RegistrationEvent]


def book_of(life: Life, prefix: str) -> Book:
    """Write a life into the registry's book."""
    rng, settings, end = life.rng, life.settings, len(life.acts) + 0.99
    entries: list[Entry] = []
    bearers: list[Entry] = []
    for place, act in enumerate(life.acts):
        may_err = len(entries) < _UNTROUBLED_FROM
        wrong = rng.random() < settings.corrected and may_err
        mistake = pick(rng, PUT_RIGHT) if wrong else AS_IT_WAS
        written = write(rng, life.person, act, place, end, pick(rng, PHANTOMS) if life.void else mistake)
        entries += written
        if mistake.bearer is not None and not life.void:
            bearers.append(written[mistake.bearer])
        if rng.random() < settings.phantoms and may_err and not life.void:
            phantom = _phantom(life, act)
            entries += write(rng, life.person, phantom, place + rng.random(), end, pick(rng, PHANTOMS))
    entries.sort(key=_at)
    events = _numbered(life, entries, prefix)
    return Book(events=events, bearers=[events[entry.number] for entry in bearers])


def _at(entry: Entry) -> float:
    return entry.at


def _phantom(life: Life, near: Act) -> Act:
    """Invent an act that never happened: meant for another company, or a status by mistake."""
    kind = pick(life.rng, _PHANTOM_KINDS)
    stated: dict[str, Any] = {}
    if kind is EventKind.AMENDED:
        stranger = invented_values.renamed(life.rng, life.name, life.words, life.person.register)
        stated["legal_name"] = stranger.texts(life.words.mark)
        stated["legal_address"] = invented_values.address(life.rng, life.words, life.person.register, ("ar",))
        if life.rng.random() < 0.3:
            stated["home_registration"] = life.person.abroad(life.rng)
        elif life.rng.random() < 0.3 and (lei := life.person.other_lei(life.rng)) is not None:
            stated["identifiers"] = [invented_values.identifier("LEI", lei)]
    return Act(kind=kind, effective_date=near.effective_date, stated=stated, cleared=())


def _numbered(life: Life, entries: Sequence[Entry], prefix: str) -> list[RegistrationEvent]:
    """Number and date the entries: sequences rise, with a gap now and then; so does the time of recording."""
    rng, acts, registration_id = life.rng, life.acts, life.person.registration_id
    events: list[RegistrationEvent] = []
    sequence, recorded = 0, 0
    for number, entry in enumerate(entries):
        entry.number = number
        sequence += 1 if rng.random() < 0.95 else 2 + int(rng.random() * 8)
        reached = acts[min(int(entry.at), len(acts) - 1)].effective_date
        day = max(entry.effective_date, reached).toordinal() - _EPOCH_DAY
        recorded = max(recorded + 1 + int(rng.random() * 7_200), day * 86_400 + 21_600 + int(rng.random() * 36_000))
        events.append(
            RegistrationEvent(
                event_id=EventId(f"{prefix}.{number + 1}"),
                registration_id=registration_id,
                sequence=sequence,
                kind=entry.kind,
                effective_date=entry.effective_date,
                recorded_at=_EPOCH + timedelta(seconds=recorded),
                replaces=None if entry.target is None else events[entry.target.number].event_id,
                stated=entry.stated,
                cleared=entry.cleared,
            )
        )
    return events
