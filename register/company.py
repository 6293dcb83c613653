"""One company: the registrations judged to be one legal entity, merged into one record.

The record is a pure function of its registrations and of the precedence table. It keeps the registrations whole,
so the values that lost stand beside those that won, each with the event that stated it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from register.events import EventRef
from register.ids import CompanyId, RegistrationId, company_id
from register.precedence import Precedence, decide
from register.properties import PROPERTIES, Properties
from register.registration import Registration

Members = Mapping[RegistrationId, Registration]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The unified record. `sources` names who won where that is not the anchor registration."""

    company_id: CompanyId
    version: int
    anchor: RegistrationId
    registrations: tuple[Registration, ...]
    properties: Properties
    sources: Mapping[str, RegistrationId] = field(default_factory=dict)
    alias_of: CompanyId | None = None

    def members(self) -> Members:
        """Give the registrations by id."""
        return {registration.registration_id: registration for registration in self.registrations}

    def source_of(self, name: str) -> tuple[RegistrationId, EventRef]:
        """Name the registration and the event that a property's value comes from; KeyError when it has none."""
        winner = self.sources.get(name, self.anchor)
        return winner, self.members()[winner].provenance[name]


def company_of(company: CompanyId, members: Members, precedence: Precedence, *, version: int = 0) -> Company:
    """Merge registrations into the record of one company; without members, the record of an emptied company."""
    anchor = anchor_of(members) if members else RegistrationId(company.removeprefix("GCC."))
    ordered = tuple(members[key] for key in sorted(members))
    if len(ordered) == 1:
        return Company(
            company_id=company,
            version=version,
            anchor=anchor,
            registrations=ordered,
            properties=ordered[0].properties,
        )
    properties: dict[str, Any] = {}
    sources: dict[str, RegistrationId] = {}
    for name in PROPERTIES:
        stating = [registration for registration in ordered if name in registration.properties]
        decision = decide(precedence, name, stating, anchor) if stating else None
        if decision is not None:
            properties[name] = members[decision.winner].properties[name]
            if decision.winner != anchor:
                sources[name] = decision.winner
    return Company(
        company_id=company,
        version=version,
        anchor=anchor,
        registrations=ordered,
        properties=properties,
        sources=sources,
    )


def anchor_of(members: Members) -> RegistrationId:
    """Choose the anchor: the home registration that a member names, else the smallest id."""
    homes = {registration.properties.get("home_registration") for registration in members.values()}
    named = sorted(key for key in members if key in homes)
    return named[0] if named else min(members)


def home_of(members: Members) -> CompanyId:
    """Give the id of the company that these registrations form."""
    return company_id(anchor_of(members))
