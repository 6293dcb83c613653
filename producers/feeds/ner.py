"""The National Economic Register of the United Arab Emirates: JSON, one record or a list.

Activities are words without codes, joined by commas in each language. Where both languages have as many, they are
paired by position. A comma inside an activity's name cannot be told from one between two.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from producers.feeds.feed import CountedRows, Interpreted, RefusedRow
from producers.feeds.json_files import json_rows
from producers.feeds.property_values import activity, address, identifier, texts
from producers.feeds.row_fields import Fields
from producers.feeds.row_reading import read_rows, registration_from
from producers.feeds.snapshot_events import snapshot
from register.events import RegistrationEvent

AUTHORITY: Final = "AE.NER"
ACTIVITY_SCHEME: Final = "AE.NER"  # words of the register itself, no classification


class Ner:
    """The feed `ner`."""

    name = "ner"
    title = "the National Economic Register of the United Arab Emirates, JSON"

    def read(
        self, path: Path, recorded_on: date, counted: CountedRows | None = None
    ) -> Iterator[Interpreted | RefusedRow]:
        """Read the whole file, then record by record."""
        return read_rows(json_rows(path, counted or CountedRows()), partial(_events, recorded_on=recorded_on))


def _events(fields: Fields, recorded_on: date) -> Iterator[RegistrationEvent]:
    fields.ignore("_note")
    number = fields.required("registration_number", "the registration number")
    registration = registration_from(AUTHORITY, "AE.NER", number, "registration_number")
    name = fields.required_name("name")
    licence = fields.number("license_number")
    form = fields.text("type")
    street = fields.text("address_ar")
    activities = _activities(fields)
    is_branch = fields.flag("is_branch")
    if is_branch is False and form is not None and "branch" in form.casefold():
        fields.odd("is_branch", f"it says no, and the type says {form!r:.60}: both are kept as stated")
    fields.particular("registration_branch", "emirate_of_registration")
    stated = {
        "legal_name": texts(name, fields.name("alias_ar")),
        "legal_form_as_stated": form,
        "status_as_stated": fields.text("status"),
        "identifiers": [identifier("AE.NER", number), *([identifier("AE.LICENCE", licence)] if licence else [])],
        "legal_address": [address("ar", [street], country="AE")] if street else [],
        "activities": activities,
        "registration_date": fields.day("registration_date"),
        "expiry_date": fields.day("expiry_date"),
        "is_branch": is_branch,
        "particulars": fields.notes.particulars,
    }
    yield snapshot("ner", registration, recorded_on, stated)


def _activities(fields: Fields) -> list[dict[str, Any]]:
    english, arabic = (_words(fields.text(name)) for name in ("industries", "industries_ar"))
    if len(english) == len(arabic) or not english or not arabic:
        return [activity(ACTIVITY_SCHEME, "", one, other) for one, other in zip_longest(english, arabic)]
    fields.odd("industries_ar", f"{len(arabic)} activities for {len(english)} in English: stated apart, not as pairs")
    return [activity(ACTIVITY_SCHEME, "", one) for one in (*english, *arabic)]


def _words(joined: str | None) -> list[str]:
    return [word.strip() for word in (joined or "").split(",") if word.strip()]
