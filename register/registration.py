"""One company's entry in one register, folded from the set of its accepted events.

The fold orders events by the registry's own sequence, so any order of arrival gives the same entry. A corrected event
takes the place of the event that it names. A withdrawn event removes it. Both can be withdrawn themselves.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from register.authority_words import Words
from register.events import EventKind, EventRef, Provenance, RegistrationEvent, ref_of
from register.ids import EventId, RegistrationId, member_state_of
from register.properties import DERIVED, FOLLOWING, Properties
from register.status import BY_KIND, EntityStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The folded entry: its properties, and for each the event that stated it."""

    registration_id: RegistrationId
    properties: Properties
    provenance: Provenance


def empty(registration_id: RegistrationId) -> Registration:
    """Make a registration without properties."""
    return Registration(registration_id=registration_id, properties={}, provenance={})


def fold(base: Registration, events: Iterable[RegistrationEvent], words: Words) -> Registration:
    """Fold a set of events, in any order, over the fold of older events (`base`, or `empty`).

    >>> fold(empty(RegistrationId("KW.MOCI.1")), [], Words()).properties
    {}
    """
    folded = base
    for event in standing_events(events):
        folded = apply(folded, event, words)
    return folded


def standing_events(events: Iterable[RegistrationEvent]) -> list[RegistrationEvent]:
    """List the events that stand, each in its place: corrections where their targets stood, nothing withdrawn."""
    return [event_in_place(place, content) for place, content in standing_places(events, _withdraws)]


class Placed(Protocol):
    """The fields of an event that decide its place; an event that `replaces` another is a replacement."""

    @property
    def event_id(self) -> EventId: ...
    @property
    def sequence(self) -> int: ...
    @property
    def replaces(self) -> EventId | None: ...


Event = TypeVar("Event", bound=Placed)


def standing_places(events: Iterable[Event], withdraws: Callable[[Event], bool]) -> list[tuple[Event, Event]]:
    """List the standing places in order, each with the event whose content holds there: its own, or a correction's.

    A replacement counts only for an event with a lower sequence; the replacement with the highest sequence wins.
    A replacement whose target is not (yet) there waits: it has no effect. `withdraws` tells whether a replacement
    withdraws its target, whose place is then gone.
    """
    ordered = sorted({event.event_id: event for event in events}.values(), key=_sequence)
    by_id = {event.event_id: event for event in ordered}
    replacement: dict[EventId, Event] = {}
    for event in reversed(ordered):
        if event.replaces is None or (event.event_id in replacement and withdraws(replacement[event.event_id])):
            continue  # a withdrawn replacement replaces nothing
        target = by_id.get(event.replaces)
        if target is not None and target.sequence < event.sequence:
            replacement.setdefault(event.replaces, event)
    found = ((event, _content(event, replacement, withdraws)) for event in ordered if event.replaces is None)
    return [(event, content) for event, content in found if content is not None]


def event_in_place(place: RegistrationEvent, content: RegistrationEvent) -> RegistrationEvent:
    """Put the content of a correction into the event of a place; the kind of the place's event stays."""
    return content if content is place else replace(content, kind=place.kind)


def apply(registration: Registration, event: RegistrationEvent, words: Words) -> Registration:
    """Apply one standing event to a registration; an unchanged value keeps its older provenance."""
    ref = ref_of(event)
    stated = _interpreted(registration, event, words)
    properties = dict(registration.properties)
    provenance = dict(registration.provenance)
    for name in _removed(registration, event, stated):
        del properties[name], provenance[name]
    for name, value in stated.items():
        if name not in properties or properties[name] != value:
            properties[name] = value
            provenance[name] = ref
    return Registration(registration_id=registration.registration_id, properties=properties, provenance=provenance)


def events_behind(registration: Registration) -> list[EventRef]:
    """List the events that stated the values of a registration, each once, by sequence."""
    return sorted({ref.event_id: ref for ref in registration.provenance.values()}.values(), key=_sequence)


def _sequence(event: Placed | EventRef) -> tuple[int, str]:
    return event.sequence, event.event_id


def _withdraws(event: RegistrationEvent) -> bool:
    return event.kind is EventKind.WITHDRAWN


def _content(event: Event, replacement: Mapping[EventId, Event], withdraws: Callable[[Event], bool]) -> Event | None:
    """Follow replacements to the content that holds in the place of an event; None when it is withdrawn."""
    content = event
    while content.event_id in replacement:
        content = replacement[content.event_id]
        if withdraws(content):
            return None
    return content


def _removed(registration: Registration, event: RegistrationEvent, stated: Properties) -> Collection[str]:
    """Name the properties that an event removes: those that it clears; for a snapshot, all that it does not state."""
    held = registration.properties
    if event.kind is EventKind.SNAPSHOT:
        gone = {name for name in held.keys() - stated.keys() if name not in DERIVED or name in event.cleared}
    else:
        gone = {name for name in event.cleared if name in held and name not in stated}
    former = "previous_legal_names"
    if former in held and former not in stated and _renamed(held, stated):
        gone.add(former)  # a new name sets the list of former names again, unless all of them are current
    if gone:
        gone |= {name for name, origin in FOLLOWING.items() if origin in gone and name in held and name not in stated}
    return gone


def _interpreted(registration: Registration, event: RegistrationEvent, words: Words) -> dict[str, Any]:
    """Add the derived properties to those of an event: status, form, jurisdiction, former names, confirmation."""
    stated = dict(event.stated)
    held = registration.properties
    status = _status(held, event, words)
    if status is not None:
        stated["entity_status"] = status.value
    if "legal_form_as_stated" in stated and "legal_form" not in stated:
        stated["legal_form"] = words.legal_form_of(stated["legal_form_as_stated"]).value
    if "jurisdiction" not in stated and "jurisdiction" not in held:
        member_state = member_state_of(registration.registration_id) if words.kind.forms_companies else None
        if member_state is not None:
            stated["jurisdiction"] = member_state
    if event.kind is EventKind.CONFIRMED and "last_confirmed_date" not in stated:
        stated["last_confirmed_date"] = event.effective_date
    if _renamed(held, stated):
        former = _former_names(held, event)
        if former:
            stated["previous_legal_names"] = former
        else:
            stated.pop("previous_legal_names", None)
    return stated


def _status(held: Properties, event: RegistrationEvent, words: Words) -> EntityStatus | None:
    """Derive our status: the kind decides; else a stated status; else the registry's word; else ACTIVE at first."""
    if event.kind in BY_KIND:
        return BY_KIND[event.kind]
    if "entity_status" in event.stated:
        return EntityStatus(event.stated["entity_status"])
    if "status_as_stated" in event.stated:
        return words.status_of(event.stated["status_as_stated"])
    if event.kind is EventKind.REGISTERED or "entity_status" not in held:
        return EntityStatus.ACTIVE if event.kind is EventKind.REGISTERED else EntityStatus.UNKNOWN
    return None


def _renamed(held: Properties, stated: Properties) -> bool:
    return "legal_name" in stated and "legal_name" in held and bool(stated["legal_name"] != held["legal_name"])


def _former_names(held: Properties, event: RegistrationEvent) -> list[dict[str, Any]]:
    """List the former legal names, the oldest first."""
    now = event.stated["legal_name"]
    cleared = "previous_legal_names" in event.cleared
    older = event.stated.get("previous_legal_names", [] if cleared else held.get("previous_legal_names", []))
    former = [name for name in older if name not in now]
    return former + [name for name in held["legal_name"] if name not in now and name not in former]
