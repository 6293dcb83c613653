"""What an assignment takes over from a move, and which companies get a statement after an event."""

from datetime import UTC, date, datetime

from register.changes import Cause, Trigger
from register.events import EventKind, EventRef, ref_of
from register.history import History, empty_history
from register.ids import CompanyId, EventId, RegistrationId, company_id
from register.registration import empty
from register.resolution.assignments import assignment_of, statements_after
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement
from register.resolution.moves import Move
from tests.unit.register.resolution.resolver_fixture import judged, says
from tests.unit.register.stating import NOOR, corrected, folded, registered

BRANCH, HOME = RegistrationId("BH.SIJILAT.9-1"), RegistrationId("SA.MC.7001775498")


def _move(trigger: Evidence | Judgement) -> Move:
    return Move(
        registration_id=BRANCH,
        left=company_id(BRANCH),
        company_id=company_id(HOME),
        cause=Cause.MERGE,
        trigger=trigger,
        told_by_both=True,
    )


def test_an_assignment_takes_the_registration_the_company_and_the_cause_from_the_move() -> None:
    assignment = assignment_of(_move(judged(1, BRANCH, HOME)))
    assert (assignment.registration_id, assignment.company_id) == (BRANCH, "GCC.SA.MC.7001775498")
    assert (assignment.cause, assignment.told_by_both) == (Cause.MERGE, True)


def test_the_trigger_of_evidence_is_the_event_that_stated_it() -> None:
    _, evidence = says(BRANCH, home=HOME)
    assert evidence is not None
    assert assignment_of(_move(evidence)).trigger == Trigger(registration_id=BRANCH, event=evidence.event)


def test_the_trigger_of_a_judgement_has_its_id_and_the_moment_of_the_decision() -> None:
    assert assignment_of(_move(judged(7, BRANCH, HOME))).trigger == Trigger(
        registration_id=BRANCH,
        event=EventRef(
            event_id=EventId("j7"),
            sequence=0,
            kind=EventKind.UNKNOWN,
            effective_date=date(2025, 4, 1),
            recorded_at=datetime(2025, 4, 1, 12, 7, tzinfo=UTC),
        ),
        judgement="j7",
    )


def _history(company: CompanyId | None) -> History[bytes]:
    history: History[bytes] = empty_history(NOOR)
    return History(
        registration=folded(registered()),
        base=history.base,
        base_sequence=history.base_sequence,
        events=history.events,
        company_id=company,
    )


def test_the_first_statement_also_tells_the_company_of_the_registration_s_own_id_where_it_is() -> None:
    event, company = registered(), company_id(HOME)
    first, second = statements_after(event, empty(NOOR), _history(company))
    assert (first.company_id, first.registration, first.other) == (company, folded(event), None)
    assert (second.company_id, second.registration, second.other) == (company_id(NOOR), None, company)
    assert first.trigger == second.trigger == Trigger(registration_id=NOOR, event=ref_of(event))
    assert first.cause is second.cause is Cause.SOURCE


def test_a_registration_in_the_company_of_its_own_id_makes_one_statement() -> None:
    (only,) = statements_after(registered(), empty(NOOR), _history(None))
    assert (only.company_id, only.registration) == (company_id(NOOR), folded(registered()))


def test_a_later_statement_goes_to_the_company_of_the_registration_alone() -> None:
    correction = corrected(2, "e1")
    (only,) = statements_after(correction, folded(registered()), _history(company_id(HOME)))
    assert (only.company_id, only.cause) == (company_id(HOME), Cause.CORRECTION)
