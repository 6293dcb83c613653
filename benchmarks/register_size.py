"""What the size of the register costs: throughput, memory, restart, and restoring a lost disk."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.cloned_register import PUBLISHER, World
from benchmarks.event_file import Frame
from benchmarks.machine import conditions
from benchmarks.output_rate import Gauge, gauge, watch
from benchmarks.problems import BenchmarkFailed
from benchmarks.rounds import Measured
from benchmarks.servers import servers
from benchmarks.topic_contents import count
from benchmarks.topics import fresh_topics, preload, receipts, registrations
from benchmarks.workers import Worker, running
from producers.batch_sender import BATCH_BYTES, Load, OutgoingRecord
from producers.topic_facts import TopicFacts
from runtime.settings import Settings
from schemas.facts.topics import Topics
from schemas.partitioning import partition_of

Report = Callable[[str], None]

READY_S: Final = 600.0
FIRST_EVENTS: Final = 600  # some in each partition: a restart is over when the first of them came out
_LIMIT: Final = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage beside a register of some size."""

    events_per_s: float
    restored_per_s: float
    """States, from the topic onto an empty disk."""
    restart_s: float
    """From the start of the process to its first committed output, with the states on its disk."""
    rss_mb: float
    """Resident memory after the run."""
    disk_mb: float


def against_size(companies: Iterable[int], events: int, rounds: int, report: Report) -> dict[str, Any]:
    """Measure; gives the sections `sizes`, `restart_s` and `rss_mb` of the results."""
    found: dict[str, dict[str, list[Stage]]] = {}
    sizes = list(companies)
    with servers(report, postgres=False) as settings:
        facts = conditions(settings.java, events=events, partitions=settings.partitions, rounds=rounds)
        for size in sizes:
            rows = found.setdefault(str(size), {"admit": [], "unify": []})
            for number in range(rounds):
                said = f"{size:,} companies, round {number + 1} of {rounds}: "
                one = asyncio.run(_with(settings, size, events, f"s{size}.{number}.", _prefixed(report, said)))
                for name, stage in one.items():
                    rows[name].append(stage)
    documents = {size: {name: _document(stages) for name, stages in rows.items()} for size, rows in found.items()}
    return {
        "sizes": {"companies": documents, "conditions": facts},
        "restart_s": {
            size: max(one["restart_s"]["median"] for one in rows.values()) for size, rows in documents.items()
        },
        "rss_mb": {size: max(one["rss_mb"]["median"] for one in rows.values()) for size, rows in documents.items()},
    }


def _prefixed(report: Report, said: str) -> Report:
    return lambda what: report(said + what)


def _document(stages: list[Stage]) -> dict[str, Any]:
    rows = [asdict(stage) for stage in stages]
    digits = {"restart_s": 2}
    return {name: Measured.of(row[name] for row in rows).document(digits.get(name, 0)) for name in rows[0]}


async def _with(settings: Settings, size: int, events: int, prefix: str, report: Report) -> dict[str, Stage]:
    world = World(size)
    async with fresh_topics(settings, prefix) as mine, gauge(mine) as seen:
        topics = Topics(prefix)
        report("writing the states to their topics")
        await _fill(mine, topics.registrations_state, ((one.registration, one.history) for one in world))
        await _fill(mine, topics.companies, ((one.company, one.record) for one in world))

        async def publish(wanted: int) -> int:
            frames = [Frame(PUBLISHER, key, value) for key, value in world.events(wanted)]
            return await preload(mine, frames, lambda sent: None)

        report("admit")
        admit = await _stage(mine, seen, "admit", registrations(topics), receipts(topics), publish, events)
        report("unify")

        async def published(wanted: int) -> int:
            return await count(mine, [topics.statements])  # what admit left there, all of it at once

        unify = await _stage(mine, seen, "unify", [topics.statements], [topics.changes], published, events)
        shutil.rmtree(mine.state_dir, ignore_errors=True)
    return {"admit": admit, "unify": unify}


async def _stage(
    settings: Settings,
    seen: Gauge,
    process: str,
    inputs: list[str],
    outputs: list[str],
    publish: Callable[[int], Awaitable[int]],
    events: int,
) -> Stage:
    """Restore onto an empty disk; stop; publish a backlog; start again and work it off."""
    group = settings.topic_prefix + process
    await _begin(settings, group, await seen.ends(inputs))
    with running(settings, process) as (restoring,):
        ready = await _ready(restoring)
    published = await publish(events)
    began = time.monotonic()
    with running(settings, process) as (worker,):
        timeline = await watch(lambda: seen.total(outputs), lambda: seen.caught_up(group, inputs), [worker])
        rss_mb = worker.rss_mb()
    return Stage(
        events_per_s=timeline.run(published).events_per_s,
        restored_per_s=ready["restored"] / ready["seconds"],
        restart_s=timeline.points[1].moment - began,
        rss_mb=rss_mb,
        disk_mb=_disk_mb(settings, group),
    )


async def _ready(worker: Worker) -> dict[str, Any]:
    """Wait until it says that its states are restored."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        worker.check()
        found = worker.logged("worker_ready")
        if found is not None and found["restored"]:
            return found
        await asyncio.sleep(0.1)
    raise BenchmarkFailed(f"{worker.name} did not restore its states in {READY_S:g} s")


async def _begin(settings: Settings, group: str, ends: "dict[TopicPartition, int]") -> None:
    """Commit offset 0 for a group that never ran: a worker refuses states that no offsets belong to."""
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, group_id=group, enable_auto_commit=False
    )
    async with consumer:
        consumer.assign(list(ends))
        await consumer.commit(dict.fromkeys(ends, 0))


async def _fill(settings: Settings, topic: str, states: Iterable[tuple[bytes, bytes]]) -> None:
    """Write states to their topic as the task's producer would: in the partition of their key."""
    facts = TopicFacts(topic=topic, partitions=settings.partitions, limit_bytes=_LIMIT)
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES
    )
    async with producer:
        load = Load(producer, None)
        for key, value in states:
            partition = partition_of(key, settings.partitions)
            await load.add(OutgoingRecord(topic=facts, partition=partition, key=key, value=value, headers=[]))
        await load.finish()


def _disk_mb(settings: Settings, group: str) -> float:
    size = 0
    for path in (settings.state_dir / group).rglob("*"):
        with suppress(FileNotFoundError):  # RocksDB removes files in the background
            size += path.stat().st_size
    return size / 2**20
