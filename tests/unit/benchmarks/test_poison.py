"""Bad records among good ones: `admit` gives the answers that are expected, and a missing one is noticed."""

import random
from collections import Counter

import pytest

from benchmarks.bad_records import KINDS, Sent, bad_records, mixed
from benchmarks.event_file import SEED, Frame
from benchmarks.output_rate import Run
from benchmarks.poison import section
from benchmarks.problems import BenchmarkFailed
from benchmarks.receipt_check import letter, require_same
from bus.record import ConsumedRecord
from schemas.codec.wire import decode
from schemas.facts.topics import Topics, publishers
from simulation import Simulation
from streams.processors import admit
from streams.tasks.transaction_work import MemoryWork
from tests.unit.consumer_records import received

TOPICS = Topics()
FRAMES = [Frame(*one) for one in Simulation(SEED, 30).frames()]
BAD = 10 * len(KINDS)


def _record(offset: int, one: Sent) -> ConsumedRecord:
    return received(TOPICS.registrations(one.publisher), offset, one.key, one.value, one.headers)


def test_admit_answers_every_record_as_expected_and_parks_the_bad_ones_as_they_came() -> None:
    sent, work = list(mixed(FRAMES, BAD)), MemoryWork()
    admit.processor(TOPICS).step(0)([_record(number, one) for number, one in enumerate(sent)], work)

    answers = [decode(one.value or b"", "Receipt") for one in work.emitted if one.topic.startswith("receipts.")]
    assert {one["offset"]: (one["outcome"], one["code"]) for one in answers} == {
        number: (one.outcome, one.code) for number, one in enumerate(sent)
    }
    assert len(answers) == len(sent)
    dead = {TOPICS.dead_letters(publisher) for publisher in publishers()}
    letters = [
        letter(received(one.topic, 0, one.key, one.value, one.headers)) for one in work.emitted if one.topic in dead
    ]
    assert dict(letters) == {
        (TOPICS.registrations(one.publisher), 0, number): (one.code, one.key, one.value, one.headers)
        for number, one in enumerate(sent)
        if one.code is not None
    }
    assert len(letters) == BAD


def test_the_good_ones_keep_their_order_among_the_bad_ones_which_stand_anywhere() -> None:
    sent = list(mixed(FRAMES, BAD))
    assert [one.value for one in sent if one.code is None] == [frame.value for frame in FRAMES]
    assert sent == list(mixed(FRAMES, BAD))
    places = [number for number, one in enumerate(sent) if one.code is not None]
    assert len(places) == BAD
    assert places[0] < len(sent) / 10
    assert places[-1] > len(sent) * 9 / 10


def test_every_kind_of_bad_record_is_made_equally_often() -> None:
    made = bad_records(FRAMES, random.Random(1))
    codes = Counter(next(made).code for _ in range(BAD))
    assert codes == Counter(code for code, _ in KINDS for _ in range(BAD // len(KINDS)))


@pytest.mark.parametrize(
    "found", [{}, {("t", 0, 1): "ACCEPTED"}, {("t", 0, 1): "REJECTED", ("t", 0, 2): "REJECTED"}], ids=len
)
def test_an_answer_that_is_missing_wrong_or_to_nothing_fails_the_measurement(
    found: dict[tuple[str, int, int], str],
) -> None:
    with pytest.raises(BenchmarkFailed, match=r"1 of 1 have not the receipt that is theirs: \('t', 0, [12]\)"):
        require_same("receipt", {("t", 0, 1): "REJECTED"}, found)


def test_the_ratio_is_that_of_the_speeds_per_record() -> None:
    runs = {
        "without": [Run(events_per_s=rate, cpu_us=1.0) for rate in (900.0, 1_000.0, 1_100.0)],
        "with": [Run(events_per_s=rate, cpu_us=1.0) for rate in (700.0, 800.0, 2_000.0)],
    }
    assert section(runs, Counter(unreadable=10), {})["poison"]["ratio"] == 0.8
