"""How fast records come out: the ends of the output topics, as a read_committed reader would see them, over time.

No record is read meanwhile: a reader would take its share of the same two cores.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from benchmarks.problems import BenchmarkFailed
from benchmarks.workers import Worker
from runtime.settings import Settings

Isolation = Literal["read_committed", "read_uncommitted"]

POLL_S: Final = 0.05
QUIET_S: Final = 0.3  # without a new output: then whoever measures asks whether all is done
STUCK_S: Final = 90.0  # longer than any start with a restore, and than any commit interval of a peer


@dataclass(frozen=True, slots=True)
class Point:
    """How far the outputs were at a moment, and how much processor time the workers had taken by then."""

    moment: float
    reached: int
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one backlog took, from the first output to the last."""

    events_per_s: float
    cpu_us: float
    """Of the workers, per event: it suffers less than the rate does from what else the machine is doing."""


@dataclass(slots=True)
class Timeline:
    """The moments at which something came out. Offsets count control markers too: only fractions are used."""

    points: list[Point] = field(default_factory=list)

    def add(self, point: Point) -> bool:
        """Note a position; only those that moved are kept."""
        moved = not self.points or point.reached > self.points[-1].reached
        if moved:
            self.points.append(point)
        return moved

    def run(self, events: int, *, skip: float = 0.0) -> Run:
        """What it took between the first and the last output, of which `events` led to all of the outputs.

        `skip`: a share of the outputs at the beginning that is left out, while workers still join.
        """
        if len(self.points) < 4:
            raise BenchmarkFailed("all came out at once: measure with more events")
        nothing, last = self.points[0], self.points[-1]
        least = nothing.reached + skip * (last.reached - nothing.reached)
        first = next(point for point in self.points[1:] if point.reached >= least)
        measured = events * (last.reached - first.reached) / (last.reached - nothing.reached)
        return Run(
            events_per_s=measured / (last.moment - first.moment), cpu_us=(last.cpu_s - first.cpu_s) / measured * 1e6
        )


class Gauge:
    """One connection to look at offsets with."""

    def __init__(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        self._consumer = consumer
        self._admin = admin
        self._partitions: dict[str, Sequence[int]] = {}

    async def ends(self, topics: Iterable[str]) -> dict[TopicPartition, int]:
        """The offsets after the last record that a reader of this isolation sees, of each partition."""
        tps = [TopicPartition(topic, n) for topic in topics for n in await self._numbers(topic)]
        return dict(await self._consumer.end_offsets(tps))

    async def behind(self, group: str, topics: Iterable[str]) -> int:
        """How many offsets a group has not committed yet."""
        ends = {tp: end for tp, end in (await self.ends(topics)).items() if end}
        found = await self._admin.list_consumer_group_offsets(group, partitions=list(ends))
        reached = {tp: max(0, found[tp].offset) if tp in found else 0 for tp in ends}
        return sum(end - reached[tp] for tp, end in ends.items())

    async def total(self, topics: Sequence[str]) -> int:
        """The sum of the same."""
        return sum((await self.ends(topics)).values())

    async def caught_up(self, group: str, inputs: Sequence[str]) -> bool:
        """Whether a group has committed all that is in its inputs."""
        try:
            return await self.behind(group, inputs) == 0
        except KafkaError:  # the group is still being formed, or its coordinator is loading
            return False

    async def _numbers(self, topic: str) -> Sequence[int]:
        if topic not in self._partitions:
            described = await self._admin.describe_topics([topic])
            self._partitions[topic] = sorted(partition["partition"] for partition in described[0]["partitions"])
        return self._partitions[topic]


async def watch(
    reached: Callable[[], Awaitable[int]], done: Callable[[], Awaitable[bool]], workers: Sequence[Worker]
) -> Timeline:
    """Note how the outputs grow until all is done. Raises BenchmarkFailed when a worker ends, or nothing moves."""
    timeline = Timeline()
    moved = asked = time.monotonic()
    while True:
        position, now = await reached(), time.monotonic()
        if timeline.add(Point(now, position, sum(worker.cpu_s() for worker in workers))):
            moved = now
        if now - max(moved, asked) > QUIET_S:  # asked only while nothing moves: the answer costs the broker something
            if await done():
                return timeline
            asked = now
        if now - moved > STUCK_S:
            raise BenchmarkFailed(f"nothing came out of {', '.join(worker.name for worker in workers)} for {STUCK_S} s")
        await asyncio.sleep(POLL_S)


@asynccontextmanager
async def gauge(settings: Settings, isolation: Isolation = "read_committed") -> AsyncIterator[Gauge]:
    """Connect for as long as the block runs."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap_servers, isolation_level=isolation)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    try:
        await consumer.start()
        await admin.start()
        yield Gauge(consumer, admin)
    finally:
        await consumer.stop()
        await admin.close()
