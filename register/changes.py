"""What changed between two versions of a company: before and after of each field, why, and by which events.

If nothing changed, there is no new version. Applied in turn, the changes of a company give its record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from register.activities import isic4_classes
from register.company import Company
from register.events import EventRef
from register.ids import CompanyId, RegistrationId, member_state_of
from register.properties import PROPERTIES, Properties


class Cause(StrEnum):
    """Why a company changed; UNKNOWN stands for a cause of a newer contract."""

    UNKNOWN = "UNKNOWN"
    SOURCE = "SOURCE"
    CORRECTION = "CORRECTION"
    MERGE = "MERGE"
    UNMERGE = "UNMERGE"
    JUDGEMENT = "JUDGEMENT"
    REPROCESS = "REPROCESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """The trigger of a change: a registration event, or a judgement; then `event` has its id and its moment."""

    registration_id: RegistrationId
    event: EventRef
    judgement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """Why a company goes from one version to the next, and which other company takes part."""

    cause: Cause
    trigger: Trigger
    other: CompanyId | None = None
    follows: CompanyId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One version step of a company. Its id is (company_id, version).

    `before` and `after` hold the changed fields only; a field that is missing there was or is not stated.
    `jurisdictions` and `isic4_classes` hold what the company, or a registration that moves, has before or after: what
    agencies filter on.
    """

    company_id: CompanyId
    version: int
    cause: Cause
    fields_changed: tuple[str, ...]
    before: Properties
    after: Properties
    effective_date: date
    recorded_at: datetime
    triggers: tuple[Trigger, ...]
    registrations: tuple[RegistrationId, ...]
    jurisdictions: tuple[str, ...]
    isic4_classes: tuple[str, ...]
    related: tuple[CompanyId, ...] = ()
    """Other companies that registrations came from or went to in this step."""
    alias_of: CompanyId | None = None
    """The company that this one merged into; None while it has registrations of its own."""
    follows: CompanyId | None = None
    """The company whose change notifies agencies of the same move; None: this change does."""
    joined: RegistrationId | None = None
    """The registration that came from another company in this step."""
    left: RegistrationId | None = None
    """The registration that went to another company in this step."""


def change_between(before: Company | None, after: Company, step: Transition) -> Change | None:
    """Describe the step from one record to the next; None when neither a property nor the registrations differ."""
    old: Properties = before.properties if before is not None else {}
    new = after.properties
    if old == new and _composition(before) == _composition(after):
        return None
    trigger = step.trigger
    differing = {name for name, value in new.items() if name not in old or old[name] != value} | (
        old.keys() - new.keys()
    )
    fields = tuple(name for name in PROPERTIES if name in differing)
    joined, left = (None, None) if step.other is None else (_joining(after, before), _joining(before, after))
    moved = (*_stated(after, joined), *_stated(before, left))  # a branch may state what its company does not
    return Change(
        company_id=after.company_id,
        version=after.version,
        cause=step.cause,
        fields_changed=fields,
        before={name: old[name] for name in fields if name in old},
        after={name: new[name] for name in fields if name in new},
        effective_date=trigger.event.effective_date,
        recorded_at=trigger.event.recorded_at,
        triggers=(trigger,),
        registrations=tuple(sorted({*_ids(before), *_ids(after)})),
        jurisdictions=tuple(sorted({*_jurisdictions(before), *_jurisdictions(after)})),
        isic4_classes=tuple(sorted({found for one in (old, new, *moved) for found in isic4_classes(one)})),
        related=() if step.other is None else (step.other,),
        alias_of=None if after.registrations else after.alias_of,
        follows=step.follows,
        joined=joined,
        left=left,
    )


def replayed(changes: Iterable[Change]) -> dict[str, object]:
    """Apply the changes of one company in turn; returns the properties of its record."""
    properties: dict[str, object] = {}
    for change in changes:
        for name in change.fields_changed:
            properties.pop(name, None)
        properties.update(change.after)
    return properties


def _ids(company: Company | None) -> Iterable[RegistrationId]:
    return () if company is None else (one.registration_id for one in company.registrations)


def _joining(one: Company | None, other: Company | None) -> RegistrationId | None:
    """Name the registration that only the first record has: one statement moves one registration."""
    return min(set(_ids(one)) - set(_ids(other)), default=None)


def _stated(company: Company | None, registration: RegistrationId | None) -> tuple[Properties, ...]:
    return () if company is None or registration is None else (company.members()[registration].properties,)


def _composition(company: Company | None) -> tuple[object, ...]:
    return (frozenset(_ids(company)), None if company is None else company.alias_of)


def _jurisdictions(company: Company | None) -> Iterable[str]:
    """Give the jurisdictions (ISO 3166-1) whose law or whose registers a company stands in."""
    if company is None:
        return
    jurisdiction = company.properties.get("jurisdiction")
    if jurisdiction:
        yield jurisdiction[:2]
    for one in company.registrations:
        member_state = member_state_of(one.registration_id)
        if member_state is not None:
            yield member_state
