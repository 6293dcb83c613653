"""Shows which events of a company's registrations are parked: its record is without them."""

from collections.abc import Sequence

from operations.output import note, table
from operations.value_texts import counted
from services.parked_events import ParkedEvent
from services.problems import OnlyParked


def require_no_parked(id_: str, parked: Sequence[ParkedEvent]) -> None:
    """Raise OnlyParked where all that there is of a registration is parked."""
    if parked:
        raise OnlyParked(id=id_, letters=tuple(_letter(one) for one in parked))


def show_parked(parked: Sequence[ParkedEvent]) -> None:
    """Show the parked events, each with its dead letter."""
    if not parked:
        return
    rows = ((one.registration_id, _which(one), one.code, _letter(one)) for one in parked)
    title = f"What is shown is without {counted(len(parked), 'parked event')}"
    table(title, ("registration", "which", "why", "dead letter"), rows)
    note(f"one of them whole: sijill dlq show {_letter(parked[0])}")


def _letter(one: ParkedEvent) -> str:
    return f"{one.publisher} {one.partition} {one.offset}"


def _which(one: ParkedEvent) -> str:
    """Name the event, if it could be read."""
    return "an event is parked" if one.sequence is None else f"event {one.sequence} is parked ({one.event_id})"
