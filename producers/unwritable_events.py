"""Checks an event before it is sent: its values must have the types that the contract needs.

Python accepts a `datetime` as a date, and a text as a list of its letters. Avro would write either without an error.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from register.codes import Code, Rejected
from register.events import EventKind, RegistrationEvent
from schemas.codec.wire import encode_part
from schemas.problems import Unwritable

_DAYS: Final = ("registration_date", "expiry_date", "last_confirmed_date")
_ADDRESSES: Final = ("legal_address", "headquarters_address")
_LARGEST: Final = 2**63 - 1  # Avro's long
_MISFITS: Final = (ValueError, TypeError, KeyError, AttributeError, OverflowError, Unwritable)


def fault_in(event: RegistrationEvent) -> Rejected | None:
    """Say why an event cannot be sent, and in which field. None: no fault was found without writing it."""
    for field, fault in _faults(event):
        return Rejected(code=Code.UNREADABLE, message=f"{field}: {fault}", field=field)
    return None


def unwritable_field(stated: Mapping[str, Any]) -> str | None:
    """Find the first property that cannot be written; it tries each alone, which takes time."""
    for name, value in stated.items():
        try:
            encode_part("Properties", {name: value})
        except _MISFITS:
            return name
    return None


def _faults(event: RegistrationEvent) -> Iterator[tuple[str, str]]:
    for field in ("event_id", "registration_id", "replaces"):
        text = getattr(event, field)
        if type(text) is not str:
            if text is not None or field != "replaces":
                yield field, f"expected a text, found {text!r:.60}"
        elif not text.isascii() and not _is_text(text):
            yield field, f"{text!r:.60} holds half a character, which UTF-8 does not have"
    if type(event.sequence) is not int or not -_LARGEST <= event.sequence <= _LARGEST:
        yield "sequence", f"expected a whole number of at most 64 bits, found {_beginning(event.sequence)}"
    if type(event.kind) is not EventKind:
        yield "kind", f"expected an EventKind, found {event.kind!r:.60}"
    if type(event.effective_date) is not date:
        yield "effective_date", f"expected a date without a time, found {event.effective_date!r:.60}"
    yield from _faults_of_the_moment(event.recorded_at)
    if isinstance(event.cleared, str):
        yield "cleared", "expected the names of properties, found one text"
    yield from _faults_of_properties(event.stated)


def _faults_of_the_moment(moment: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(moment, datetime):
        yield "recorded_at", f"expected a datetime, found {moment!r:.60}"
    elif moment.tzinfo is not UTC:
        if moment.utcoffset() is None:
            yield "recorded_at", f"{moment.isoformat()} has no zone: state it in UTC (tzinfo=UTC)"
            return
        try:
            moment.astimezone(UTC)
        except OverflowError:
            yield "recorded_at", f"{moment.isoformat()} is no moment in UTC between the years 1 and 9999"


def _faults_of_properties(stated: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(stated, Mapping):
        yield "stated", f"expected properties by name, found {stated!r:.60}"
        return
    for name in _DAYS:
        day = stated.get(name)
        if day is not None and type(day) is not date:
            yield name, f"expected a date without a time, found {day!r:.60}"
    for name in _ADDRESSES:
        for one in stated.get(name) or ():
            if isinstance(one, Mapping) and isinstance(one.get("lines"), str):
                yield name, "expected a list of lines, found one text"
    for one in stated.get("identifiers") or ():
        for end in ("valid_from", "valid_to") if isinstance(one, Mapping) else ():
            if isinstance(one.get(end), datetime):
                yield "identifiers", f"expected a date without a time as {end}, found {one[end]!r:.60}"


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _beginning(number: Any) -> str:
    """Write a number for a message; a number of thousands of digits is shortened."""
    return f"one of {number.bit_length():,} bits" if type(number) is int else f"{number!r:.60}"
