"""The properties of a registration and of a company, and the rules for each.

A value is plain data (text, truth, date, list, map) and never changes in place. The fold and the merge only move and
compare values. A property that is absent is not stated.
"""

from collections.abc import Mapping
from typing import Any, Final

# Text, bool, date, list of maps, map: opaque here, typed in schemas/avro/Properties.v1.avsc.
Value = Any
Properties = Mapping[str, Value]

PROPERTIES: Final = (
    "jurisdiction",
    "legal_name",
    "trading_names",
    "previous_legal_names",
    "legal_form_as_stated",
    "legal_form",
    "status_as_stated",
    "entity_status",
    "identifiers",
    "legal_address",
    "headquarters_address",
    "activities",
    "registration_date",
    "expiry_date",
    "last_confirmed_date",
    "share_capital",
    "website",
    "is_branch",
    "home_registration",
    "home_status",
    "successor_registration",
    "particulars",
)
COMPANY_ONLY: Final = frozenset({"home_status"})
"""Properties that follow from a company's registrations together: no registry states them."""
MANDATORY: Final = frozenset({"jurisdiction", "legal_name", "entity_status"})
DERIVED: Final = frozenset(
    {"entity_status", "jurisdiction", "previous_legal_names", "last_confirmed_date", "legal_form"}
)
FOLLOWING: Final = {"legal_form": "legal_form_as_stated"}
"""From each derived property to its source property: without the source, the derived property is removed."""
