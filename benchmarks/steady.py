"""A steady load: events published at a rate, as registries do that know nothing of what happens to the workers."""

import asyncio
import time
from collections.abc import Iterable
from typing import Final

from aiokafka import AIOKafkaProducer

from benchmarks.event_file import Frame
from runtime.settings import Settings
from schemas.facts.topics import Topics
from schemas.partitioning import partition_of

TICK_S: Final = 0.002  # an event may be sent so much before it is due: a loop cannot sleep shorter


async def publish(settings: Settings, frames: Iterable[Frame], rate: int) -> None:
    """Publish so many events per second until all are sent, or until cancelled."""
    topics = Topics(settings.topic_prefix)
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers, enable_idempotence=True, acks="all")
    async with producer:
        began = time.monotonic()
        for number, frame in enumerate(frames):
            if (early := began + number / rate - time.monotonic()) > TICK_S:
                await asyncio.sleep(early)
            partition = partition_of(frame.key, settings.partitions)
            topic = topics.registrations(frame.publisher)
            await producer.send(topic, key=frame.key, value=frame.value, partition=partition)
