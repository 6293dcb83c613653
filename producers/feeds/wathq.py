"""The Saudi Commercial Register in the fields of the Wathq API: JSON, one record or a list.

The entry stands under its unified national number; the older commercial registration number is an identifier beside it.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from producers.feeds.feed import CountedRows, Interpreted, RefusedRow
from producers.feeds.json_files import json_rows
from producers.feeds.property_values import activity, address, identifier, language_of, texts
from producers.feeds.row_fields import Fields
from producers.feeds.row_reading import read_rows, registration_from
from producers.feeds.snapshot_events import snapshot
from register.events import RegistrationEvent

AUTHORITY: Final = "SA.MC"
BRANCH: Final = "فرع"  # the last word of a legal form that the ministry writes for a branch: "… — فرع"


class Wathq:
    """The feed `wathq`."""

    name = "wathq"
    title = "the Saudi Commercial Register, JSON in the fields of the Wathq API"

    def read(
        self, path: Path, recorded_on: date, counted: CountedRows | None = None
    ) -> Iterator[Interpreted | RefusedRow]:
        """Read the whole file, then record by record."""
        return read_rows(json_rows(path, counted or CountedRows()), partial(_events, recorded_on=recorded_on))


def _events(fields: Fields, recorded_on: date) -> Iterator[RegistrationEvent]:
    fields.ignore("_note")
    unified = fields.required("crNationalNumber", "the unified national number")
    registration = registration_from(AUTHORITY, "SA.UNN", unified, "crNationalNumber")
    name = fields.required_name("name")
    older = fields.number("crNumber")
    form = fields.text("entityForm")
    city = fields.text("city")
    fields.particular("hasEcommerce")
    stated = {
        "legal_name": texts(name),
        "legal_form_as_stated": form,
        "status_as_stated": fields.text("status"),
        "identifiers": [identifier("SA.UNN", unified), *([identifier("SA.CR", older)] if older else [])],
        "legal_address": [address(language_of(city), city=city, country="SA")] if city else [],
        "activities": [
            activity("SA.ISIC4", one.text("id") or "", one.text("name")) for one in fields.records("activities")
        ],
        "registration_date": fields.day("issueDateGregorian"),
        "is_branch": True if form and form.split()[-1] == BRANCH else None,
        "particulars": fields.notes.particulars,
    }
    yield snapshot("wathq", registration, recorded_on, stated)
