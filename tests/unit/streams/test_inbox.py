import asyncio
from collections.abc import Sequence
from random import Random

import pytest
from aiokafka import TopicPartition

from streams.tasks.faust_overrides import Slice
from streams.tasks.inbox import INPUT_BYTES, QUEUE_BYTES, Inbox, cut, size_of, worked_off
from streams.tasks.problems import Hole
from tests.unit.consumer_records import received

LEFT, RIGHT = TopicPartition("left", 3), TopicPartition("right", 3)
ERA = 5


def a_slice(start: int, end: int, *, tp: TopicPartition = LEFT, era: int = ERA, records: int | None = None) -> Slice:
    count = end - start if records is None else records
    made = [received("left", start + place, None, b"") for place in range(count)]
    return Slice(tp=tp, era=era, start=start, end=end, records=made)


@pytest.fixture
async def inbox() -> Inbox:
    """An inbox that has learned that a hundred records fit."""
    made = Inbox([LEFT, RIGHT], limit=100)
    made.open(ERA, {LEFT: 0, RIGHT: 50})
    while made.demand()[LEFT] < 100:
        made.fit_size(100, seconds=0.001)
    return made


def large(start: int, sizes: Sequence[int], tp: TopicPartition = LEFT) -> Slice:
    """A slice of records of these sizes in bytes."""
    made = [received("left", start + place, None, b"x" * size) for place, size in enumerate(sizes)]
    return Slice(tp=tp, era=ERA, start=start, end=start + len(sizes), records=made)


async def test_slices_of_all_inputs_come_out_in_order_of_arrival(inbox: Inbox) -> None:
    parts = [a_slice(0, 10), a_slice(50, 60, tp=RIGHT), a_slice(10, 20)]
    for part in parts:
        inbox.put(part)
    assert inbox.take() == parts
    assert not inbox


async def test_a_slice_that_does_not_follow_the_one_before_is_a_hole(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 10))
    with pytest.raises(Hole, match=r"left-3 goes on at offset 11, expected was 10"):
        inbox.put(a_slice(11, 20))


async def test_a_jump_back_is_a_hole_too(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 10))
    with pytest.raises(Hole):
        inbox.put(a_slice(5, 12))


async def test_control_markers_between_slices_are_no_hole(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 11, records=10))
    inbox.put(a_slice(11, 12, records=0))
    inbox.put(a_slice(12, 20))
    assert [part.end for part in inbox.take()] == [11, 12, 20]


async def test_slices_of_an_earlier_era_are_void(inbox: Inbox) -> None:
    inbox.put(a_slice(70, 80, era=ERA - 1))
    assert not inbox
    inbox.put(a_slice(0, 10))
    assert inbox


async def test_a_closed_inbox_forgets_and_takes_nothing(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 10))
    inbox.close()
    inbox.put(a_slice(10, 20))
    assert not inbox
    assert inbox.demand() == {}


async def test_an_input_that_is_full_is_asked_for_nothing(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 60))
    assert inbox.demand() == {LEFT: 100, RIGHT: 100}
    inbox.put(a_slice(60, 110))
    assert inbox.demand() == {RIGHT: 100}
    inbox.take()
    assert inbox.demand() == {LEFT: 100, RIGHT: 100}


async def test_a_transaction_takes_slices_up_to_its_size_and_cuts_the_last(inbox: Inbox) -> None:
    for start in (0, 40, 80):
        inbox.put(a_slice(start, start + 40))
    assert [(part.start, part.end) for part in inbox.take()] == [(0, 40), (40, 80), (80, 100)]
    assert [(part.start, part.end) for part in inbox.take()] == [(100, 120)]
    assert inbox.take() == []


async def test_a_slice_larger_than_a_transaction_comes_in_parts(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 230))
    taken = [inbox.take() for _ in range(3)]
    assert [[(part.start, part.end) for part in parts] for parts in taken] == [[(0, 100)], [(100, 200)], [(200, 230)]]
    assert [record.offset for parts in taken for part in parts for record in part.records] == list(range(230))
    assert not inbox


async def test_a_cut_slice_keeps_the_control_markers_behind_its_records(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 105, records=101))
    assert [(part.start, part.end) for part in inbox.take()] == [(0, 100)]
    assert [(part.start, part.end, len(part.records)) for part in inbox.take()] == [(100, 105, 1)]


