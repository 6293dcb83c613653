"""Slices of any size, tasks in any turn and crashes before the commit change no output; with laws 4, 8 and 9."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.changes import replayed
from schemas.codec.company_records import company_from
from schemas.codec.records import change_from
from schemas.facts.topics import publishers
from tests.unit.laws.arrivals import Arrival, arrivals, publish
from tests.unit.laws.pipeline import AGENCIES, PLANS, Pipeline, Turn

OUTPUTS = [
    *(f"receipts.{publisher}" for publisher in publishers()),
    *(f"registrations.{publisher}.dlq" for publisher in publishers()),
    "register.statements",
    "register.changes",
]
STATES = ("register.registrations", "register.companies")


def after(arriving: list[Arrival], plan: list[Turn], slice_records: int = 1_000) -> Pipeline:
    pipeline = Pipeline()
    publish(pipeline.kafka, arriving)
    return pipeline.work(plan, slice_records)


@pytest.mark.slow
@given(arrivals(), PLANS, st.integers(1, 5))
def test_any_slices_turns_and_crashes_give_the_same_outputs(
    arriving: list[Arrival], plan: list[Turn], slice_records: int
) -> None:
    one_go, in_pieces = after(arriving, []), after(arriving, plan, slice_records)
    for topic in OUTPUTS:
        assert in_pieces.by_key(topic) == one_go.by_key(topic)
    for topic in STATES:
        assert in_pieces.newest(topic) == one_go.newest(topic)


@pytest.mark.slow
@given(arrivals(), PLANS)
def test_the_state_topics_hold_what_the_tasks_hold(arriving: list[Arrival], plan: list[Turn]) -> None:
    pipeline = after(arriving, plan)
    held = {key: value for task in pipeline.tasks for key, value in task.states.items()}
    told = {key: value for topic in (*STATES, "register.cursors") for key, value in pipeline.newest(topic).items()}
    assert held == told


@pytest.mark.slow
@given(arrivals(), PLANS)
def test_the_changes_that_were_told_give_the_records_that_were_told(arriving: list[Arrival], plan: list[Turn]) -> None:
    kafka = after(arriving, plan).kafka
    changes = [change_from(one) for one in kafka.values("register.changes", "Change")]
    for company in {
        one.company_id: one for one in map(company_from, kafka.values("register.companies", "Company"))
    }.values():
        told = [change for change in changes if change.company_id == company.company_id]
        assert [change.version for change in told] == list(range(1, company.version + 1))
        assert replayed(told) == company.properties


@pytest.mark.slow
@given(arrivals(), PLANS)
def test_each_agencys_notices_are_numbered_without_gaps_and_tell_each_change_once(
    arriving: list[Arrival], plan: list[Turn]
) -> None:
    kafka = after(arriving, plan).kafka
    changes = {(one["company_id"], one["version"]) for one in kafka.values("register.changes", "Change")}
    for one in AGENCIES:
        notices = kafka.values(f"notices.{one.agency}", "Notice")
        assert [notice["number"] for notice in notices] == list(range(1, len(notices) + 1))
        told = [(notice["change"]["company_id"], notice["change"]["version"]) for notice in notices]
        assert len(told) == len(set(told))
        assert set(told) == changes if one.agency == "all" else set(told) <= changes
        for company in {company for company, _ in told}:
            versions = [version for name, version in told if name == company]
            assert versions == sorted(versions)


@pytest.mark.slow
@given(arrivals(broken=False), PLANS, st.data())
def test_a_second_instance_that_gets_the_events_in_another_order_has_the_same_register(
    arriving: list[Arrival], plan: list[Turn], data: st.DataObject
) -> None:
    first, second = after(arriving, plan), after(data.draw(st.permutations(arriving)), [])
    assert first.newest("register.registrations") == second.newest("register.registrations")
    assert _stated(first) == _stated(second)


def _stated(pipeline: Pipeline) -> dict[str, object]:
    """What the register says of each company, whatever its version."""
    companies = map(company_from, pipeline.kafka.values("register.companies", "Company"))
    newest = {company.company_id: company for company in companies}
    return {
        key: (company.properties, company.registrations, company.sources)
        for key, company in newest.items()
        if company.properties
    }
