"""An assignment may come before the first event that its task knows: after states are lost, or from another partition.

Then no company hears of it. The first statement goes where the assignment says, and the registration's id leads there.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.changes import Cause, Trigger
from register.events import EventKind, RegistrationEvent, ref_of
from register.ids import CompanyId, RegistrationId, company_id
from register.merge import Statement
from register.registration import Registration
from register.resolution.assignments import Assignment
from schemas.codec.records import statement_datum
from schemas.codec.resolution_records import assignment_datum
from schemas.codec.wire import encode
from streams.processors import admit
from tests.unit.laws.moving import PARTITIONS, STORIES, Moving, Story
from tests.unit.register.companies import registration
from tests.unit.register.stating import event, named
from tests.unit.streams.in_memory import Task, run_out
from tests.unit.streams.sample_events import publish

OWN = RegistrationId("KW.MOCI.123456")
COMPANIES = tuple(company_id(RegistrationId(one)) for one in (OWN, "SA.MC.7001775498", "QA.MOCI.4711"))
EVENTS = (
    event(1, EventKind.REGISTERED, of=OWN, event_id="first", legal_name=named("Name 1")),
    event(2, of=OWN, event_id="second", website="noor.example"),
    event(3, EventKind.CORRECTED, of=OWN, event_id="third", replaces="first", legal_name=named("Name 3")),
    event(4, EventKind.WITHDRAWN, of=OWN, event_id="fourth", replaces="second"),
)
MOVES = st.lists(st.sampled_from(COMPANIES), min_size=1, max_size=5)


@pytest.mark.slow
@given(MOVES.flatmap(lambda moves: st.permutations([*EVENTS, *moves])))
def test_in_any_order_a_registration_is_where_it_was_assigned_last_and_its_id_leads_there(
    happened: Sequence[RegistrationEvent | CompanyId],
) -> None:
    register = Moving()
    for one in happened:
        take(register, one)
    assigned = [one for one in happened if not isinstance(one, RegistrationEvent)]
    register.must_hold_each_in_one_company()
    register.must_have_versions_without_gaps()
    assert register.histories()[0].company == assigned[-1]
    plain = Moving()
    for one in (*EVENTS, assigned[-1]):
        take(plain, one)
    assert register.stated() == plain.stated()


@given(MOVES, st.booleans())
def test_a_company_keeps_what_came_another_way_whatever_is_assigned_here(
    moves: Sequence[CompanyId], waiting: bool
) -> None:
    register = Moving()
    elsewhere = registration(OWN, name="Noor")
    state(register, elsewhere)
    before = register.companies()
    if waiting:  # a correction whose target never came states nothing
        take(register, EVENTS[2])
    for one in moves:
        take(register, one)
    assert register.companies() == before
    assert before[company_id(OWN)].registrations == (elsewhere,)
    take(register, EVENTS[0])
    register.must_hold_each_in_one_company()
    register.must_have_versions_without_gaps()


def test_a_registration_of_which_all_was_withdrawn_is_no_alias_once_it_is_assigned_to_its_own_company() -> None:
    register = Moving()
    everything = event(2, EventKind.WITHDRAWN, of=OWN, event_id="all of it", replaces="first")
    for one in (EVENTS[0], COMPANIES[1], everything):
        take(register, one)
    assert register.companies()[company_id(OWN)].alias_of == COMPANIES[1]
    take(register, COMPANIES[0])
    assert register.companies()[company_id(OWN)].alias_of is None


@pytest.mark.slow
@given(STORIES)
def test_states_that_are_lost_come_back_though_all_assignments_are_read_before_the_first_event(story: Story) -> None:
    register = Moving().run(story)
    before, said = register.stated(), len(register.kafka.records("register.statements"))
    for partition in range(PARTITIONS):
        register.tasks[partition] = beginning_with_assignments(register, partition)
    assert len(register.kafka.records("register.statements")) == said
    run_out(register.tasks)
    register.must_hold_each_in_one_company()
    register.must_have_versions_without_gaps()
    assert register.stated() == before


def take(register: Moving, one: RegistrationEvent | CompanyId) -> None:
    """Let an event or an assignment come, and all work."""
    if isinstance(one, RegistrationEvent):
        publish(register.kafka, one)
    else:
        assignment = Assignment(
            registration_id=OWN,
            company_id=one,
            cause=Cause.MERGE,
            trigger=Trigger(registration_id=OWN, event=ref_of(EVENTS[0])),
        )
        register.kafka.publish("register.assignments", OWN.encode(), encode("Assignment", assignment_datum(assignment)))
    run_out(register.tasks)


def state(register: Moving, stated: Registration) -> None:
    """Let a statement come that no task here has sent."""
    statement = Statement(
        company_id=company_id(stated.registration_id),
        registration_id=stated.registration_id,
        cause=Cause.SOURCE,
        trigger=Trigger(registration_id=OWN, event=ref_of(EVENTS[0])),
        registration=stated,
    )
    value = encode("Statement", statement_datum(statement))
    register.kafka.publish("register.statements", statement.company_id.encode(), value)
    run_out(register.tasks)


def beginning_with_assignments(register: Moving, partition: int) -> Task:
    """Open a task of `admit` that has lost its states, and has read nothing but the assignments."""
    processor = admit.processor(register.kafka.topics)
    first = Task(register.kafka, replace(processor, inputs=(register.kafka.topics.assignments,)), partition)
    run_out([first])
    task = Task(register.kafka, processor, partition)
    task.states = first.states
    return task
