"""For registers without a system of their own: CSV or JSON Lines in Sijill's own property names.

One event per row. docs/reference/feeds.md describes every column; an empty cell is *not stated*. Lists are written with
`|` between their parts, pairs with `=`: `identifiers` is `SA.CR=1010307349|LEI=…`, `activities` is `ISIC4=6201|…`.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from producers.feeds.csv_files import csv_rows
from producers.feeds.dates import day_from, moment_from
from producers.feeds.feed import CountedRows, Interpreted, RefusedRow
from producers.feeds.json_files import json_line_rows, json_rows
from producers.feeds.property_values import UNDETERMINED, activity, address, identifier, language_of, texts
from producers.feeds.row_fields import LONGEST_NUMBER, Fields, RowFault
from producers.feeds.row_reading import read_rows, registration_from
from producers.feeds.snapshot_events import event_id, sequence_of, start_of
from register.event_checks import NAMING
from register.events import EventKind, RegistrationEvent
from register.identifiers.spelling import is_placeholder, says_nothing
from register.ids import EventId, RegistrationId
from register.legal_forms import LegalForm
from register.status import EntityStatus
from schemas.facts.authorities import authorities

MANDATORY: Final = ("authority", "registration_number")
PLAIN: Final = (
    "legal_form_as_stated",
    "status_as_stated",
    "website",
    "home_registration",
    "successor_registration",
)
DAYS: Final = ("registration_date", "expiry_date", "last_confirmed_date")
ADDRESSES: Final = ("legal_address", "headquarters_address")
PARTICULARS: Final = "particulars."
BETWEEN: Final = "|"
LARGEST_SEQUENCE: Final = 2**63 - 1  # Avro's long
SEQUENCE_DIGITS: Final = 19  # of the largest
EPOCH_YEAR: Final = 1970  # seconds or milliseconds that were read as microseconds end in its first weeks


class Generic:
    """The feed `csv`."""

    name = "csv"
    title = "any register, CSV, JSON or JSON Lines in Sijill's own property names"

    def read(
        self, path: Path, recorded_on: date, counted: CountedRows | None = None
    ) -> Iterator[Interpreted | RefusedRow]:
        """Read a file row by row. A name that ends in .jsonl or .ndjson is JSON Lines; .json is one list."""
        interpret = partial(_events, recorded_on=recorded_on)
        counted = counted or CountedRows()
        if path.suffix in (".jsonl", ".ndjson"):
            return read_rows(json_line_rows(path, counted), interpret)
        if path.suffix == ".json":
            return read_rows(json_rows(path, counted), interpret)
        return read_rows(csv_rows(path, MANDATORY, counted), interpret)


def _no_legal_name(fields: Fields) -> RowFault:
    found = [name for name in ("legal_name_ar", "legal_name_en") if fields.text(name) is not None]
    verb = "names" if len(found) == 1 else "name"
    message = f"{' and '.join(found)} {verb} nothing" if found else "the legal name is missing"
    return RowFault(f"{message}: fill legal_name_ar, legal_name_en or both", found[0] if found else "legal_name_ar")


def _events(fields: Fields, recorded_on: date) -> Iterator[RegistrationEvent]:
    registration = _registration(fields)
    kind = _kind(fields)
    recorded_at = _moment(fields, recorded_on)
    day = recorded_at.date()
    effective = _day_or_refuse(fields, "effective_date") or day
    replaces = fields.text("replaces")
    cleared = tuple(_parts(fields, "cleared"))
    stated = _stated(fields)
    if kind in NAMING and "legal_name" not in stated:
        raise _no_legal_name(fields)
    given = fields.text("event_id")
    yield RegistrationEvent(
        event_id=EventId(given)
        if given
        else event_id("csv", registration, day, (kind, effective, stated, cleared, replaces)),
        registration_id=registration,
        sequence=_sequence(fields) or sequence_of(day),
        kind=kind,
        effective_date=effective,
        recorded_at=recorded_at,
        replaces=EventId(replaces) if replaces else None,
        stated=stated,
        cleared=cleared,
    )


def _registration(fields: Fields) -> RegistrationId:
    authority = fields.required("authority", "the authority")
    if authority not in authorities():
        raise RowFault(f"no registration authority {authority!r:.60} is known", "authority")
    number = fields.required("registration_number", "the registration number")
    return registration_from(authority, None, number, "registration_number")


def _kind(fields: Fields) -> EventKind:
    word = fields.text("kind")
    if word is None:
        return EventKind.SNAPSHOT
    if word.upper() not in EventKind.__members__ or word.upper() == EventKind.UNKNOWN:
        raise RowFault(f"{word!r:.60} is no kind of event: {', '.join(EventKind).lower()}", "kind")
    return EventKind(word.upper())


def _sequence(fields: Fields) -> int | None:
    word = fields.text("sequence")
    if word is None:
        return None
    digits = word.isascii() and word.isdigit() and len(word) <= SEQUENCE_DIGITS
    if not digits or not 0 < int(word) <= LARGEST_SEQUENCE:
        raise RowFault(f"{word!r:.60} is no sequence: expected 1, 2, 3 … up to {LARGEST_SEQUENCE}", "sequence")
    return int(word)


def _moment(fields: Fields, recorded_on: date) -> datetime:
    word = fields.text("recorded_at")
    if word is None:
        return start_of(recorded_on)
    try:
        moment = moment_from(word)
    except ValueError as fault:
        raise RowFault(str(fault), "recorded_at") from fault
    if moment.year == EPOCH_YEAR:
        fields.odd("recorded_at", f"{word!r:.60} is near the beginning of Unix time: was it counted in another unit?")
    return moment


def _day_or_refuse(fields: Fields, name: str) -> date | None:
    """Read a day that has an effect in law: a day that cannot be read refuses the row."""
    word = fields.text(name)
    if word is None:
        return None
    try:
        return day_from(word)
    except ValueError as fault:
        raise RowFault(str(fault), name) from fault


def _stated(fields: Fields) -> dict[str, Any]:
    for name in fields.names():
        if name.startswith(PARTICULARS) and (value := fields.text(name)) is not None:
            fields.notes.keep(name.removeprefix(PARTICULARS), value)
    stated: dict[str, Any] = {
        "jurisdiction": fields.text("jurisdiction"),
        "legal_name": _in_languages(fields, "legal_name"),
        "trading_names": texts(*_names(fields, "trading_names")),
        "previous_legal_names": texts(*_names(fields, "previous_legal_names")),
        "entity_status": _one_of(fields, "entity_status", EntityStatus),
        "legal_form": _one_of(fields, "legal_form", LegalForm),
        "identifiers": [identifier(*pair) for pair in _identifiers(fields)],
        "activities": [activity(*pair) for pair in _pairs(fields, "activities")],
        "share_capital": _share_capital(fields),
        "is_branch": fields.flag("is_branch"),
        **{name: fields.text(name) for name in PLAIN},
        **{name: fields.day(name) for name in DAYS},
        **{name: _addresses(fields, name) for name in ADDRESSES},
    }
    stated["particulars"] = fields.notes.particulars
    return {name: value for name, value in stated.items() if value is not None and value not in ("", [], {})}


def _in_languages(fields: Fields, name: str) -> list[dict[str, str]]:
    found = ((language, fields.name(f"{name}_{language}")) for language in ("ar", "en"))
    return [{"text": text, "language": language} for language, text in found if text is not None]


def _addresses(fields: Fields, name: str) -> list[dict[str, Any]]:
    """State an address in each language that has lines; one without lines by the script of its city."""
    city, *others = (fields.text(f"{name}_{part}") for part in ("city", "region", "postal_code", "country"))
    region, postal_code, country = others
    lines = {language: _parts(fields, f"{name}_{language}") for language in ("ar", "en")}
    written = [language for language in lines if lines[language]]
    if not written and (city or any(others)):
        written = [language_of(city) if city else UNDETERMINED]
    return [
        address(language, lines.get(language, ()), city=city, region=region, postal_code=postal_code, country=country)
        for language in written
    ]


def _one_of(fields: Fields, name: str, ours: type[EntityStatus] | type[LegalForm]) -> str | None:
    """Read one of our own words, in capitals or not."""
    word = fields.text(name)
    if word is None or word.upper() in ours.__members__:
        return word.upper() if word else None
    fields.keep_odd(name, f"{word!r:.60} is none of {', '.join(ours)}")
    return None


def _share_capital(fields: Fields) -> dict[str, str] | None:
    amount, currency = fields.amount("share_capital_amount"), fields.text("share_capital_currency")
    if amount is not None and currency is not None:
        return {"amount": amount, "currency": currency}
    if amount is not None or currency is not None:
        if fields.text("share_capital_amount") is None or amount is not None:  # otherwise it is reported already
            fields.odd("share_capital_amount", "amount and currency go together: kept among the particulars")
        fields.particular("share_capital_amount", "share_capital_currency")
    return None


def _parts(fields: Fields, name: str) -> list[str]:
    return [part.strip() for part in (fields.text(name) or "").split(BETWEEN) if part.strip()]


def _pairs(fields: Fields, name: str) -> list[tuple[str, str]]:
    """Read `SCHEME=value` parts; a field with anything else in it is also kept among the particulars."""
    pairs = []
    for part in _parts(fields, name):
        scheme, between, value = (word.strip() for word in part.partition("="))
        if scheme and between and value:
            pairs.append((scheme, value))
        else:
            fields.keep_odd(name, f"{part!r:.60} is no SCHEME=value")
    return pairs


def _identifiers(fields: Fields) -> Iterator[tuple[str, str]]:
    for scheme, value in _pairs(fields, "identifiers"):
        if is_placeholder(value[:LONGEST_NUMBER]):
            fields.keep_odd("identifiers", f"{value!r:.60} is a placeholder, no number")
        else:
            yield scheme, value


def _names(fields: Fields, name: str) -> Iterator[str]:
    for part in _parts(fields, name):
        if says_nothing(part):
            fields.keep_odd(name, f"{part!r:.60} says nothing")
        else:
            yield part
