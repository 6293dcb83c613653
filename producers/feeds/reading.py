"""What all feeds do with a row: interpret it, or say why not; and how a number becomes a registration id."""

from collections.abc import Callable, Iterable, Iterator

from producers.feeds.fields import Fields, RowFault
from producers.feeds.files import Row
from producers.feeds.port import Interpreted, RefusedRow
from register.events import RegistrationEvent
from register.identifiers import SCHEMES, is_placeholder
from register.identifiers.spelling import spelled
from register.ids import RegistrationId, registration_id
from schemas.authorities import authorities

Interpret = Callable[[Fields], Iterable[RegistrationEvent]]
"""Makes the events of one row, at least one; raises RowFault. It asks the row for every field that it knows."""


def read_rows(rows: Iterable[Row], interpret: Interpret) -> Iterator[Interpreted | RefusedRow]:
    """Interpret rows one after the other."""
    for row in rows:
        if row.fault is not None:
            yield RefusedRow(row=row.number, reason=row.fault)
        else:
            yield from _read_row(row, interpret)


def _read_row(row: Row, interpret: Interpret) -> Iterator[Interpreted | RefusedRow]:
    fields = Fields(row.record)
    try:
        first, *others = interpret(fields)
    except RowFault as fault:
        yield RefusedRow(row=row.number, reason=fault.reason, field=fault.field)
        return
    yield Interpreted(row=row.number, event=first, odd=tuple(fields.notes.odd), unknown_fields=fields.unknown())
    for event in others:
        yield Interpreted(row=row.number, event=event)


def registration_from(authority: str, scheme: str | None, number: str, field: str) -> RegistrationId:
    """Form the id of a registration from its number as stated; raises RowFault for what is no number there."""
    compact = spelled(number) if scheme is None else SCHEMES[scheme].compact(number)
    if is_placeholder(compact):
        raise RowFault(f"{number!r:.60} is a placeholder, no registration number", field)
    known = authorities()[authority]
    if known.number is not None and not known.number.fullmatch(compact):
        raise RowFault(f"{number!r:.60} is no number of {authority}: expected {known.number_in_words}", field)
    state, register = authority.split(".")
    try:
        return registration_id(state, register, compact)
    except ValueError as fault:
        raise RowFault(str(fault), field) from fault
