"""Lifts old records when they are read: one function per step from a version of a record to the next."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Lift = Callable[[dict[str, Any]], dict[str, Any]]


Defaults = Mapping[str, Any]
_PROPERTIES: Final[Defaults] = {"legal_form": None, "home_status": None}  # not stated until it is folded again
_TRIGGER: Final[Defaults] = {"judgement": None}
_CHANGE: Final[Defaults] = {"related": [], "alias_of": None, "follows": None, "joined": None, "left": None}


def _adding(defaults: Mapping[str, Defaults]) -> Lift:
    """Give the fields that are new in a version their defaults; the keys are paths, "" is the record itself."""

    def lift(datum: dict[str, Any]) -> dict[str, Any]:
        for path, values in defaults.items():
            for found in _found(datum, path.split(".") if path else []):
                found.update({name: value for name, value in values.items() if name not in found})
        return datum

    return lift


def _change(path: str = "") -> Mapping[str, Defaults]:
    """Give the defaults of the fields that a Change of version 1 at a path lacks."""
    inside = f"{path}." if path else ""
    parts = {f"{inside}before": _PROPERTIES, f"{inside}after": _PROPERTIES, f"{inside}triggers": _TRIGGER}
    return {path: _CHANGE, **parts}


def _found(datum: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    """Find the records at a path; a list is walked through, and null holds none."""
    if isinstance(datum, list):
        for one in datum:
            yield from _found(one, path)
    elif datum is not None and path:
        yield from _found(datum[path[0]], path[1:])
    elif datum is not None:
        yield datum


def _without_words(datum: dict[str, Any]) -> dict[str, Any]:
    """Warnings of version 1 have the registry's word in their sentence only."""
    for warning in datum["warnings"]:
        warning.setdefault("word", None)
    return datum


STEPS: Final[Mapping[tuple[str, int], Lift]] = {
    ("RegistrationEvent", 1): _adding({"stated": _PROPERTIES}),
    ("RegistrationHistory", 1): _adding(
        {"": {"company_id": None}, "registration.properties": _PROPERTIES, "base.properties": _PROPERTIES}
    ),
    ("Statement", 1): _adding(
        {"": {"other": None, "told_by_both": False}, "registration.properties": _PROPERTIES, "trigger": _TRIGGER}
    ),
    ("Company", 1): _adding({"properties": _PROPERTIES, "registrations.properties": _PROPERTIES}),
    ("Change", 1): _adding(_change()),
    ("Match", 1): _adding(_change("change")),
    ("Notice", 1): _adding(_change("change")),
    ("Receipt", 1): _without_words,
    ("Subscription", 1): lambda datum: {"it_only": False, **datum},
}
"""(record, version) to the function that lifts a datum of this version to the next."""


def upcast(record: str, version: int, datum: dict[str, Any]) -> dict[str, Any]:
    """Lift a datum to its record's newest version."""
    while (record, version) in STEPS:
        datum = STEPS[record, version](datum)
        version += 1
    return datum
