"""What a worker says of its tasks, and what admit counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bus.broker_offsets import Ledger
from bus.kafka_availability import KafkaPresence
from register.codes import Code
from runtime.metrics import DEAD_LETTERS, RECEIPTS, Collector
from schemas.facts.authorities import authorities
from streams.processors.admit import Admit
from streams.tasks.metrics import Lag, WorkerReport
from streams.tasks.processor import Counts
from streams.tasks.rebalances import Tasks
from streams.tasks.stats import Restoring, TaskStats, WorkerStats
from streams.tasks.task import Phase, Task
from streams.tasks.transaction_work import MemoryWork
from streams.tasks.watchdog import Watched
from tests.unit.register.stating import registered
from tests.unit.streams.in_memory import InMemoryKafka
from tests.unit.streams.sample_events import GARBAGE, publish

IN, OTHER = TopicPartition("in", 0), TopicPartition("in", 1)


@dataclass
class ATask:
    """As much of a task as a report looks at."""

    partition: int
    phase: Phase = Phase.READING
    stats: TaskStats = field(default_factory=TaskStats)
    at: int | None = None

    def position(self, tp: TopicPartition) -> int | None:
        return self.at


def report(*tasks: ATask, joined: bool = True, watched: Watched | None = None) -> WorkerReport:
    stats = WorkerStats({task.partition: task.stats for task in tasks})
    held = Tasks(lambda: cast(Any, None), Path("unused"), stats)
    held._tasks = {task.partition: cast(Task, task) for task in tasks}
    held._generation = 1 if joined else -1
    lag = Lag(held, ("in",))
    lag.waiting = {IN: 12}
    return WorkerReport(held, stats, watched or Watched(60.0), lag, KafkaPresence("unasked:1"))


def test_a_worker_that_the_group_gave_nothing_yet_is_not_ready() -> None:
    assert report(joined=False).unready() == "no partitions yet"


def test_a_worker_that_stands_by_without_partitions_is_ready() -> None:
    assert report().unready() is None


async def test_a_worker_that_stops_is_not_ready() -> None:
    made = report()
    await made._tasks.close()
    assert made.unready() == "no partitions yet"


def test_a_worker_is_ready_once_all_its_tasks_read() -> None:
    restoring = TaskStats(restoring=Restoring(at=480_000, end=500_000, states=120_000))
    tasks = [ATask(0), ATask(1, Phase.OPENING), ATask(3, Phase.RESTORING, restoring), ATask(4, Phase.PAUSED)]
    assert report(*tasks).unready() == (
        "opening partition 1\n"
        "restoring partition 3: at offset 480,000 of 500,000, 120,000 states read\n"
        "partition 4 waits for the group to assign it anew"
    )
    for task in tasks:
        task.phase = Phase.READING
    assert report(*tasks).unready() is None


def test_a_worker_is_unwell_once_the_watchdog_worries() -> None:
    assert report(watched=Watched(60.0, partition=2, stalled_s=29.0)).unwell() is None
    fault = report(watched=Watched(60.0, partition=2, stalled_s=31.0)).unwell()
    assert fault == "partition 2 has had work and made no progress for 31 s; the worker ends at 60 s"


def test_the_numbers_of_all_tasks_can_be_scraped() -> None:
    one, two = TaskStats(records=3, fences=1, send_s=0.5), TaskStats(records=4, fences=2, stores_wiped=1)
    for stats in (one, two):
        stats.slices.observe(3)
        stats.counted[RECEIPTS.name, "kw", "ACCEPTED"] += 2
    registry = CollectorRegistry()
    registry.register(Collector(report(ATask(0, stats=one), ATask(1, Phase.OPENING, two)).readings))
    families = text_string_to_metric_families(generate_latest(registry).decode())
    found = {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}
    expected = {
        ("sijill_ready",): 0,
        ("sijill_records_total",): 7,
        ("sijill_slice_records_count",): 2,
        ("sijill_receipts_total", "ACCEPTED", "kw"): 4,
        ("sijill_transaction_stage_seconds_total", "send"): 0.5,
        ("sijill_tasks", "opening"): 1,
        ("sijill_tasks", "restoring"): 0,
        ("sijill_fences_total", "1"): 2,
        ("sijill_stores_wiped_total", "1"): 1,
        ("sijill_restore_remaining_offsets", "0"): 0,
        ("sijill_lag_records", "0", "in"): 12,
    }
    assert {name: found.get(name) for name in expected} == expected


def test_admit_counts_each_receipt_and_each_dead_letter() -> None:
    kafka = InMemoryKafka(partitions=1)
    step = Admit(kafka.topics, authorities())
    assert isinstance(step, Counts)
    assert set(step.counted.values()) == {0}  # all of them, so that the first one is seen to come
    garbage = kafka.publish(kafka.topics.registrations("kw"), b"x", GARBAGE)
    step([*publish(kafka, registered(), registered()), garbage], MemoryWork())
    assert {name: count for name, count in step.counted.items() if count} == {
        (RECEIPTS.name, "kw", "ACCEPTED"): 1,
        (RECEIPTS.name, "kw", "DUPLICATE"): 1,
        (RECEIPTS.name, "kw", "REJECTED"): 1,
        (DEAD_LETTERS.name, "kw", Code.UNREADABLE): 1,
    }


class LedgerOf:
    """A broker's answers."""

    def __init__(self, ends: dict[TopicPartition, int], committed: dict[TopicPartition, int | None]) -> None:
        self._ends, self._committed = ends, committed
        self.away = False

    async def ends(self, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        if self.away:
            raise KafkaConnectionError
        return {tp: self._ends[tp] for tp in tps}

    async def committed(self, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int | None]:
        return {tp: self._committed[tp] for tp in tps}

    async def bounds(self, tp: TopicPartition) -> tuple[int, int]:
        return 5, self._ends[tp]


async def test_the_lag_is_known_while_a_task_restores_and_unknown_while_kafka_is_away() -> None:
    tasks = [cast(Task, ATask(0, at=90)), cast(Task, ATask(1, Phase.RESTORING))]
    lag, kafka = Lag(tasks, ("in",)), LedgerOf({IN: 100, OTHER: 100}, {OTHER: None})
    await lag.measure(cast(Ledger, kafka))
    assert lag.waiting == {IN: 10, OTHER: 95}
    kafka._committed[OTHER] = 60
    await lag.measure(cast(Ledger, kafka))
    assert lag.waiting == {IN: 10, OTHER: 40}
    kafka.away = True
    await lag.measure(cast(Ledger, kafka))
    assert lag.waiting == {}
