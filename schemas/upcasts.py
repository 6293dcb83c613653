"""Old events are lifted at the border: one function per step from a version of a record to its next."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Lift = Callable[[dict[str, Any]], dict[str, Any]]


def _without_a_form(*paths: str) -> Lift:
    """Properties of version 1 know no `legal_form`; it is not stated until the registration is folded again."""

    def lift(datum: dict[str, Any]) -> dict[str, Any]:
        for path in paths:
            for properties in _found(datum, path.split(".")):
                properties.setdefault("legal_form", None)
        return datum

    return lift


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
    ("RegistrationEvent", 1): _without_a_form("stated"),
    ("RegistrationHistory", 1): _without_a_form("registration.properties", "base.properties"),
    ("Statement", 1): _without_a_form("registration.properties"),
    ("Company", 1): _without_a_form("properties", "registrations.properties"),
    ("Change", 1): _without_a_form("before", "after"),
    ("Match", 1): _without_a_form("change.before", "change.after"),
    ("Notice", 1): _without_a_form("change.before", "change.after"),
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
