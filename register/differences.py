"""How the live register differs from the rebuilt one, company by company, and which live state is damaged.

Versions do not count. Neither does an old alias of a registration that states nothing any more.
"""

from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from register.company import Company
from register.history import History
from register.ids import CompanyId, RegistrationId, company_id
from register.properties import PROPERTIES
from register.resolution.resolution_state import ResolutionState

REGISTRATIONS: Final = "registrations"
"""Stands among the fields where the company has other registrations."""
ALIAS_OF: Final = "alias_of"
"""Stands among the fields where the id leads to another company."""
PROVENANCE: Final = "provenance"
"""Stands among the fields where equal values come from other events or registrations."""


class LiveState(StrEnum):
    """The processors whose states decide the record of a company."""

    ADMIT = "admit"
    RESOLVE = "resolve"
    UNIFY = "unify"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyDifference:
    """A company whose live record, or a live state behind it, is not what its events and judgements give.

    `live` and `rebuilt` are None where there is no such record. `fields` is empty where the damage has not reached
    the record yet.
    """

    company_id: CompanyId
    live: Company | None
    rebuilt: Company | None
    fields: tuple[str, ...]
    damaged: LiveState
    registrations: tuple[RegistrationId, ...] = ()
    """The registrations whose state is damaged; none where it is the state of `unify`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationStates:
    """The states of one registration in `admit` and in `resolve`: live, and rebuilt. None where there is no state."""

    registration_id: RegistrationId
    live_history: History[Sized] | None
    rebuilt_history: History[Sized] | None
    live_resolution: ResolutionState | None
    rebuilt_resolution: ResolutionState | None


def differing_fields(live: Company | None, rebuilt: Company | None) -> tuple[str, ...]:
    """Name the fields in which two records of one company differ; none where they are equal but for the version."""
    found = [name for name in PROPERTIES if _values(live, name) != _values(rebuilt, name)]
    if _ids(live) != _ids(rebuilt):
        found.append(REGISTRATIONS)
    if _alias_differs(live, rebuilt):
        found.append(ALIAS_OF)
    if not found and _origins(live) != _origins(rebuilt):
        found.append(PROVENANCE)
    return tuple(found)


def damage(states: Mapping[RegistrationId, RegistrationStates]) -> tuple[LiveState, tuple[RegistrationId, ...]]:
    """Say which live state is damaged, and of which registrations, given the states of all registrations of a company.

    The damage of `admit` comes first: what it sends is wrong then, and `resolve` reads it.
    Where neither is damaged, the record of the company itself is.
    """
    for state, is_damaged in ((LiveState.ADMIT, admit_is_damaged), (LiveState.RESOLVE, resolve_is_damaged)):
        found = tuple(sorted(own for own, one in states.items() if is_damaged(one)))
        if found:
            return state, found
    return LiveState.UNIFY, ()


def admit_is_damaged(one: RegistrationStates) -> bool:
    """Tell whether `admit` holds something else than what the events give, or another company than `resolve` says."""
    live, rebuilt = one.live_history, one.rebuilt_history
    if live is None or rebuilt is None:
        return live is not rebuilt
    resolved = company_id(one.registration_id)
    if one.live_resolution is not None:
        resolved = one.live_resolution.company_id or resolved
    return replace(live, company_id=None) != replace(rebuilt, company_id=None) or live.company != resolved


def resolve_is_damaged(one: RegistrationStates) -> bool:
    """Tell whether `resolve` holds another company, other evidence or other judgements; cases do not count."""
    live, rebuilt = one.live_resolution or ResolutionState(), one.rebuilt_resolution or ResolutionState()
    if live.company_id != rebuilt.company_id or live.judgements != rebuilt.judgements:
        return True
    if live.evidence is None or rebuilt.evidence is None:
        return live.evidence is not rebuilt.evidence
    return not rebuilt.evidence.states_the_same_as(live.evidence)


def registrations_behind(live: Company | None, rebuilt: Company | None) -> tuple[RegistrationId, ...]:
    """List all registrations whose states decide a company: by either record."""
    return tuple(sorted({*_ids(live), *_ids(rebuilt)}))


def _ids(company: Company | None) -> frozenset[RegistrationId]:
    return frozenset() if company is None else frozenset(one.registration_id for one in company.registrations)


def _values(company: Company | None, name: str) -> dict[RegistrationId | None, object]:
    """Give a property's value in the record (None), and in each of its registrations."""
    if company is None:
        return {}
    stated: dict[RegistrationId | None, object] = {
        one.registration_id: one.properties[name] for one in company.registrations if name in one.properties
    }
    if name in company.properties:
        stated[None] = company.properties[name]
    return stated


def _alias_differs(live: Company | None, rebuilt: Company | None) -> bool:
    if rebuilt is None or not (rebuilt.registrations or rebuilt.alias_of):
        return False  # the registration for which it is named states nothing
    return (None if live is None else live.alias_of) != rebuilt.alias_of


def _origins(company: Company | None) -> tuple[object, ...]:
    """Give the anchor, and where each value comes from."""
    if company is None or not company.registrations:
        return ()
    return (company.anchor, dict(company.sources), dict(_provenance(company)))


def _provenance(company: Company) -> Iterator[tuple[RegistrationId, object]]:
    yield from ((one.registration_id, dict(one.provenance)) for one in company.registrations)
