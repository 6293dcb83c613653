"""Shared by all feeds: interpret a row or refuse it, and make a registration id from a number."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from producers.feeds.feed import Interpreted, RefusedRow
from producers.feeds.files import FileRow
from producers.feeds.row_fields import Fields, RowFault
from register.events import RegistrationEvent
from register.identifiers import SCHEMES, is_placeholder
from register.identifiers.spelling import is_rounded, spelled
from register.ids import RegistrationId, registration_id
from schemas.facts.authorities import authorities

LONGEST_AS_STATED: Final = 256  # characters; with blanks and marks, a registration number has 64 at most

Interpret = Callable[[Fields], Iterable[RegistrationEvent]]
"""Makes the events of one row, at least one; raises RowFault. It reads every field that it knows."""


def read_rows(rows: Iterable[FileRow], interpret: Interpret) -> Iterator[Interpreted | RefusedRow]:
    """Interpret rows one after the other."""
    for row in rows:
        if row.fault is not None:
            yield RefusedRow(row=row.number, reason=row.fault, last_row=row.last)
        else:
            yield from _read_row(row, interpret)


def _read_row(row: FileRow, interpret: Interpret) -> Iterator[Interpreted | RefusedRow]:
    fields = Fields(row.record)
    try:
        first, *others = interpret(fields)
    except RowFault as fault:
        yield RefusedRow(row=row.number, reason=fault.reason, field=fault.field, last_row=row.last)
        return
    odd = (*row.odd, *fields.notes.odd) if row.odd or fields.notes.odd else ()
    yield Interpreted(row=row.number, event=first, odd=odd, unknown_fields=fields.unknown(), last_row=row.last)
    for event in others:
        yield Interpreted(row=row.number, event=event)


def registration_from(authority: str, scheme: str | None, number: str, field: str) -> RegistrationId:
    """Form the id of a registration from its number as stated; raises RowFault where it is no number."""
    if len(number) > LONGEST_AS_STATED:
        raise RowFault(f"{number!r:.60} is too long for a registration number", field)
    compact = spelled(number) if scheme is None else SCHEMES[scheme].compact(number)
    if is_rounded(compact):
        raise RowFault(f"{number!r:.60} is a number that a spreadsheet has rounded: its digits are lost", field)
    if is_placeholder(compact):
        raise RowFault(f"{number!r:.60} is a placeholder, no registration number", field)
    known = authorities()[authority]
    if known.number is not None and not known.number.fullmatch(compact):
        raise RowFault(f"{number!r:.60} is no number of {authority}: expected {known.number_in_words}", field)
    prefix, register = authority.split(".")
    try:
        return registration_id(prefix, register, compact)
    except ValueError as fault:
        raise RowFault(str(fault), field) from fault
