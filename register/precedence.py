"""Whose statement wins, per property: a list of rules. Some say who may speak at all, the others who comes first.

The first ordering rule that tells two registrations apart decides between them. The table stands in
schemas/precedence.yaml. Without a table there is no record. The same table always gives the same record.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from register.authority_kinds import AuthorityKinds, kind_of
from register.ids import RegistrationId
from register.registration import Registration


class PrecedenceRule(StrEnum):
    """The rules of the precedence table."""

    HOME_ONLY = "home_only"
    """Only the home entry (the anchor) may state it: it is about that entry, not about the company."""
    NOT_A_BRANCH = "not_a_branch"
    """A branch may not state it: the value would be about the branch."""
    HOME = "home"
    """The home register, which formed the company."""
    AUTHORITY_KIND = "authority_kind"
    """Whose kind of authority ranks first: a state register before a reference source that repeats it."""
    LATEST = "latest"
    """The statement with the latest effective date, then the latest recorded."""
    SMALLEST_ID = "smallest_id"
    """No other rule decides: the smallest registration id wins, so that every replica agrees."""


ADMITTING: Final = (PrecedenceRule.HOME_ONLY, PrecedenceRule.NOT_A_BRANCH)
"""The rules on who may state a property. The anchor always may: a company of one registration has its values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedence:
    """Whose statement wins, and the kinds of the authorities that state."""

    rules: Mapping[str, tuple[PrecedenceRule, ...]]
    """From each property to its rules. `smallest_id` ends every list, even if it is not written there."""
    kinds: AuthorityKinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The registration that won a property, and the rule by which each of the others lost."""

    winner: RegistrationId
    lost: Mapping[RegistrationId, PrecedenceRule]


def decide(
    precedence: Precedence, name: str, stating: Sequence[Registration], anchor: RegistrationId
) -> Decision | None:
    """Choose the registration whose statement of a property wins; None where none of them may state it."""
    rules = precedence.rules[name]
    barred = {one.registration_id: rule for one in stating if (rule := _barred(rules, one, anchor)) is not None}
    ranked = sorted(
        (_rank(precedence, name, one, anchor), one.registration_id)
        for one in stating
        if one.registration_id not in barred
    )
    if not ranked:
        return None
    best, winner = ranked[0]
    lost = {loser: _deciding(rules, best, rank) for rank, loser in ranked[1:]}
    return Decision(winner=winner, lost={**lost, **barred})


def is_branch(registration: Registration) -> bool:
    """Tell whether a registration states that it is a branch, or names a home registration."""
    stated = registration.properties
    return bool(stated.get("is_branch")) or stated.get("home_registration") is not None


def _barred(rules: Sequence[PrecedenceRule], one: Registration, anchor: RegistrationId) -> PrecedenceRule | None:
    """Name the rule by which a registration may not state a property."""
    if one.registration_id == anchor:
        return None
    if PrecedenceRule.HOME_ONLY in rules:
        return PrecedenceRule.HOME_ONLY
    return PrecedenceRule.NOT_A_BRANCH if PrecedenceRule.NOT_A_BRANCH in rules and is_branch(one) else None


def _rank(precedence: Precedence, name: str, one: Registration, anchor: RegistrationId) -> tuple[Any, ...]:
    """Rank a registration's statement by each ordering rule; the smallest wins, and no two are equal."""
    about = _Ranked(name, one, anchor, precedence.kinds)
    return tuple(_RANK[rule](about) for rule in _ordering(precedence.rules[name]))


def _deciding(rules: Sequence[PrecedenceRule], best: tuple[Any, ...], other: tuple[Any, ...]) -> PrecedenceRule:
    """Name the first rule by which two ranks differ."""
    return next(rule for rule, one, two in zip(_ordering(rules), best, other, strict=True) if one != two)


def _ordering(rules: Sequence[PrecedenceRule]) -> tuple[PrecedenceRule, ...]:
    return (*(rule for rule in rules if rule not in ADMITTING), PrecedenceRule.SMALLEST_ID)


class _Ranked(NamedTuple):
    """One registration's statement of a property, and the values by which it is ranked."""

    name: str
    one: Registration
    anchor: RegistrationId
    kinds: AuthorityKinds


_RANK: Final[Mapping[PrecedenceRule, Callable[[_Ranked], Any]]] = {
    PrecedenceRule.HOME: lambda about: about.one.registration_id != about.anchor,
    PrecedenceRule.AUTHORITY_KIND: lambda about: kind_of(about.one.registration_id, about.kinds).rank,
    PrecedenceRule.LATEST: lambda about: (
        -about.one.provenance[about.name].effective_date.toordinal(),
        -about.one.provenance[about.name].recorded_at.timestamp(),
    ),
    PrecedenceRule.SMALLEST_ID: lambda about: about.one.registration_id,
}
