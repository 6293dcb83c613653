"""How a rate is taken, and that every contender gets the same bytes."""

from pathlib import Path

import pytest

from benchmarks.frames import SEED, Frame, first, spool
from benchmarks.gauge import Point, Timeline
from benchmarks.measured import Measured, ratio
from benchmarks.problems import BenchmarkFailed
from producers.simulation import Simulation


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