async def test_a_transaction_ends_where_its_bytes_do(inbox: Inbox) -> None:
    inbox.put(large(0, [QUEUE_BYTES // 2, QUEUE_BYTES // 2, 10, 10]))
    assert [(part.start, part.end) for part in inbox.take()] == [(0, 2)]
    assert [(part.start, part.end) for part in inbox.take()] == [(2, 4)]


@pytest.mark.parametrize(
    "slices", [[(QUEUE_BYTES + 1, 10)], [(QUEUE_BYTES + 1,), (10,)], [(10,), (QUEUE_BYTES + 1,)], [(10, QUEUE_BYTES)]]
)
async def test_a_record_larger_than_a_transaction_is_taken_all_the_same(
    inbox: Inbox, slices: list[tuple[int, ...]]
) -> None:
    start = 0
    for sizes in slices:
        inbox.put(large(start, sizes))
        start += len(sizes)
    offsets: list[int] = []
    while inbox:
        taken = inbox.take()
        together = [len(record.value or b"") for part in taken for record in part.records]
        assert sum(together[:-1]) <= QUEUE_BYTES
        offsets += [record.offset for part in taken for record in part.records]
    assert offsets == [0, 1]


@pytest.mark.slow
async def test_nothing_is_lost_or_twice_whatever_the_sizes(inbox: Inbox) -> None:
    dice, sent = Random(7), 0
    for _ in range(300):
        sizes = [dice.choice((0, 10, QUEUE_BYTES // 3, QUEUE_BYTES * 2)) for _ in range(dice.randrange(4))]
        inbox.put(large(sent, sizes))
        sent += len(sizes)
    found: list[int] = []
    while inbox:
        taken = inbox.take()
        done, rest = worked_off(taken, dice.randrange(1, 3) if any(part.records for part in taken) else 0)
        inbox.put_back(rest)
        found += [record.offset for part in done for record in part.records]
    assert found == list(range(sent))


async def test_an_input_whose_bytes_are_many_is_asked_for_nothing(inbox: Inbox) -> None:
    inbox.put(large(0, [QUEUE_BYTES // 2]))
    assert inbox.demand() == {RIGHT: 100}
    inbox.take()
    assert inbox.demand() == {LEFT: 100, RIGHT: 100}


async def test_many_inputs_may_hold_one_fetch_each() -> None:
    inputs = [TopicPartition(f"in{number}", 3) for number in range(20)]
    inbox = Inbox(inputs, limit=100)
    inbox.open(ERA, dict.fromkeys(inputs, 0))
    inbox.put(large(0, [INPUT_BYTES - 1], tp=inputs[0]))
    assert inputs[0] not in inbox.demand()  # one record is a whole transaction as yet
    inbox.fit_size(1, seconds=0.001)
    assert inputs[0] in inbox.demand()
    inbox.put(large(1, [1], tp=inputs[0]))
    inbox.fit_size(2, seconds=0.001)
    assert inputs[0] not in inbox.demand()


async def test_what_was_not_worked_off_comes_first_in_the_next_transaction(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 10))
    inbox.put(a_slice(50, 60, tp=RIGHT))
    taken = inbox.take()
    inbox.put(a_slice(10, 20))
    done, rest = worked_off(taken, 4)
    inbox.put_back(rest)
    assert [(part.tp, part.start, part.end) for part in done] == [(LEFT, 0, 4)]
    again = [(part.tp, part.start, part.end) for part in inbox.take()]
    assert again == [(LEFT, 4, 10), (RIGHT, 50, 60), (LEFT, 10, 20)]


def test_slices_part_behind_any_record_and_nothing_is_lost() -> None:
    parts = [a_slice(0, 3), a_slice(3, 5, records=0), a_slice(50, 54, tp=RIGHT, records=2), a_slice(5, 6)]
    for records in range(7):
        done, rest = worked_off(parts, records)
        offsets = [[record.offset for part in some for record in part.records] for some in (done, rest)]
        assert (len(offsets[0]), offsets[0] + offsets[1]) == (records, [0, 1, 2, 50, 51, 5])


def test_the_parts_of_a_cut_slice_join_without_a_gap() -> None:
    first, rest = cut(a_slice(7, 12), 2)
    assert (first.start, first.end, rest.start, rest.end) == (7, 9, 9, 12)
    assert size_of(large(0, [3, 4]).records) == 7


async def test_gathering_ends_early_when_a_whole_transaction_is_there(inbox: Inbox) -> None:
    gathering = asyncio.create_task(inbox.gather(60))
    await asyncio.sleep(0)
    inbox.put(a_slice(0, 100))
    await asyncio.wait_for(gathering, 1)


async def test_gathering_ends_after_its_time(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 1))
    await asyncio.wait_for(inbox.gather(0.01), 1)


def test_a_transaction_begins_with_one_record_and_grows_while_records_are_quick() -> None:
    inbox = Inbox([LEFT], limit=2_000)
    inbox.open(1, {LEFT: 0})
    allowed = []
    for _ in range(6):
        allowed.append(inbox.demand()[LEFT])
        inbox.fit_size(allowed[-1], seconds=allowed[-1] * 50e-6)
    assert allowed == [1, 8, 64, 512, 2_000, 2_000]


def test_a_transaction_stays_at_one_record_while_each_takes_a_second() -> None:
    inbox = Inbox([LEFT], limit=2_000)
    inbox.open(1, {LEFT: 0})
    for _ in range(5):
        inbox.fit_size(1, seconds=1.0)
        assert inbox.demand()[LEFT] == 1


def test_a_transaction_shrinks_at_once_when_a_record_is_slow_and_grows_again() -> None:
    inbox = Inbox([LEFT], limit=2_000)
    inbox.open(1, {LEFT: 0})
    while inbox.demand()[LEFT] < 2_000:
        inbox.fit_size(2_000, seconds=0.001)
    inbox.fit_size(1, seconds=1.0)
    assert inbox.demand()[LEFT] == 1
    inbox.fit_size(1, seconds=0.001)
    assert inbox.demand()[LEFT] == 8


def test_a_few_quick_records_tell_nothing_of_how_many_fit() -> None:
    inbox = Inbox([LEFT], limit=2_000)
    inbox.open(1, {LEFT: 0})
    while inbox.demand()[LEFT] < 256:
        inbox.fit_size(256, seconds=0.001)
    assert (fitting := inbox.demand()[LEFT]) < 2_000
    inbox.fit_size(3, seconds=0.0001)
    assert inbox.demand()[LEFT] == fitting
