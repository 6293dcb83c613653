"""Merge a registration's statement into its company: the pure heart of `unify`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from register.changes import Cause, Change, Trigger, change_between
from register.company import Company, company_of
from register.ids import CompanyId, RegistrationId
from register.precedence import Precedence
from register.registration import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A registration as folded, sent to its company; `registration` is None when it leaves the company.

    One of which every event was withdrawn states nothing and is no member either: whether it ever was one must not
    depend on the order in which its events came.
    """

    company_id: CompanyId
    registration_id: RegistrationId
    cause: Cause
    trigger: Trigger
    registration: Registration | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a statement led to. Both None: nothing to write. `company` alone: only provenance moved, no version."""

    company: Company | None = None
    change: Change | None = None


def merge(statement: Statement, held: Company | None, precedence: Precedence) -> Merged:
    """Fold one registration's statement into its company."""
    members: Mapping[RegistrationId, Registration] = {**(held.members() if held is not None else {})}
    members = _members_with(members, statement)
    version = held.version if held is not None else 0
    after = company_of(statement.company_id, members, precedence, version=version)
    if held is not None and after == held:
        return Merged()
    change = change_between(held, replace(after, version=version + 1), statement.cause, statement.trigger)
    if change is None:
        return Merged(company=after) if held is not None else Merged()  # what states nothing makes no company
    return Merged(company=replace(after, version=version + 1), change=change)


def _members_with(
    members: Mapping[RegistrationId, Registration], statement: Statement
) -> Mapping[RegistrationId, Registration]:
    kept = {key: value for key, value in members.items() if key != statement.registration_id}
    if statement.registration is not None and statement.registration.properties:  # else all of it was withdrawn
        kept[statement.registration_id] = statement.registration
    return kept
