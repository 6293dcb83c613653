"""Topics of one round, under its own prefix, and the events in them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from benchmarks.event_file import Frame
from producers.batch_sender import BATCH_BYTES, Load, OutgoingRecord
from producers.topic_facts import USUAL_LIMIT_BYTES, TopicFacts
from runtime.settings import Settings
from schemas.facts.topics import Topics, publishers
from schemas.partitioning import partition_of
from services import topics


@asynccontextmanager
async def fresh_topics(settings: Settings, prefix: str) -> AsyncIterator[Settings]:
    """Make the topics of the contract under a prefix; gives the settings with it. They are deleted afterwards."""
    mine = settings.model_copy(update={"topic_prefix": prefix})
    await topics.apply(mine)
    try:
        await settle()
        yield mine
    finally:
        await delete_topics(mine)


async def settle() -> None:
    """Give the broker the moment that it needs until every new partition takes records."""
    await asyncio.sleep(0.5)


async def delete_topics(settings: Settings) -> None:
    """Delete every topic that bears the settings' prefix, a peer's changelogs too, and give the broker a moment."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        made = [topic for topic in await admin.list_topics() if settings.topic_prefix in topic]
        if made:
            await admin.delete_topics(made)
            await asyncio.sleep(1)
    finally:
        await admin.close()


async def preload(settings: Settings, frames: Iterable[Frame], progress: Callable[[int], None]) -> int:
    """Send events to the topics of their publishers; returns how many the broker holds then."""
    names = Topics(settings.topic_prefix)
    facts = {
        publisher: TopicFacts(
            topic=names.registrations(publisher), partitions=settings.partitions, limit_bytes=USUAL_LIMIT_BYTES
        )
        for publisher in publishers()
    }
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES
    )
    async with producer:
        load = Load(producer, progress)
        for frame in frames:
            partition = partition_of(frame.key, settings.partitions)
            topic = facts[frame.publisher]
            await load.add(
                OutgoingRecord(topic=topic, partition=partition, key=frame.key, value=frame.value, headers=[])
            )
        await load.finish()
        return load.confirmed


def registrations(topics: Topics) -> list[str]:
    """The topics of the events."""
    return [topics.registrations(publisher) for publisher in publishers()]


def receipts(topics: Topics) -> list[str]:
    """The topics of the answers: one record per event."""
    return [topics.receipts(publisher) for publisher in publishers()]
