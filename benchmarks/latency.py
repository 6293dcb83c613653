"""From an event's publication to the notice that an agency reads, at a steady rate, through all processes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.event_file import Frame, Spool, spool
from benchmarks.machine import conditions
from benchmarks.problems import BenchmarkFailed
from benchmarks.servers import servers
from benchmarks.stages import SUBSCRIPTIONS, subscribe
from benchmarks.topics import fresh_topics
from benchmarks.workers import running, until_ready
from runtime.settings import Settings
from schemas.codec.wire import decode
from schemas.facts.topics import Topics
from schemas.partitioning import partition_of

Report = Callable[[str], None]

RATES: Final = (100, 500, 2_000)  # events/s
TICK_S: Final = 0.002  # an event may be sent so much before it is due: a loop cannot sleep shorter
WARM_UP_S: Final = 30.0  # a fresh broker compiles its code for half a minute, with a whole core: p50 is 1 s meanwhile
DRAIN_S: Final = 30.0


@dataclass(slots=True)
class Moments:
    """When each event was due to be sent, and when the notice of its change was read."""

    due: dict[str, float] = field(default_factory=dict)
    notices: list[tuple[float, bytes]] = field(default_factory=list)
    """Decoded only afterwards: the reader shares the cores with what it measures."""

    def latencies_ms(self, after: float) -> list[float]:
        """Of the events due after a moment that led to a change."""
        found = []
        for read_at, value in self.notices:
            for trigger in decode(value, "Notice")["change"]["triggers"]:
                due = self.due.get(trigger["event"]["event_id"])
                if due is not None and due >= after:
                    found.append((read_at - due) * 1_000)
        return found


def event_to_notice(rates: Sequence[int], seconds: float, report: Report) -> dict[str, Any]:
    """Measure; gives the sections `latency` and `latency_ms` of the results."""
    curves: dict[str, list[float]] = {}
    with servers(report, postgres=False) as settings:
        facts = conditions(settings.java, seconds_per_rate=int(seconds), partitions=settings.partitions)
        load = spool(settings.data_dir / "frames", int(max(rates) * (seconds + WARM_UP_S) / 10) + 200)
        for rate in rates:
            report(f"{rate:,} events/s for {seconds:g} s")
            curves[str(rate)] = asyncio.run(_at(settings, load, rate, seconds))
    percentiles = {
        rate: dict(zip(range(1, 100), quantiles(found, n=100), strict=True)) for rate, found in curves.items()
    }
    return {
        "latency_ms": {
            rate: {"p50": round(points[50], 1), "p99": round(points[99], 1), "max": round(max(curves[rate]), 1)}
            for rate, points in percentiles.items()
        },
        "latency": {
            "percentiles_ms": {
                rate: [round(point, 1) for point in points.values()] for rate, points in percentiles.items()
            },
            "notices": {rate: len(found) for rate, found in curves.items()},
            "conditions": facts,
        },
    }


async def _at(settings: Settings, load: Spool, rate: int, seconds: float) -> list[float]:
    async with fresh_topics(settings, f"l{rate}.") as mine:
        await subscribe(mine)
        with running(mine, "admit", "unify", "notify") as workers:
            await until_ready(workers)
            moments = Moments()
            async with _reading(mine, moments):
                began = time.monotonic()
                await _publish(mine, _named(load, int(rate * (seconds + WARM_UP_S))), rate, moments)
                await _quiet(moments)
    found = moments.latencies_ms(after=began + WARM_UP_S)
    if len(found) < rate * seconds / 4:
        raise BenchmarkFailed(f"only {len(found):,} notices came of {len(moments.due):,} events at {rate:,} events/s")
    return found


def _named(load: Spool, count: int) -> Iterator[tuple[str, Frame]]:
    """The first events with their ids; a repeat is left out, since it makes no notice of its own."""
    seen: set[str] = set()
    for frame in load:
        event_id = decode(frame.value, "RegistrationEvent")["event_id"]
        if event_id not in seen:
            seen.add(event_id)
            yield event_id, frame
        if len(seen) >= count:
            return


async def _publish(settings: Settings, named: Iterable[tuple[str, Frame]], rate: int, moments: Moments) -> None:
    topics = Topics(settings.topic_prefix)
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers, enable_idempotence=True, acks="all")
    waiting = list(named)
    async with producer:
        began = time.monotonic()
        for number, (event_id, frame) in enumerate(waiting):
            due = began + number / rate
            if (early := due - time.monotonic()) > TICK_S:
                await asyncio.sleep(early)
            moments.due[event_id] = due  # an event that is sent late because all is busy counts from here, too
            partition = partition_of(frame.key, settings.partitions)
            topic = topics.registrations(frame.publisher)
            await producer.send(topic, key=frame.key, value=frame.value, partition=partition)


@asynccontextmanager
async def _reading(settings: Settings, moments: Moments) -> AsyncIterator[None]:
    """Read the notices of the agency that wants everything, as that agency would."""
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        Topics(settings.topic_prefix).notices(SUBSCRIPTIONS[0].agency),
        bootstrap_servers=settings.bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=100,
    )

    async def read() -> None:
        while True:
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                now = time.monotonic()
                moments.notices += ((now, record.value or b"") for record in records)

    async with consumer:
        reading = asyncio.create_task(read())
        try:
            yield
        finally:
            reading.cancel()


async def _quiet(moments: Moments) -> None:
    """Wait until no further notice comes."""
    deadline, seen = time.monotonic() + DRAIN_S, -1
    while len(moments.notices) != seen and time.monotonic() < deadline:
        seen = len(moments.notices)
        await asyncio.sleep(2)
