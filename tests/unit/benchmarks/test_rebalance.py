"""What the flow of outputs and the logs of the workers say about a rebalance."""

from collections.abc import Callable

import pytest

from benchmarks.output_gaps import BUCKET_S, Flow, Standstill, back_after
from benchmarks.rebalance import END_S, Round, around, section
from benchmarks.rebalance_log import Handover, handover

STEP_S = 0.05


def _flow(end: float, reached: Callable[[float], dict[int, int]]) -> Flow:
    flow = Flow()
    for step in range(round(end / STEP_S) + 1):
        moment = step * STEP_S
        flow.add(moment, reached(moment))
    return flow


def _standing(moment: float, begin: float, end: float) -> int:
    """1,000 a second; nothing between the two moments, all that waited just after the second."""
    return round(1_000 * (begin if begin <= moment < end else moment))


def test_the_longest_silence_is_of_all_partitions_the_longest_standstill_of_one() -> None:
    flow = _flow(20, lambda moment: {0: _standing(moment, 5, 6), 1: _standing(moment, 5, 9)})
    assert flow.silence(4, 12).seconds == pytest.approx(1.05, abs=0.06)
    standstill = flow.standstill(4, 12)
    assert (standstill.begin, standstill.end) == pytest.approx((4.95, 9.0), abs=0.06)
    assert flow.standstill(10, 12).seconds == pytest.approx(STEP_S)


def test_a_standstill_counts_only_within_the_time_asked_for() -> None:
    flow = _flow(20, lambda moment: {0: _standing(moment, 5, 9)})
    assert flow.standstill(0, 6).seconds == pytest.approx(1.0, abs=0.06)
    assert flow.standstill(8, 12).seconds == pytest.approx(1.0, abs=0.06)


def test_rates_are_fractions_of_the_events_since_offsets_count_control_markers_too() -> None:
    flow = _flow(4, lambda moment: {0: round(moment * 1_200)})
    rates = flow.rates(4_000)
    assert len(rates) == 4 / BUCKET_S
    assert rates == pytest.approx([1_000.0] * len(rates), rel=0.25)
    assert sum(rates) * BUCKET_S == pytest.approx(4_000)


def test_the_rate_is_back_when_it_holds_for_a_second() -> None:
    rates = [1_000.0] * 20 + [0.0] * 4 + [500.0] * 4 + [1_500.0] * 4 + [1_000.0] * 20  # stands still from 5 s to 6 s
    assert back_after(rates, 4.0, Standstill(5.0, 6.0), load=1_000) == pytest.approx(2.5)
    assert back_after(rates, 4.0, Standstill(4.2, 4.4), load=1_000) == 0.0
    assert back_after([1_000.0] * 20 + [0.0] * 8, 4.0, Standstill(5.0, 7.0), load=1_000) == 3.0


def _assigned(*partitions: int) -> dict[str, object]:
    return {"event": "partitions_assigned", "partitions": list(partitions)}


def _opened(partition: int, restored: int) -> dict[str, object]:
    return {"event": "task_opened", "partition": partition, "restored": restored}


def test_a_task_that_stayed_and_was_not_opened_again_restored_nothing() -> None:
    lines = [_assigned(0, 1), _opened(0, 0), _opened(1, 0), _assigned(0), _assigned(0, 1), _opened(1, 70)]
    assert handover(lines) == Handover(stayed=2, moved=3, restored_moved=70)


def test_a_task_that_stayed_and_restores_again_is_noticed() -> None:
    lines = [_assigned(0), _opened(0, 5), _assigned(0), _opened(0, 40)]
    assert handover(lines) == Handover(stayed=1, opened_again=1, restored_again=40, moved=1, restored_moved=5)


def test_a_task_that_was_not_open_yet_when_the_next_rebalance_came_did_not_stay() -> None:
    assert handover([_assigned(0), _assigned(0), _opened(0, 5)]) == Handover(moved=1, restored_moved=5)


def test_the_section_holds_each_change_the_curve_of_the_first_round_and_all_tasks() -> None:
    flow = _flow(END_S, lambda moment: {0: 2 * _standing(moment, 11, 13)})
    rates = flow.rates(2 * 1_000 * int(END_S))
    marks = {"a second joins": 10.0, "it leaves": 25.0}
    one = Round(around=around(flow, rates, marks), rates=rates, handover=Handover(stayed=3), marks=marks)
    assert one.around["a second joins"].back_s == pytest.approx(3.0, abs=0.3)
    quiet = one.around["it leaves"]
    assert (quiet.silence_s, quiet.standstill_s, quiet.back_s) == pytest.approx((STEP_S, STEP_S, 0.0))
    found = section([one, one], {})["rebalance"]
    assert found["tasks"]["stayed"] == 6
    assert found["around"]["it leaves"]["back_s"]["rounds"] == [0.0, 0.0]
    assert len(found["events_per_s"]) == END_S / BUCKET_S
