"""Write records to several topics in one transaction: readers see all of them or none."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaProducer

from bus.batches import BATCH_BYTES, Batches
from bus.record import RecordHeaders

TRANSACTION_TIMEOUT_MS: Final = 20_000  # after this the broker aborts what a dead writer left open


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordToWrite:
    """A record to be written. Without a partition its key decides; a record without a key needs a partition."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: RecordHeaders = ()
    partition: int | None = None


@asynccontextmanager
async def transactional_producer(bootstrap_servers: str, transactional_id: str) -> AsyncIterator[AIOKafkaProducer]:
    """Open a producer of transactions. Who opens the same id later fences this one: its next write fails."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers,
        transactional_id=transactional_id,
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        max_batch_size=BATCH_BYTES,
    )
    try:
        await producer.start()
        yield producer
    finally:
        await producer.stop()


async def write_together(producer: AIOKafkaProducer, records: Iterable[RecordToWrite]) -> None:
    """Write records in one transaction, and return when it is committed.

    Raises RecordTooLarge, TopicMissing or an error of Kafka; then nothing is written.
    """
    batches = Batches(producer, {})
    for one in records:
        batches.append(one.topic, one.partition, one.key, one.value, one.headers)
    async with producer.transaction():  # aiokafka's own commit does not look whether a batch failed
        await asyncio.gather(*(delivery for _, delivery in await batches.send()))
