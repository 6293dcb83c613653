"""The properties of a company as a person reads them: each value with the number of its event."""

from collections.abc import Mapping
from typing import Any

from operations.output import say, table
from operations.value_texts import as_text, lowered


def show_properties(view: Mapping[str, Any]) -> None:
    """Show the properties of a company, and below them who stated each."""
    numbers = _numbered(view["properties"])
    rows = _rows(view["properties"], numbers)
    table("What it is; by number, who says so", ("property", "value", "by"), rows, numbers=("by",))
    for source, number in numbers.items():
        say(f"  {number}  {source}")


def meanings(view: Mapping[str, Any]) -> dict[str, object]:
    """Show the meanings of codes, each language on a separate line."""
    shown: dict[str, object] = {}
    if view["legal_form_name"] is not None:
        shown["legal form"] = tuple(view["legal_form_name"].values())
    shown["IT company"] = view["is_it"]
    for one in view["isic4_classes"]:
        shown[f"activity {one['code']}"] = (one["name_en"], one["name_ar"])
    return shown


def _numbered(properties: Mapping[str, Any]) -> dict[str, int]:
    """Number the events that stated the values, in the order of their dates."""
    held = [one for name in properties.values() for one in (name, *name["others"])]
    events = sorted((one["source"] for one in held), key=lambda event: (event["recorded_at"], event["event_id"]))
    return {source: number for number, source in enumerate(dict.fromkeys(map(_source, events)), 1)}


def _rows(properties: Mapping[str, Any], numbers: Mapping[str, int]) -> list[tuple[str, str, int]]:
    rows = []
    for name, held in properties.items():
        rows.append((name, as_text(held["value"]), numbers[_source(held["source"])]))
        for other in held["others"]:
            says = "also" if other["value"] == held["value"] else "not"
            rows.append((f"  {says}: {name}", as_text(other["value"]), numbers[_source(other["source"])]))
    return rows


def _source(event: Mapping[str, Any]) -> str:
    kind = lowered(event["kind"])
    return f"{event['registration_id']} event {event['event_id']}: {kind}, in law {event['effective_date']}"
