import asyncio

import pytest
from aiokafka import TopicPartition

from streams.errors import Hole
from streams.faust_slices import Slice
from streams.inbox import LEAST_RECORDS, Inbox
from tests.unit.received import received

LEFT, RIGHT = TopicPartition("left", 3), TopicPartition("right", 3)
ERA = 5


def a_slice(start: int, end: int, *, tp: TopicPartition = LEFT, era: int = ERA, records: int | None = None) -> Slice:
    made = [received("left", start, None, b"")] * (end - start if records is None else records)
    return Slice(tp=tp, era=era, start=start, end=end, records=made)


@pytest.fixture
async def inbox() -> Inbox:
    made = Inbox([LEFT, RIGHT], limit=100)
    made.open(ERA, {LEFT: 0, RIGHT: 50})
    return made


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


async def test_a_transaction_takes_whole_slices_up_to_its_size(inbox: Inbox) -> None:
    for start in (0, 40, 80):
        inbox.put(a_slice(start, start + 40))
    assert [part.end for part in inbox.take()] == [40, 80]
    assert [part.end for part in inbox.take()] == [120]
    assert inbox.take() == []


async def test_a_slice_larger_than_a_transaction_goes_alone(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 300))
    inbox.put(a_slice(300, 310))
    assert [part.end for part in inbox.take()] == [300]


async def test_gathering_ends_early_when_a_whole_transaction_is_there(inbox: Inbox) -> None:
    gathering = asyncio.create_task(inbox.gather(60))
    await asyncio.sleep(0)
    inbox.put(a_slice(0, 100))
    await asyncio.wait_for(gathering, 1)


async def test_gathering_ends_after_its_time(inbox: Inbox) -> None:
    inbox.put(a_slice(0, 1))
    await asyncio.wait_for(inbox.gather(0.01), 1)


def test_a_transaction_begins_small_and_grows_while_records_are_quick() -> None:
    inbox = Inbox([LEFT], limit=2_000)
    inbox.open(1, {LEFT: 0})
    allowed = []
    for _ in range(5):
        allowed.append(inbox.demand()[LEFT])
        inbox.learn(allowed[-1], seconds=allowed[-1] * 50e-6)
    assert allowed == [250, 500, 1_000, 2_000, 2_000]


def test_a_transaction_shrinks_while_records_are_slow_and_grows_again() -> None:
    inbox = Inbox([LEFT], limit=2_000)
    inbox.open(1, {LEFT: 0})
    for _ in range(9):
        inbox.learn(inbox.demand()[LEFT], seconds=60)
    assert inbox.demand()[LEFT] == LEAST_RECORDS
    inbox.learn(LEAST_RECORDS, seconds=0.001)
    assert inbox.demand()[LEFT] == 2 * LEAST_RECORDS


def test_a_few_quick_records_tell_nothing_of_how_many_fit() -> None:
    inbox = Inbox([LEFT], limit=2_000)
    inbox.open(1, {LEFT: 0})
    inbox.learn(3, seconds=0.0001)
    assert inbox.demand()[LEFT] == 250
