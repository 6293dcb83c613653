"""Merge a registration's statement into its company: the pure heart of `unify`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from register.changes import Cause, Change, Transition, Trigger, change_between
from register.company import Company, company_of
from register.ids import CompanyId, RegistrationId, own_registration
from register.precedence import Precedence
from register.registration import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A registration as folded, sent to its company; `registration` is None when it leaves the company.

    A registration of which every event was withdrawn states nothing and is no member. The order in which its events
    came must not decide this.
    """

    company_id: CompanyId
    registration_id: RegistrationId
    cause: Cause
    trigger: Trigger
    registration: Registration | None
    other: CompanyId | None = None
    """The company that the registration comes from or goes to, when it moves."""
    told_by_both: bool = False
    """On a move: the company that it leaves keeps registrations, and the one that it joins has others. Both notify."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The result of a statement. Both None: nothing to write. `company` alone: only provenance changed, no version."""

    company: Company | None = None
    change: Change | None = None


def merge(statement: Statement, held: Company | None, precedence: Precedence) -> Merged:
    """Fold one registration's statement into its company."""
    members = _members_with(held, statement)
    version = held.version if held is not None else 0
    alias = _alias(held.alias_of if held is not None else None, statement)
    after = company_of(statement.company_id, members, precedence, version=version + 1, alias_of=alias)
    step = Transition(
        cause=statement.cause, trigger=statement.trigger, other=statement.other, follows=_follows(statement, held)
    )
    return stepped(held, after, step)


def stepped(held: Company | None, after: Company, step: Transition) -> Merged:
    """Go from the held record to one with the next version; an equal record makes nothing to write."""
    if held is not None and after == replace(held, version=after.version):
        return Merged()
    change = change_between(held, after, step)
    if change is None:  # a registration that states nothing makes no company
        return Merged(company=replace(after, version=held.version)) if held is not None else Merged()
    return Merged(company=after, change=change)


def _alias(before: CompanyId | None, statement: Statement) -> CompanyId | None:
    """Give the company that now has the registration for which this company is named; None while it has it itself."""
    if statement.registration_id != own_registration(statement.company_id):
        return before
    return statement.other if statement.registration is None else None


def _follows(statement: Statement, held: Company | None) -> CompanyId | None:
    """Name the company whose change notifies agencies of this move; None if the change of this company does.

    On a merge, the company that gains notifies; on an unmerge, the company that loses. The other one follows. Several
    registrations may move together, in any order: so it does not count what a company held before. A repair is neither:
    the company that keeps others notifies. So does the joined company if it has others, or if none are left behind.
    """
    if statement.other is None:
        return None
    held_before = () if held is None else held.members()
    if statement.cause is Cause.REPROCESS:
        notifies = statement.told_by_both
        if statement.registration is not None:
            notifies = not statement.told_by_both or any(one != statement.registration_id for one in held_before)
    elif statement.registration is not None:
        notifies = statement.cause is Cause.MERGE or statement.told_by_both
    else:
        notifies = statement.cause is not Cause.MERGE or statement.told_by_both
    if statement.registration is None:  # a company that is only named for the registration does not notify
        notifies = notifies and statement.registration_id in held_before
    return None if notifies else statement.other


def _members_with(held: Company | None, statement: Statement) -> Mapping[RegistrationId, Registration]:
    kept = {} if held is None else held.members()
    kept.pop(statement.registration_id, None)
    if statement.registration is not None and statement.registration.properties:  # without any, all was withdrawn
        kept[statement.registration_id] = statement.registration
    return kept
