"""GLEIF's LEI index as a reference source: CSV with lei, legal_name, country, category, subcategory, tech_guess.

One snapshot per row, under XG.LEI. The file says nothing of status, so our status stays UNKNOWN. `tech_guess` is a
guess from the name, not GLEIF's: it is kept as a particular and used for nothing.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from producers.feeds.csv_files import csv_rows
from producers.feeds.feed import CountedRows, Interpreted, RefusedRow
from producers.feeds.property_values import UNDETERMINED, address, identifier, texts
from producers.feeds.row_fields import Fields, RowFault
from producers.feeds.row_reading import read_rows, registration_from
from producers.feeds.snapshot_events import snapshot
from register.events import RegistrationEvent

AUTHORITY: Final = "XG.LEI"
COUNTRY_LETTERS: Final = 2  # ISO 3166-1 alpha-2


class Gleif:
    """The feed `gleif`."""

    name = "gleif"
    title = "the LEI index of GLEIF, CSV: lei, legal_name, country, category, subcategory, tech_guess"

    def read(
        self, path: Path, recorded_on: date, counted: CountedRows | None = None
    ) -> Iterator[Interpreted | RefusedRow]:
        """Read the file line by line."""
        rows = csv_rows(path, ("lei", "legal_name", "country"), counted or CountedRows())
        return read_rows(rows, partial(_events, recorded_on=recorded_on))


def _events(fields: Fields, recorded_on: date) -> Iterator[RegistrationEvent]:
    lei = fields.required("lei", "the LEI")
    registration = registration_from(AUTHORITY, "LEI", lei, "lei")
    name = fields.required_name("legal_name")
    country = fields.required("country", "the country")
    if len(country) != COUNTRY_LETTERS or not country.isalpha() or not country.isascii():
        raise RowFault(f"{country!r:.60} is no ISO 3166-1 code of two letters", "country")
    fields.particular("category", "subcategory", "tech_guess")
    stated = {
        "jurisdiction": country.upper(),
        "legal_name": texts(name),
        "identifiers": [identifier("LEI", lei)],
        "legal_address": [address(UNDETERMINED, country=country.upper())],
        "particulars": fields.notes.particulars,
    }
    yield snapshot("gleif", registration, recorded_on, stated)
