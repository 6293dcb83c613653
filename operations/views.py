"""A company's record as a person or a program wants to read it: each value with who stated it, and what lost.

Works on the record as the projection keeps it: the Avro record `Company` in JSON, dates in ISO 8601.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from register.properties import PROPERTIES

Record = Mapping[str, Any]


def company_view(record: Record) -> dict[str, Any]:
    """Bring a company's record into the form that `sijill show` answers with.

    Every property has `value`, `source` (the event that stated it) and `others` (what other registrations state).
    """
    registrations = {one["registration_id"]: one for one in record["registrations"]}
    return {
        "company_id": record["company_id"],
        "version": record["version"],
        "anchor": record["anchor"],
        "alias_of": record["alias_of"],
        "registrations": list(registrations),
        "properties": {
            name: _property(name, value, record["sources"].get(name, record["anchor"]), registrations)
            for name, value in _stated(record)
        },
    }


def source_in(registration: Record, name: str) -> dict[str, Any]:
    """Name the event that a registration's value of a property comes from."""
    event = registration["sources"][registration["provenance"][name]]
    return {"registration_id": registration["registration_id"], **event}


def _stated(record: Record) -> Iterator[tuple[str, Any]]:
    for name in PROPERTIES:
        value = record["properties"].get(name)
        if value is not None:
            yield name, value


def _property(name: str, value: Any, winner: str, registrations: Mapping[str, Record]) -> dict[str, Any]:
    others = [
        {"value": one["properties"][name], "source": source_in(one, name)}
        for key, one in registrations.items()
        if key != winner and one["properties"].get(name) is not None
    ]
    return {"value": value, "source": source_in(registrations[winner], name), "others": others}
