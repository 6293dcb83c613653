"""Matching costs what a change has and not what the subscriptions list; what is measured really matches."""

import pytest

from benchmarks.subscriptions import LONG, MANY, asked, made_changes, matched, stepping
from register.subscriptions import wants
from schemas.codec.reader import read
from schemas.codec.records import filtered_from
from schemas.facts.it_companies import it_companies
from streams.tasks.transaction_work import MemoryWork


@pytest.mark.slow
def test_long_and_many_subscriptions_are_matched_at_half_the_speed_of_a_single_criterion_or_more() -> None:
    found = matched(4_000, 3, lambda _: None)["subscriptions"]
    assert found["of_one"]["long"] > 0.5
    assert found["of_one"]["many"] > 0.5


@pytest.mark.slow
def test_what_is_measured_is_what_the_definition_says() -> None:
    records = made_changes(300)
    changes = [filtered_from(read(record.value or b"", "Change")) for record in records]
    for name, subscriptions in asked(companies=2_000, many=200).items():
        expected = {
            (one.agency.encode(), change.company_id)
            for one in subscriptions
            for change in changes
            if wants(one, change, it_companies().classes)
        }
        work = MemoryWork()
        stepping(subscriptions)(records, work)
        matches = [read(one.value or b"", "Match") for one in work.emitted]
        assert {(one["agency"].encode(), one["change"]["company_id"]) for one in matches} == expected, name
        assert len(expected) == 3


def test_the_subscriptions_are_as_large_as_they_are_said_to_be() -> None:
    sets = asked()
    assert len(sets["long"][0].companies) == LONG
    assert len(sets["many"]) == len({one.agency for one in sets["many"]}) == MANY
