"""The load of the count, and the comparison of runtimes on it: one input, read by each contender in turn."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.contenders import Contender
from benchmarks.output_rate import Run, gauge, watch
from benchmarks.problems import BenchmarkFailed
from benchmarks.topic_contents import batches
from benchmarks.topics import delete_topics, settle
from benchmarks.workers import started
from producers.batch_sender import BATCH_BYTES, Load, OutgoingRecord
from producers.topic_facts import USUAL_LIMIT_BYTES, TopicFacts
from runtime.settings import Settings
from schemas.partitioning import partition_of

KEYS: Final = 10_000
VALUE: Final = b"x" * 200  # with key and frame about 230 bytes a record
SEED: Final = 2026


def keys(events: int) -> Iterator[bytes]:
    """The keys of the events, the same at every call."""
    dice = random.Random(SEED)
    return (b"key-%05d" % dice.randrange(KEYS) for _ in range(events))


@asynccontextmanager
async def counting_topics(settings: Settings, prefix: str, events: int) -> AsyncIterator[Settings]:
    """Make the topics of a count with its events in them, deleted afterwards."""
    mine = settings.model_copy(update={"topic_prefix": prefix})
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    compacted = {"cleanup.policy": "compact"}
    await admin.create_topics(
        [
            NewTopic(prefix + "in", settings.partitions, 1),
            NewTopic(prefix + "out", settings.partitions, 1),
            NewTopic(prefix + "counts", settings.partitions, 1, topic_configs=compacted),
        ]
    )
    await admin.close()
    try:
        await settle()
        await _fill(mine, events)
        yield mine
    finally:
        await delete_topics(mine)


async def count_with(
    settings: Settings, contender: Contender, events: int, prefix: str, report: Callable[[str], None]
) -> Run:
    """Let one contender count a backlog; what it counted is checked."""
    report(f"count: {contender.title}")
    async with (
        counting_topics(settings, prefix, events) as mine,
        gauge(mine, contender.isolation) as seen,
    ):
        out, group = prefix + "out", prefix + contender.group
        with started(mine, [(contender.name, contender.command(mine))]) as workers:
            timeline = await watch(lambda: seen.total([out]), lambda: seen.caught_up(group, [prefix + "in"]), workers)
        await _check(mine, out, events, contender)
    return timeline.run(events)


async def _fill(settings: Settings, events: int) -> None:
    topic = TopicFacts(
        topic=settings.topic_prefix + "in", partitions=settings.partitions, limit_bytes=USUAL_LIMIT_BYTES
    )
    partitions = {key: partition_of(key, settings.partitions) for key in set(keys(events))}
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES
    )
    async with producer:
        load = Load(producer, None)
        for key in keys(events):
            await load.add(OutgoingRecord(topic=topic, partition=partitions[key], key=key, value=VALUE, headers=[]))
        await load.finish()


async def _check(settings: Settings, out: str, events: int, contender: Contender) -> None:
    """One result per event, as many of each key as there were events of it."""
    found: Counter[bytes] = Counter()
    async for records in batches(settings, [out]):
        found.update(record.key or b"" for record in records)
    if found != Counter(keys(events)):
        raise BenchmarkFailed(f"{contender.title}: {found.total():,} results of {events:,} events, or of other keys")
