"""Memory over time, and a broker that is stopped and always goes on again."""

import asyncio

import pytest

from benchmarks.backlog import slowed
from benchmarks.memory_over_time import Footprint
from benchmarks.problems import BenchmarkFailed


def test_a_footprint_tells_the_start_the_highest_of_each_half_and_the_end() -> None:
    footprint = Footprint([(0.0, 50.0), (1.0, 100.0), (1.3, 130.0), (2.1, 110.0), (3.0, 120.0), (3.4, 105.0)])
    assert footprint.document(began=1.0, ended=3.0) == {
        "start_mb": 100,
        "highest_mb": 130,
        "first_half_mb": 130,
        "second_half_mb": 120,
        "end_mb": 105,
        "curve_mb": [50, 0, 130, 0, 110, 0, 120],
    }


def test_a_backlog_that_is_gone_at_once_says_nothing_about_memory() -> None:
    with pytest.raises(BenchmarkFailed, match="more records"):
        Footprint([(0.0, 50.0), (1.0, 60.0)]).document(began=0.9, ended=1.2)


class Broker:
    """Notes what is done to it."""

    def __init__(self) -> None:
        self.stopped = asyncio.Event()
        self.stops = 0

    def suspend(self) -> None:
        self.stopped.set()
        self.stops += 1

    def resume(self) -> None:
        self.stopped.clear()


async def test_a_slowed_process_goes_on_again_even_if_the_work_is_done_while_it_is_stopped() -> None:
    broker = Broker()
    async with slowed(broker, seconds=60.0):
        await asyncio.wait_for(broker.stopped.wait(), 10)
    assert not broker.stopped.is_set()
    assert broker.stops == 1


async def test_a_process_that_is_slowed_for_no_time_is_left_alone() -> None:
    broker = Broker()
    async with slowed(broker, seconds=0.0):
        await asyncio.sleep(0)
    assert broker.stops == 0
