"""A registration's company as the resolver decided it, and how the registration gets there.

Everything that a registration states goes through one task, that of its own partition, in one order. That task also
learns to which company the registration belongs. It moves the registration, with all that it states, in one
transaction. So a statement is in exactly one company, whichever way events and assignments interleave.
"""

from collections.abc import Iterator, Sized
from dataclasses import dataclass, replace

from register.changes import Cause, Trigger
from register.history import History
from register.ids import CompanyId, RegistrationId, company_id
from register.merge import Statement
from register.registration import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The company that a registration belongs to from now on, and why."""

    registration_id: RegistrationId
    company_id: CompanyId
    cause: Cause
    trigger: Trigger
    told_by_both: bool = False
    """Both companies tell agencies of the move, see `Move`."""


def statements_of(assignment: Assignment, history: History[Sized]) -> Iterator[Statement]:
    """Make the statements that move a registration to its assigned company. There are none if it is already there.

    The company that is named for the registration hears of every move: it must know where it has gone. Of a
    registration that never stated anything here no company hears: what one holds of it came another way.
    """
    left, own, goes_to = history.company, company_id(assignment.registration_id), assignment.company_id
    if left == goes_to or history.never_stated:
        return
    hear = dict.fromkeys((left, own))  # in this order, each once
    for company in hear:
        if company != goes_to:
            yield _statement(assignment, company, None, goes_to)
    yield _statement(assignment, goes_to, history.registration, left)


def first_statements(statement: Statement) -> Iterator[Statement]:
    """Send what a registration states for the first time, in whichever company it is by now.

    The company that is named for it learns where it is: an assignment that came earlier told nobody.
    """
    yield statement
    own = company_id(statement.registration_id)
    if statement.company_id != own:
        yield replace(statement, company_id=own, registration=None, other=statement.company_id)


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
