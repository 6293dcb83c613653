"""A company's record as JSON: the Avro record `Company`, with what is not stated left out.

A registration may state exactly what the company's record says, as every single one does. The table then leaves out its
properties, which would take the larger half of the document. Reading puts them back.
"""

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


def stored(datum: Mapping[str, Any]) -> Document:
    """Make the document that the table stores from a Company datum."""
    properties = stated(datum["properties"])
    return {
        "company_id": datum["company_id"],
        "version": datum["version"],
        "anchor": datum["anchor"],
        "alias_of": datum["alias_of"],
        "properties": properties,
        "sources": datum["sources"],
        "registrations": [_registration(one, datum["properties"]) for one in datum["registrations"]],
    }


def restored(document: Document) -> Document:
    """Make the whole record from a document of the table: each registration with its own properties."""
    properties = document["properties"]
    whole = [{"properties": properties, **one} for one in document["registrations"]]
    return {**document, "registrations": whole}


def stated(properties: Mapping[str, Any]) -> Document:
    """Keep the properties that are stated."""
    return {name: value for name, value in properties.items() if value is not None}


def _registration(datum: Mapping[str, Any], of_company: Mapping[str, Any]) -> Document:
    kept = {
        "registration_id": datum["registration_id"],
        "sources": datum["sources"],
        "provenance": datum["provenance"],
    }
    if datum["properties"] != of_company:
        kept["properties"] = stated(datum["properties"])
    return kept
