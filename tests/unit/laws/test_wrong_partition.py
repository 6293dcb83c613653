"""A publisher whose partitioner is not murmur2: its events are refused, and the register is as if they had never come.

They come before, between and after the right ones, while registrations merge and part.
"""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.record import ConsumedRecord
from register.codes import Code
from tests.unit.laws.moving import (
    BEGINNING,
    DECISIONS,
    MISPLACED_EVENTS,
    STATE_ENTRIES,
    TASK_RUNS,
    TURNS,
    MisplaceEvent,
    Moving,
    Story,
)

AT_FIRST = st.lists(MISPLACED_EVENTS, max_size=4)
LATER = st.lists(
    st.one_of(STATE_ENTRIES, STATE_ENTRIES, MISPLACED_EVENTS, MISPLACED_EVENTS, DECISIONS, TURNS, TASK_RUNS),
    min_size=20,
    max_size=60,
)
ASTRAY = st.tuples(AT_FIRST, LATER).map(lambda told: [*told[0], *BEGINNING, *told[1], MisplaceEvent(1, 0, 1, False)])


def right(story: Story) -> Story:
    """Leave out the events in a wrong partition."""
    return [one for one in story if not isinstance(one, MisplaceEvent)]


def published(register: Moving) -> tuple[list[ConsumedRecord], list[ConsumedRecord]]:
    """Give the events in the partition of their key, and those in another."""
    topics = [name for name, _ in register.kafka.logs if name in REGISTRATIONS]
    records = [record for name in dict.fromkeys(topics) for record in register.kafka.records(name)]
    places = [record.partition == register.kafka.place(record.key) for record in records]
    return (
        [record for record, fits in zip(records, places, strict=True) if fits],
        [record for record, fits in zip(records, places, strict=True) if not fits],
    )


STATES = ("sa", "kw", "bh", "qa")
REGISTRATIONS = {f"registrations.{state}" for state in STATES}


@pytest.mark.slow
@given(ASTRAY)
def test_each_event_in_a_wrong_partition_has_one_receipt_with_the_code_and_one_dead_letter(story: Story) -> None:
    register = Moving().run(story)
    fitting, astray = published(register)
    receipts = [one for state in STATES for one in register.kafka.values(f"receipts.{state}", "Receipt")]
    answers = Counter((one["topic"], one["partition"], one["offset"], one["outcome"], one["code"]) for one in receipts)
    refused = [(*_place(one), "REJECTED", Code.WRONG_PARTITION) for one in astray]
    assert answers == Counter([*refused, *((*_place(one), "ACCEPTED", None) for one in fitting)])
    letters = [one for state in STATES for one in register.kafka.records(f"registrations.{state}.dlq")]
    assert Counter(map(_letter, letters)) == Counter((*_place(one), one.key, one.value) for one in astray)


@pytest.mark.slow
@given(ASTRAY)
def test_companies_changes_and_versions_are_those_without_these_events(story: Story) -> None:
    with_them, without = Moving(), Moving()
    for one in story:  # all come to rest after each, so that both do the same in the same order
        with_them.run([one])
        without.run(right([one]))
    assert with_them.companies() == without.companies()
    assert with_them.changes() == without.changes()
    together, alone = Moving().run(story, working=False), Moving().run(right(story), working=False)
    assert together.companies() == alone.companies()
    assert together.changes() == alone.changes()


@pytest.mark.slow
@given(ASTRAY)
def test_in_any_turn_the_laws_hold_and_the_companies_are_those_without_these_events(story: Story) -> None:
    register = Moving().run(story)
    register.must_hold_each_in_one_company()
    register.must_have_versions_without_gaps()
    assert register.stated() == Moving().run(right(story), working=False).stated()


def _place(record: ConsumedRecord) -> tuple[str, int, int]:
    return record.topic, record.partition, record.offset


def _letter(letter: ConsumedRecord) -> tuple[str, int, int, bytes | None, bytes | None]:
    said = {name.removeprefix("sijill_origin_"): (value or b"").decode() for name, value in letter.headers}
    return said["topic"], int(said["partition"]), int(said["offset"]), letter.key, letter.value
