"""Repairs of damaged states: applied once, only to the state that they replace, and told as what really changed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.changes import Cause
from register.events import RegistrationEvent
from register.ids import company_id
from register.resolution.evidence import Evidence
from register.resolution.resolution_state import ResolutionState
from schemas.codec.repair_records import state_hash
from tests.unit.register.stating import NOOR, NOOR_IN_RIYADH, event, identifier, named, registered
from tests.unit.streams.repairing import RepairedRegister
from tests.unit.streams.sample_events import publish

LEI = "21380011VBTSTZCFBT87"
EVENTS: tuple[RegistrationEvent, ...] = (
    registered(website="right", identifiers=[identifier("LEI", LEI)]),
    registered(of=NOOR_IN_RIYADH, name="Nour", identifiers=[identifier("LEI", LEI)]),
    event(2, trading_names=[]),
)
GROUP, BRANCH = company_id(NOOR), company_id(NOOR_IN_RIYADH)


def whole(*later: RegistrationEvent) -> RepairedRegister:
    return RepairedRegister().take(*EVENTS, *later)


def without_lei(state: ResolutionState) -> ResolutionState:
    evidence: Evidence | None = state.evidence
    assert evidence is not None
    return replace(state, evidence=replace(evidence, identifiers=()), company_id=None)


def test_a_damaged_record_is_repaired_in_one_version_and_told_once() -> None:
    register = whole().damage_company(GROUP, website="wrong")
    told, version = len(register.notices()), register.company(GROUP).version
    register.repair(register.unify, whole()).work().must_hold_the_laws()
    (change,) = register.changes(Cause.REPROCESS)
    assert (change.version, change.fields_changed) == (version + 1, ("website",))
    assert (change.before, change.after) == ({"website": "wrong"}, {"website": "right"})
    assert change.triggers[0].event.event_id == "e1"
    assert register.notices()[told:] == [(told + 1, GROUP, version + 1)]
    assert register.contents() == whole().contents()


def test_a_repair_that_comes_again_does_nothing() -> None:
    register = whole().damage_company(GROUP, website="wrong")
    register.repair(register.unify, whole()).repair(register.unify, whole()).work()
    told = len(register.kafka.records("register.companies"))
    register.send(register.unify, GROUP, whole().unify.states[GROUP.encode()], state_hash(b"the damaged state"))
    assert len(register.work().changes(Cause.REPROCESS)) == 1
    assert len(register.kafka.records("register.companies")) == told


def test_a_repair_that_an_event_overtook_does_nothing() -> None:
    register = whole().damage_company(GROUP, website="wrong")
    damaged, right = state_hash(register.unify.states[GROUP.encode()]), whole().unify.states[GROUP.encode()]
    register.take(event(3, is_branch=False))  # states the whole registration: it mends the record by itself
    register.send(register.unify, GROUP, right, damaged)
    assert not register.work().must_hold_the_laws().changes(Cause.REPROCESS)
    assert register.company(GROUP).properties["is_branch"] is False


def test_an_event_of_the_same_slice_overtakes_the_repairs_behind_it() -> None:
    register = whole().damage_history(NOOR, website="wrong").take(event(3, is_branch=False))
    assert register.company(GROUP).properties["website"] == "wrong"  # the event made the damage visible
    damaged = register.admit.states[NOOR.encode()]
    publish(register.kafka, event(4, is_branch=True))
    register.repair(register.admit, whole(event(3, is_branch=False))).work()
    assert not register.changes(Cause.REPROCESS)
    assert register.admit.states[NOOR.encode()] != damaged
    right = whole(event(3, is_branch=False), event(4, is_branch=True))
    register.repair(register.admit, right).work().must_hold_the_laws()
    (change,) = register.changes(Cause.REPROCESS)
    assert change.after == {"website": "right"}
    assert register.contents() == right.contents()


def test_a_repaired_history_sends_its_evidence_and_its_names_anew() -> None:
    register = whole().damage_history(NOOR, identifiers=[], legal_name=named("Wrong"))
    last = event(3, home_registration="KW.MOCI.777")  # the evidence changes, and goes out without the LEI
    assert set(register.take(last).company(GROUP).members()) == {NOOR}
    register.repair(register.admit, whole(last)).work().must_hold_the_laws()
    assert register.contents() == whole(last).contents()
    for topic in ("register.links", "register.names"):
        newest = [{one.key: one.value for one in it.kafka.records(topic)} for it in (register, whole(last))]
        assert newest[0] == newest[1]


def test_a_lost_membership_comes_back_and_is_told_in_one_notice() -> None:
    register = whole().damage_resolution(f"registration/{NOOR}", without_lei)
    register.damage_resolution(f"identifier/LEI:{LEI}", None)
    limited = event(3, of=NOOR_IN_RIYADH, legal_form="LLC")  # new evidence makes the damage visible
    register.take(limited)
    assert set(register.company(BRANCH).members()) == {NOOR_IN_RIYADH}
    told, right = len(register.notices()), whole(limited)
    register.repair(register.resolve, right).work().must_hold_the_laws()
    changes = {one.company_id: one.follows for one in register.changes(Cause.REPROCESS)}
    assert changes == {GROUP: None, BRANCH: GROUP}
    assert len(register.notices()) == told + 1
    assert register.contents() == right.contents()


@pytest.mark.parametrize("processor", ["admit", "unify"])
def test_a_state_that_nobody_can_read_is_repaired(processor: str) -> None:
    register = whole()
    task = register.admit if processor == "admit" else register.unify
    register.damage(task, NOOR if processor == "admit" else GROUP, b"\x00\x00\x00\x00\x01 damaged")
    register.repair(task, whole()).work()
    assert register.contents() == whole().contents()


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3), st.booleans(), st.booleans()), max_size=25))
def test_crashes_repeats_and_events_in_between_give_the_same_end(plan: list[tuple[int, int, bool, bool]]) -> None:
    later = (event(3, is_branch=False), event(3, of=NOOR_IN_RIYADH, legal_form="LLC"))
    register, right = whole(), whole(*later)
    register.damage_resolution(f"registration/{NOOR}", without_lei)
    register.damage_history(NOOR, website="wrong").damage_company(GROUP, website="wrong too")
    register.repair(register.unify, whole()).repair(register.unify, whole())
    register.repair(register.admit, whole()).repair(register.resolve, whole())
    publish(register.kafka, *later)
    for task, size, crash, late in plan:
        register.tasks[task].run(size, crash=crash, late=late)
    for damaged in (*register.tasks[:3], *register.tasks[:3]):  # what was overtaken is compared and sent again
        register.work().repair(damaged, right).repair(damaged, right)
    assert register.work().must_hold_the_laws().contents() == right.contents()
