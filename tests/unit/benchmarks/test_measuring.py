"""How a rate is taken, and that every contender gets the same bytes."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from benchmarks.event_file import SEED, Frame, first, spool
from benchmarks.in_memory import InMemory
from benchmarks.merge_job import section
from benchmarks.output_rate import Point, Run, Timeline
from benchmarks.problems import BenchmarkFailed
from benchmarks.rounds import Measured, ratio
from benchmarks.sections import ALL
from benchmarks.stages import Round
from benchmarks.terminal_tables import show
from matching.measuring.queue_accuracy import QueueAccuracy, tenths
from matching.measuring.suggester_accuracy import measures
from simulation import Simulation

RATE = Measured.of([10.0]).document()
SIZE = dict.fromkeys(("events_per_s", "restart_s", "restored_per_s", "rss_mb", "disk_mb"), RATE)
RUN = {"events_per_s": RATE, "cpu_us": RATE}
FOOTPRINT = {"records": 10, "records_per_s": 10, "slow_s": 20.0} | dict.fromkeys(
    ("start_mb", "first_half_mb", "second_half_mb", "end_mb"), 100
)
START = dict.fromkeys(
    ("rss_mb", "rss_after_questions_mb", "base_mb", "bytes_per_company", "first_event_s", "names_per_s", "index_mb"), 1
)
MEASURED = {
    "ratios": {"faust": 5.0},
    "peers": {"merge": {"ours": RUN, "faust": RUN}, "count": {"ours": RUN}, "count_ratios": {}},
    "merge": {"per_second": {"memory": RATE}, "cpu_us": {}, "of_memory": {"in_turn": 1.0, "together": 1.0}},
    "latency_ms": {"100": {"p50": 1.0, "p99": 2.0, "max": 3.0}},
    "latency": {},
    "subscriptions": {
        "per_second": {"one": RATE, "long": RATE, "many": RATE},
        "of_one": {"long": 0.9, "many": 0.8},
        "conditions": {"sizes": {"companies": 100_000, "subscriptions": 1_000}},
    },
    "sizes": {"companies": {"10000": {"admit": SIZE, "unify": SIZE}}},
    "takeover": {"seconds": {"killed": RATE}, "conditions": {"sizes": {"session_timeout_s": 10}}},
    "poison": {
        "per_second": {"without": RATE, "with": RATE},
        "cpu_us": {"without": RATE, "with": RATE},
        "ratio": 0.9,
        "goal": 0.5,
        "parked": {"unreadable": 10},
        "conditions": {"sizes": {"good_records": 100, "bad_records": 10}},
    },
    "rebuild": {
        "per_second": {"live": RATE, "rebuild": RATE},
        "cpu_us": {"live": RATE, "rebuild": RATE},
        "of_live": 5.0,
        "seconds": RATE,
        "memory_mb": RATE,
        "conditions": {},
    },
    "backlog": {
        "runs": {"backlog": FOOTPRINT, "slow_broker": FOOTPRINT},
        "conditions": {"sizes": {"records": 10, "bytes_per_value": 200}},
    },
    "rebalance": {
        "around": {"it leaves": dict.fromkeys(("silence_s", "standstill_s", "back_s"), RATE)},
        "tasks": dict.fromkeys(("stayed", "opened_again", "restored_again", "moved", "restored_moved"), 0),
        "conditions": {"sizes": {"events_per_s": 2_000, "session_timeout_s": 10}},
    },
    "many_companies": {"companies": 1_000, "goal_mb": 1_500, "first_start": START, "restart": START},
    "homes": {
        "homes": 100,
        "limit_s": 1.0,
        "shapes": {one: {"slowest_s": 0.5, "per_second": 500, "cpu_us": 1_500} for one in ("chain", "ring", "star")},
    },
    "scaling": {"per_second": {"admit": {"1": RATE, "2": RATE}}},
}


def test_a_rate_counts_from_the_first_output_to_the_last() -> None:
    timeline = Timeline()
    for moment, reached in ((0.0, 0), (5.0, 10), (5.5, 10), (6.0, 60), (7.0, 110)):
        timeline.add(Point(moment, reached))
    assert timeline.run(1_100).events_per_s == 1_000 / 2


def test_control_markers_among_the_offsets_do_not_count_as_events() -> None:
    timeline = Timeline()
    for moment, reached in ((0.0, 0), (1.0, 25), (2.0, 50), (3.0, 100)):  # 80 records and 20 markers
        timeline.add(Point(moment, reached, cpu_s=moment / 2))
    assert timeline.run(80).events_per_s == 60 / 2
    assert timeline.run(80).cpu_us == 1_000_000 / 60


def test_a_load_that_comes_out_at_once_is_no_measurement() -> None:
    timeline = Timeline()
    timeline.add(Point(0.0, 0))
    timeline.add(Point(1.0, 100))
    with pytest.raises(BenchmarkFailed, match="more events"):
        timeline.run(100)


def test_the_events_of_the_simulation_come_back_from_the_file_byte_for_byte(tmp_path: Path) -> None:
    load = spool(tmp_path / "frames", 20)
    frames = [Frame(*one) for one in Simulation(SEED, 20).frames()]
    assert list(load) == frames
    assert load.events == len(frames)
    assert load.value_bytes == sum(len(frame.value) for frame in frames)
    assert list(first(load, 3)) == frames[:3]


def test_a_measurement_is_told_by_its_median_and_its_extremes() -> None:
    ours, theirs = Measured.of([30.0, 10.0, 21.0]), Measured.of([14.0])
    assert ours.document() == {"median": 21, "lowest": 10, "highest": 30, "rounds": [30, 10, 21]}
    assert ratio(ours, theirs) == 1.5


def test_what_the_merge_job_measures_stands_under_its_own_name_and_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(events_per_s=4_321.0, cpu_us=12.0)
    bare = InMemory(events=100, statements=80, admit_s=0.1, unify_s=0.1)
    measured = section([(bare, Round(**{one.name: run for one in fields(Round)}))], {})
    assert set(measured) == {"merge"}
    show(measured)
    assert "4,321" in capsys.readouterr().out


def _names(rate: dict[str, Any]) -> dict[str, Any]:
    shares = measures([]).document()
    return {
        "threshold": 0.5,
        "total": shares,
        "sources": {"souq": shares},
        "halves": {"held_out": shares, "looked_at": shares},
        "folds": {"precision": rate},
        "absent": 0.2,
        "strangers": {
            "listed": 2,
            "legal_names": 3,
            "asked": {"arabic": {"shipped": QueueAccuracy(rows=2, right=1, present=1).document()}},
            "tenths": tenths([(0.95, True)]),
        },
        "crowd": {"known": 1_000, "names_per_s": rate, "pairs_per_s": rate, "recall_at_1": 0.8, "recall_at_5": 0.9},
    }


def test_the_page_holds_a_table_for_every_section_that_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    measured = {**MEASURED, "names": _names(Measured.of([10.0]).document())}
    assert set(ALL) <= set(measured)
    show(measured)
    shown = capsys.readouterr().out
    for name, part_of in ALL.items():
        parts = list(part_of(measured))
        assert any(part.startswith("| ") for part in parts), name
        assert next(part for part in parts if part.startswith("## ")).removeprefix("## ") in shown
