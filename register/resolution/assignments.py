"""Assignments: the company that the resolver decided for a registration, and the statements that move it there.

One task, the task of the registration's partition, handles all its events in one order. The same task gets the
assignments. It moves the registration with all its properties in one transaction. So a registration is in exactly one
company, in whatever order events and assignments arrive.
"""

from collections.abc import Iterator, Sized
from dataclasses import dataclass, replace

from register.changes import Cause, Trigger
from register.events import REPLACING, EventKind, EventRef, RegistrationEvent, ref_of
from register.history import History
from register.ids import CompanyId, EventId, RegistrationId, company_id
from register.merge import Statement
from register.registration import Registration
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement
from register.resolution.moves import Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The company that a registration belongs to from now on, and why."""

    registration_id: RegistrationId
    company_id: CompanyId
    cause: Cause
    trigger: Trigger
    told_by_both: bool = False
    """Both companies notify agencies of the move, see `Move`."""


def assignment_of(move: Move) -> Assignment:
    """Make the assignment that carries a move out."""
    return Assignment(
        registration_id=move.registration_id,
        company_id=move.company_id,
        cause=move.cause,
        trigger=_trigger(move.trigger),
        told_by_both=move.told_by_both,
    )


def statements_of(assignment: Assignment, history: History[Sized]) -> Iterator[Statement]:
    """Make the statements that move a registration to its assigned company. There are none if it is already there.

    The company that is named for the registration also gets a statement of every move: it may become an alias. A
    registration that never stated anything makes no statement.
    """
    left, own, goes_to = history.company, company_id(assignment.registration_id), assignment.company_id
    if left == goes_to or history.never_stated:
        return
    without = dict.fromkeys((left, own))  # in this order, each once
    for company in without:
        if company != goes_to:
            yield _statement(assignment, company, None, goes_to)
    yield _statement(assignment, goes_to, history.registration, left)


def statements_after(event: RegistrationEvent, before: Registration, history: History[Sized]) -> Iterator[Statement]:
    """Make the statements that follow an event that changed its registration from what it was `before`.

    The company of the registration gets all that the registration states now. An assignment may have come before the
    first statement; it made no statement. So the company of the registration's own id then also learns where it is.
    """
    statement = Statement(
        company_id=history.company,
        registration_id=event.registration_id,
        cause=Cause.CORRECTION if event.kind in REPLACING else Cause.SOURCE,
        trigger=Trigger(registration_id=event.registration_id, event=ref_of(event)),
        registration=history.registration,
    )
    yield statement
    own = company_id(event.registration_id)
    if not before.properties and history.company != own:
        yield replace(statement, company_id=own, registration=None, other=history.company)


def _statement(
    assignment: Assignment, company: CompanyId, registration: Registration | None, other: CompanyId
) -> Statement:
    return Statement(
        company_id=company,
        registration_id=assignment.registration_id,
        cause=assignment.cause,
        trigger=assignment.trigger,
        registration=registration,
        other=other,
        told_by_both=assignment.told_by_both,
    )


def _trigger(cause: Evidence | Judgement) -> Trigger:
    """Name the event behind the evidence, or the judgement; a judgement has no sequence and no kind."""
    if isinstance(cause, Evidence):
        return Trigger(registration_id=cause.registration_id, event=cause.event)
    event = EventRef(
        event_id=EventId(cause.judgement_id),
        sequence=0,
        kind=EventKind.UNKNOWN,
        effective_date=cause.decided_at.date(),
        recorded_at=cause.decided_at,
    )
    return Trigger(registration_id=cause.left, event=event, judgement=cause.judgement_id)
