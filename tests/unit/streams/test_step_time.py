"""The time that a step has used is that of its processor, and a part of the clock's."""

from dataclasses import dataclass
from time import perf_counter, sleep, thread_time
from typing import cast

from streams.tasks.processor import Work, in_time
from streams.tasks.step_time import CLOCK_PART, StepTime


@dataclass
class _Timed:
    loop_s: float


def test_the_processor_time_counts_whole() -> None:
    time, began = StepTime(), thread_time()
    while thread_time() - began < 0.02:
        pass
    assert time.used() >= 0.02


def test_a_part_of_the_waiting_counts() -> None:
    time, began = StepTime(), perf_counter()
    sleep(0.05)
    waited = perf_counter() - began
    assert waited * CLOCK_PART <= time.used() < waited / 2


def test_a_loop_over_slow_records_ends_by_the_clock() -> None:
    work = cast(Work, _Timed(loop_s=0.01))
    done = 0
    for _ in in_time(range(1_000), work):
        sleep(0.01)
        done += 1
    assert 0 < done < 100
