"""A registration's company as the resolver decided it, and how the registration gets there.

Everything that a registration states goes through one task, that of its own partition, in one order. That task also
learns where the registration belongs, and moves it: out of one company and into the other, with all that it states,
in one transaction. So a statement is in exactly one company, whichever way events and assignments interleave.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from register.changes import Cause, Trigger
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


def statements_of(assignment: Assignment, registration: Registration, left: CompanyId) -> Iterator[Statement]:
    """Say what moves a registration from the company `left` to the one that it is assigned to; nothing if it is there.

    The company that is named for the registration hears of every move: it must know where it has gone.
    """
    own, goes_to = company_id(assignment.registration_id), assignment.company_id
    if left == goes_to:
        return
    hear = dict.fromkeys((left, own))  # in this order, each once
    for company in hear:
        if company != goes_to:
            yield _statement(assignment, company, None, goes_to)
    yield _statement(assignment, goes_to, registration, left)


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
