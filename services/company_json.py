"""A company's record for a person or a program: each value with who stated it, and what lost.

Works on the record as the projection keeps it: the Avro record `Company` in JSON, dates in ISO 8601.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from register.activities import is_it, isic4_classes
from register.company import FOLLOWING_FROM
from register.legal_forms import LegalForm
from register.properties import PROPERTIES
from schemas.facts.isic4 import isic4
from schemas.facts.it_companies import it_companies
from schemas.facts.legal_forms import legal_forms

JsonObject = Mapping[str, Any]


def company_view(record: JsonObject) -> dict[str, Any]:
    """Bring a company's record into the form that `sijill show` answers with.

    Beside its codes it says what they mean in both languages (see `company_words`). Every property has `value`,
    `source` (the event that stated it) and `others` (what other registrations state).
    """
    registrations = {one["registration_id"]: one for one in record["registrations"]}
    return {
        "company_id": record["company_id"],
        "version": record["version"],
        "anchor": record["anchor"],
        "alias_of": record["alias_of"],
        "registrations": list(registrations),
        **company_words(record["properties"]),
        "properties": {
            name: _property(name, value, record["sources"].get(name, record["anchor"]), registrations)
            for name, value in _stated(record)
        },
    }


def company_words(properties: JsonObject) -> dict[str, Any]:
    """Say in both languages what the codes of a company mean: its legal form, its classes of ISIC Rev. 4, whether IT.

    `isic4_classes` holds each class once, in the order of the activities.
    """
    found = dict.fromkeys(isic4_classes({"activities": properties.get("activities") or ()}))
    form = properties.get("legal_form")
    named = None if form is None else legal_forms()[LegalForm(form)]
    return {
        "legal_form_name": None if named is None else {"en": named.name_en, "ar": named.name_ar},
        "is_it": is_it(found, it_companies().classes),
        "isic4_classes": [asdict(isic4()[code]) for code in found],
    }


def source_in(registration: JsonObject, name: str) -> dict[str, Any]:
    """Name the event that a registration's value of a property comes from."""
    event = registration["sources"][registration["provenance"][FOLLOWING_FROM.get(name, name)]]
    return {"registration_id": registration["registration_id"], **event}


def _stated(record: JsonObject) -> Iterator[tuple[str, Any]]:
    for name in PROPERTIES:
        value = record["properties"].get(name)
        if value is not None:
            yield name, value


def _property(name: str, value: Any, winner: str, registrations: Mapping[str, JsonObject]) -> dict[str, Any]:
    others = [
        {"value": one["properties"][name], "source": source_in(one, name)}
        for key, one in registrations.items()
        if key != winner and one["properties"].get(name) is not None
    ]
    return {"value": value, "source": source_in(registrations[winner], name), "others": others}
