"""Whose statement wins, per property: a list of rules; the first that tells two registrations apart decides."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from register.ids import REFERENCE, RegistrationId, state_of
from register.registration import Registration


class Rule(StrEnum):
    """The rules of the precedence table."""

    HOME = "home"
    """The home register, which formed the company."""
    STATE = "state"
    """A state's register before a reference source that repeats it."""
    LATEST = "latest"
    """The statement with the latest effective date, then the latest recorded."""
    SMALLEST_ID = "smallest_id"
    """Nothing else tells them apart: the smallest registration id, so that every replica agrees."""


Precedence = Mapping[str, tuple[Rule, ...]]
"""Property to its rules; the key `*` holds for all others."""

DEFAULT: Final[Precedence] = {"*": (Rule.HOME, Rule.STATE, Rule.LATEST)}

_RANK: Final[Mapping[Rule, Callable[[str, Registration, RegistrationId], Any]]] = {
    Rule.HOME: lambda name, one, anchor: one.registration_id != anchor,
    Rule.STATE: lambda name, one, anchor: state_of(one.registration_id) == REFERENCE,
    Rule.LATEST: lambda name, one, anchor: (
        -one.provenance[name].effective_date.toordinal(),
        -one.provenance[name].recorded_at.timestamp(),
    ),
    Rule.SMALLEST_ID: lambda name, one, anchor: one.registration_id,
}


def rank(precedence: Precedence, name: str, one: Registration, anchor: RegistrationId) -> tuple[Any, ...]:
    """Rank a registration's statement of a property; the smallest wins, and no two are equal."""
    rules = precedence.get(name, precedence["*"])
    return (*(_RANK[rule](name, one, anchor) for rule in rules), one.registration_id)
