"""Old events are lifted at the border: one function per step from a version of a record to its next."""

from collections.abc import Callable, Mapping
from typing import Any, Final

Lift = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Final[Mapping[tuple[str, int], Lift]] = {}
"""(record, version) to the function that lifts a datum of this version to the next. None so far: all are version 1."""


def upcast(record: str, version: int, datum: dict[str, Any]) -> dict[str, Any]:
    """Lift a datum to its record's newest version."""
    while (record, version) in STEPS:
        datum = STEPS[record, version](datum)
        version += 1
    return datum
