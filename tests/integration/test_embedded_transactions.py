"""A committed transaction stays readable through a kill and a stop of the embedded broker under load.

Kafka 4.4.0 alone does not see to that on one node (KAFKA-20734): readers of committed records stand still there.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from runtime.embedded import EmbeddedKafka, down
from runtime.settings import Settings
from tests.conftest import SettingsFactory

TOPIC = "committed"
PARTITIONS = 4
WRITERS = 6


@pytest.fixture
def own(settings_factory: SettingsFactory) -> Iterator[Settings]:
    settings = settings_factory(database_url="postgresql://nowhere/none")
    yield settings
    down(settings)


async def test_what_was_committed_is_read_after_a_kill_and_after_a_stop(own: Settings) -> None:
    kafka = EmbeddedKafka(own)
    await asyncio.to_thread(kafka.start)
    await _make_topic(own)
    committed: set[bytes] = set()
    for end in (kafka.kill, kafka.stop):
        async with _writers(own, committed, named=end.__name__):
            await _until_more(committed, by=30)
            await asyncio.to_thread(end)
        await asyncio.to_thread(kafka.start)
        read = await _read_until_all_of(committed, own)
        assert len(read) == len(set(read))


async def _make_topic(settings: Settings) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])
    await admin.close()


@asynccontextmanager
async def _writers(settings: Settings, committed: set[bytes], *, named: str) -> AsyncIterator[None]:
    writers = [asyncio.create_task(_write(settings, committed, f"{named}-{number}")) for number in range(WRITERS)]
    yield
    for writer in writers:
        writer.cancel()
    await asyncio.gather(*writers, return_exceptions=True)


async def _write(settings: Settings, committed: set[bytes], name: str) -> None:
    """One transaction after the other over all partitions; what is acknowledged is noted."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, transactional_id=name, transaction_timeout_ms=3000
    )
    try:
        await producer.start()
        for number in range(100_000):
            values = [f"{name}/{number}/{partition}".encode() for partition in range(PARTITIONS)]
            async with producer.transaction():
                for partition, value in enumerate(values):
                    await producer.send(TOPIC, value, partition=partition)
            committed.update(values)
    finally:
        with suppress(KafkaError, TimeoutError):
            await asyncio.wait_for(producer.stop(), timeout=1)


async def _until_more(committed: set[bytes], *, by: int) -> None:
    goal, deadline = len(committed) + by * PARTITIONS, time.monotonic() + 60
    while len(committed) < goal:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def _read_until_all_of(wanted: set[bytes], settings: Settings) -> list[bytes]:
    """Committed records, from the first on. The broker may still be writing the markers that make them readable."""
    async with AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, isolation_level="read_committed", enable_auto_commit=False
    ) as consumer:
        partitions = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        values: list[bytes] = []
        deadline = time.monotonic() + 60
        while not wanted <= set(values):
            assert time.monotonic() < deadline, f"{len(wanted - set(values))} committed records cannot be read"
            for records in (await consumer.getmany(timeout_ms=200)).values():
                values += [bytes(record.value) for record in records]
    return values
