"""One company: the registrations judged to be one legal entity, merged into one record.

The record is a pure function of its registrations and of the precedence table. It keeps the registrations whole. So the
values that lost stand beside those that won, each with its event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from register.authority_kinds import AuthorityKinds, kind_of
from register.events import EventRef
from register.ids import CompanyId, RegistrationId, company_id, member_state_of, own_registration
from register.precedence import Precedence, decide, is_branch
from register.properties import PROPERTIES, Properties
from register.registration import Registration
from register.status import EntityStatus

Members = Mapping[RegistrationId, Registration]
FOLLOWING_FROM = {"home_status": "entity_status"}
"""From a property of the company to the property of the home entry from which it is derived."""
ORPHANING = frozenset({EntityStatus.SUSPENDED, EntityStatus.IN_LIQUIDATION, EntityStatus.STRUCK_OFF})
"""Statuses of a home entry that branches in other member states must be told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The unified record. `sources` names who won where that is not the anchor registration.

    `alias_of` is the company that now has the registration for which this one is named. Without registrations of its
    own, this record is an alias of that company.
    """

    company_id: CompanyId
    version: int
    anchor: RegistrationId
    registrations: tuple[Registration, ...]
    properties: Properties
    sources: Mapping[str, RegistrationId] = field(default_factory=dict)
    alias_of: CompanyId | None = None

    def members(self) -> dict[RegistrationId, Registration]:
        """Give the registrations by id."""
        return {registration.registration_id: registration for registration in self.registrations}

    def source_of(self, name: str) -> tuple[RegistrationId, EventRef]:
        """Name the registration and the event that a property's value comes from; KeyError when it has none."""
        if name not in self.properties:
            raise KeyError(name)
        winner = self.sources.get(name, self.anchor)
        return winner, self.members()[winner].provenance[FOLLOWING_FROM.get(name, name)]


def company_of(
    company: CompanyId,
    members: Members,
    precedence: Precedence,
    *,
    version: int = 0,
    alias_of: CompanyId | None = None,
) -> Company:
    """Merge registrations into the record of one company; without members, the record of an empty company."""
    anchor = _anchor(company, members, precedence.kinds)
    ordered = tuple(members[key] for key in sorted(members))
    if len(ordered) == 1:
        return Company(
            company_id=company,
            version=version,
            anchor=anchor,
            registrations=ordered,
            properties=ordered[0].properties,
            alias_of=alias_of,
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
    home_status = _home_status(anchor, members)
    if home_status is not None:
        properties["home_status"] = home_status
    return Company(
        company_id=company,
        version=version,
        anchor=anchor,
        registrations=ordered,
        properties=properties,
        sources=sources,
        alias_of=alias_of,
    )


def _anchor(company: CompanyId, members: Members, kinds: AuthorityKinds) -> RegistrationId:
    """Give the registration that the company is named for; until its statement arrives, another one."""
    own = own_registration(company)
    return own if own in members or not members else anchor_of(members, kinds)


def _home_status(anchor: RegistrationId, members: Members) -> str | None:
    """Give the status of a home entry in trouble; None without trouble, or without branches in other member states."""
    if anchor not in members or is_branch(members[anchor]):
        return None  # the home entry is not known, and the status of a branch does not concern other branches
    status = members[anchor].properties.get("entity_status")
    abroad = any(
        is_branch(one) and member_state_of(one.registration_id) != member_state_of(anchor) for one in members.values()
    )
    return status if abroad and status in ORPHANING else None


def anchor_of(members: Members, kinds: AuthorityKinds) -> RegistrationId:
    """Choose the anchor: the home registration that a member names, else the smallest id.

    One of an authority for whose entries no company is named is chosen only where there is no other.
    """
    among = [key for key in members if kind_of(key, kinds).can_be_anchor] or list(members)
    homes = {registration.properties.get("home_registration") for registration in members.values()}
    return min([key for key in among if key in homes] or among)


def home_of(members: Members, kinds: AuthorityKinds) -> CompanyId:
    """Give the id of the company that these registrations form."""
    return company_id(anchor_of(members, kinds))
