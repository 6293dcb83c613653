"""Sijilat, the register of Bahrain: JSON, one record or a list.

A record lists registrations under `branches`, itself among them. They share a stem and need not be one company. 9-3 was
"sold or legal status changed" long before 9-1 expired. Each gets an event of its own that states what the list says of
it and nothing more. It states no home registration, because the register does not say that one belongs to the other.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from producers.feeds.feed import CountedRows, Interpreted, RefusedRow
from producers.feeds.files import FileRow
from producers.feeds.json_files import json_rows
from producers.feeds.property_values import activity, identifier, texts
from producers.feeds.row_fields import Fields, RowFault
from producers.feeds.row_reading import read_rows, registration_from
from producers.feeds.snapshot_events import snapshot
from register.events import RegistrationEvent
from register.identifiers import SCHEMES

AUTHORITY: Final = "BH.SIJILAT"
LISTED_BY: Final = "branches.listed_by"
"""The particular with the registration in whose list of branches this one stands."""
CURRENCIES: Final = {"bahrain dinar": "BHD", "bahraini dinar": "BHD"}


class Sijilat:
    """The feed `sijilat`."""

    name = "sijilat"
    title = "Sijilat, the commercial register of Bahrain, JSON"

    def read(
        self, path: Path, recorded_on: date, counted: CountedRows | None = None
    ) -> Iterator[Interpreted | RefusedRow]:
        """Read the whole file, then record by record; a registration that has a record gets no event from a list."""
        rows = list(json_rows(path, counted or CountedRows()))
        with_record = {_number(row) for row in rows}
        return read_rows(rows, partial(_events, recorded_on=recorded_on, with_record=with_record))


def _number(row: FileRow) -> str:
    return SCHEMES["BH.CR"].compact(str(row.record.get("registration_number", "")))


def _events(fields: Fields, recorded_on: date, with_record: set[str]) -> Iterator[RegistrationEvent]:
    fields.ignore("_note")
    number = fields.required("registration_number", "the registration number")
    registration = registration_from(AUTHORITY, "BH.CR", number, "registration_number")
    name = fields.required_name("name")
    activities = [_activity(one) for one in fields.records("activities")]
    capital = _capital(fields.record("capital"))
    fields.particular("nationality", "financial_year_end", "corporate_partner", "old_activities")
    branches = list(_listed(fields, SCHEMES["BH.CR"].compact(number), with_record, recorded_on))
    stated = {
        "legal_name": texts(name, fields.name("alias_ar")),
        "legal_form_as_stated": fields.text("type"),
        "status_as_stated": fields.text("status"),
        "identifiers": [identifier("BH.CR", number)],
        "activities": activities,
        "registration_date": fields.day("registration_date"),
        "expiry_date": fields.day("expiry_date"),
        "share_capital": capital,
        "particulars": fields.notes.particulars,
    }
    yield snapshot("sijilat", registration, recorded_on, stated)
    yield from branches


def _activity(fields: Fields) -> dict[str, object]:
    """Read an activity; its status has no property and is kept as a particular."""
    fields.particular("status")
    return activity("BH.ISIC4", fields.text("code") or "", fields.text("activity"))


def _capital(fields: Fields | None) -> dict[str, str] | None:
    """Read the issued share capital; the authorized capital and the division into shares are particulars."""
    if fields is None:
        return None
    amount, currency = fields.amount("issued"), fields.text("currency")
    fields.particular("authorized", "total_shares", "share_nominal_value")
    if amount is None or currency is None:
        fields.particular("issued", "currency")
        return None
    return {"amount": amount, "currency": CURRENCIES.get(currency.casefold(), currency)}


def _listed(fields: Fields, own: str, with_record: set[str], recorded_on: date) -> Iterator[RegistrationEvent]:
    """Read the list of branches: the record itself, others that have a record, and others that have none."""
    listed = []
    for branch in fields.records("branches"):
        number = branch.number("registration_number")
        if number is None:
            branch.odd("registration_number", "a branch without a number: kept among the particulars")
            branch.particular(*branch.names())
            continue
        listed.append(number)
        compact = SCHEMES["BH.CR"].compact(number)
        if compact == own:
            _compare(branch, fields)
        elif compact in with_record:
            branch.ignore("name", "status", "registration_date", "registry_expiry_date")
        else:
            event = _branch_event(branch, number, own, recorded_on)
            if event is not None:
                with_record.add(compact)
                yield event
    if listed:
        fields.notes.particulars["branches"] = ", ".join(listed)


def _branch_event(branch: Fields, number: str, own: str, recorded_on: date) -> RegistrationEvent | None:
    try:
        registration = registration_from(AUTHORITY, "BH.CR", number, "registration_number")
        name = branch.required_name("name")
    except RowFault as fault:
        branch.odd(fault.field or "registration_number", f"no event for the branch: {fault.reason}")
        branch.particular(*branch.names())
        return None
    stated = {
        "legal_name": texts(name),
        "status_as_stated": branch.text("status"),
        "identifiers": [identifier("BH.CR", number)],
        "registration_date": branch.day("registration_date"),
        "expiry_date": branch.day("registry_expiry_date"),
        "particulars": {LISTED_BY: own},
    }
    return snapshot("sijilat", registration, recorded_on, stated)


def _compare(branch: Fields, fields: Fields) -> None:
    """Compare a record with its entry in its own list; where they differ, both values are kept."""
    pairs = (
        ("name", "name"),
        ("status", "status"),
        ("registration_date", "registration_date"),
        ("registry_expiry_date", "expiry_date"),
    )
    for listed, own in pairs:
        if branch.text(listed) not in (None, fields.text(own)):
            branch.odd(listed, f"its own record says {fields.text(own)!r:.60}: the record is taken, this is kept")
            branch.particular(listed)
