"""Repair a state that differs from the rebuilt one, and state what follows from it, with the cause REPROCESS.

What equals the repaired state already makes no version and no notice. The trigger of a repair is the newest event
behind the right value. Its dates are the dates of the change.
"""

from collections.abc import Iterator, Sized
from dataclasses import dataclass
from datetime import datetime

from register.changes import Cause, Transition, Trigger
from register.company import Company, company_of
from register.events import EventKind, EventRef
from register.history import History
from register.ids import CompanyId, EventId, RegistrationId, company_id, own_registration
from register.merge import Merged, Statement, stepped
from register.precedence import Precedence
from register.registration import Registration, events_behind
from register.resolution.assignments import Assignment
from register.resolution.cases import Case
from register.resolution.evidence import Evidence
from register.resolution.resolution_state import ResolutionState, registration_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionRepaired:
    """What follows from a repair of the resolver: a move, and cases to open and to close."""

    assignment: Assignment | None
    opened: tuple[Case, ...]
    closed: tuple[str, ...]


def company_repaired(
    company: CompanyId, held: Company | None, rebuilt: Company | None, precedence: Precedence, repair: EventRef
) -> Merged:
    """Give the repaired record of a company, merged by the rules of who asks; None as `rebuilt` states nothing.

    Its version is the next one. Where the held record cannot be read (None), it is the version of `rebuilt`.
    """
    members = {} if rebuilt is None else rebuilt.members()
    before = held.version if held is not None else max(rebuilt.version - 1, 0) if rebuilt is not None else 0
    alias = None if rebuilt is None else rebuilt.alias_of
    after = company_of(company, members, precedence, version=before + 1, alias_of=alias)
    return stepped(held, after, Transition(cause=Cause.REPROCESS, trigger=_trigger_of(held, after, repair)))


def statements_repaired(
    before: History[Sized], after: History[Sized], repair: EventRef, *, left_keeps_others: bool
) -> Iterator[Statement]:
    """State a repaired registration whole. Where it moves, the company that it leaves gets a statement first."""
    own = after.registration.registration_id
    behind = newest_event(after.registration) or newest_event(before.registration) or repair
    trigger = Trigger(registration_id=own, event=behind)
    left, goes_to = before.company, after.company
    for company in dict.fromkeys((left, company_id(own))):
        if company != goes_to:
            yield Statement(
                company_id=company,
                registration_id=own,
                cause=Cause.REPROCESS,
                trigger=trigger,
                registration=None,
                other=None if after.never_stated else goes_to,
                told_by_both=left_keeps_others,
            )
    yield Statement(
        company_id=goes_to,
        registration_id=own,
        cause=Cause.REPROCESS,
        trigger=trigger,
        registration=after.registration,
        other=None if left == goes_to or after.never_stated else left,
        told_by_both=left_keeps_others,
    )


def resolution_repaired(
    key: str, before: ResolutionState, after: ResolutionState, repair: EventRef, *, left_keeps_others: bool
) -> ResolutionRepaired:
    """Say what follows from a repair of the resolver."""
    own, ids = registration_of(key), {case.case_id for case in after.cases}
    return ResolutionRepaired(
        assignment=None if own is None else _assignment(own, before, after, repair, left_keeps_others),
        opened=tuple(case for case in after.cases if case not in before.cases),
        closed=tuple(case.case_id for case in before.cases if case.case_id not in ids),
    )


def repair_event(rebuild_id: str, made_at: datetime) -> EventRef:
    """Refer to a rebuild as to an event, for a repaired state behind which no event stands."""
    return EventRef(EventId(rebuild_id), 0, EventKind.UNKNOWN, made_at.date(), made_at)


def newest_event(registration: Registration) -> EventRef | None:
    """Give the newest event behind the values of a registration; None where it has no values."""
    return max(events_behind(registration), key=lambda ref: (ref.sequence, ref.event_id), default=None)


def _assignment(
    own: RegistrationId, before: ResolutionState, after: ResolutionState, repair: EventRef, left_keeps_others: bool
) -> Assignment | None:
    if before.company_id == after.company_id:
        return None
    evidence: Evidence | None = after.evidence or before.evidence
    return Assignment(
        registration_id=own,
        company_id=after.company_id or company_id(own),
        cause=Cause.REPROCESS,
        trigger=Trigger(registration_id=own, event=repair if evidence is None else evidence.event),
        told_by_both=left_keeps_others,
    )


def _trigger_of(before: Company | None, after: Company, repair: EventRef) -> Trigger:
    """Name the newest event of the first registration that differs; of the anchor, where none differs."""
    old, new = ({} if before is None else before.members()), after.members()
    differing = sorted(one for one in old.keys() | new.keys() if old.get(one) != new.get(one))
    own = next(iter(differing), after.anchor if after.registrations else own_registration(after.company_id))
    found = new.get(own) or old.get(own)
    return Trigger(registration_id=own, event=(found and newest_event(found)) or repair)
