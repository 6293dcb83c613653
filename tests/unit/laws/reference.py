"""A second definition of standing events and stated values: recursive, slow and plain.

Nothing here is shared with `register.registration`: where the two disagree, one of them is wrong.
"""

from collections.abc import Sequence
from typing import Any

from register.events import EventKind, RegistrationEvent

DERIVED_HERE = ("entity_status", "jurisdiction", "previous_legal_names", "last_confirmed_date", "legal_form")


def winner(event: RegistrationEvent, among: Sequence[RegistrationEvent]) -> RegistrationEvent | None:
    """Give the replacement that counts: the highest that names the event, comes after it and is not withdrawn."""
    candidates = [
        one
        for one in among
        if one.kind in (EventKind.CORRECTED, EventKind.WITHDRAWN)
        and one.replaces == event.event_id
        and one.sequence > event.sequence
        and not is_withdrawn(one, among)
    ]
    return max(candidates, key=lambda one: one.sequence, default=None)


def is_withdrawn(event: RegistrationEvent, among: Sequence[RegistrationEvent]) -> bool:
    """Tell whether the replacement that counts is a withdrawal."""
    last = winner(event, among)
    return last is not None and last.kind is EventKind.WITHDRAWN


def content(event: RegistrationEvent, among: Sequence[RegistrationEvent]) -> RegistrationEvent | None:
    """Give the content of an event now: its own, or its replacement's; None once it is withdrawn."""
    last = winner(event, among)
    if event.kind is EventKind.WITHDRAWN:
        return None
    return event if last is None else content(last, among)


def what_stands(among: Sequence[RegistrationEvent]) -> list[tuple[EventKind, RegistrationEvent]]:
    """Give the standing places of the history: the kind and the content of each."""
    places = [one for one in among if one.kind not in (EventKind.CORRECTED, EventKind.WITHDRAWN)]
    said = [(one.kind, content(one, among)) for one in sorted(places, key=lambda one: one.sequence)]
    return [(kind, words) for kind, words in said if words is not None]


def value_of(name: str, among: Sequence[RegistrationEvent]) -> tuple[Any, str] | None:
    """A property's value and the event that stated it, found by looking back from the end; not for derived ones.

    Of a run of events that state the same value, with nothing else between, the first is named.
    """
    if name in DERIVED_HERE:
        raise ValueError(f"{name} is derived, not only stated")
    found: tuple[Any, str] | None = None
    for kind, words in reversed(what_stands(among)):
        if name in words.stated:
            if found is not None and found[0] != words.stated[name]:
                return found
            found = (words.stated[name], words.event_id)
        elif name in words.cleared or kind is EventKind.SNAPSHOT:
            return found
    return found
