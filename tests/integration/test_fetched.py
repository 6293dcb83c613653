"""The records of a real Kafka, taken by `streams.tasks.fetched_records` and by aiokafka itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import OffsetOutOfRangeError

from bus.record import ConsumedRecord
from runtime.settings import Settings
from streams.tasks.fetched_records import fetched

ANY_BYTES = 1 << 30
FIELDS = ("topic", "partition", "offset", "timestamp", "key", "value", "headers")


@pytest.mark.parametrize("most", [1, 7, 1_000])
async def test_they_are_those_of_aiokafka_and_so_is_the_position_after_each_take(settings: Settings, most: int) -> None:
    tp, end = await _written(settings)
    expected: list[tuple[object, ...]] = []
    async with _reading(settings, tp) as consumer:
        while await consumer.position(tp) < end:
            given = (await consumer.getmany(tp, timeout_ms=5_000, max_records=most)).get(tp, [])
            expected.append((await consumer.position(tp), *map(_fields, given)))
    found: list[tuple[object, ...]] = []
    async with _reading(settings, tp) as consumer:
        while await consumer.position(tp) < end:
            await _fetch(consumer, tp)
            taken = await fetched(consumer._fetcher, tp, most, ANY_BYTES)
            found.append((await consumer.position(tp), *map(_fields, taken)))
    records = [record for _, *taken in found for record in taken]
    assert records == [record for _, *taken in expected for record in taken]
    assert len(records) == 64
    assert {taken[0] for taken in found if len(taken) > 1} == {taken[0] for taken in expected if len(taken) > 1}


async def test_after_a_seek_nothing_of_before_it_is_given(settings: Settings) -> None:
    tp, _ = await _written(settings)
    async with _reading(settings, tp) as consumer:
        await _fetch(consumer, tp)
        consumer.seek(tp, 3)
        taken: list[Any] = []
        while not taken:
            await _fetch(consumer, tp)
            taken = await fetched(consumer._fetcher, tp, 2, ANY_BYTES)
        assert [record.offset for record in taken] == [3, 4]


async def test_a_take_ends_soon_after_its_bytes_and_the_next_goes_on_there(settings: Settings) -> None:
    tp = await _made(settings, "packed")
    async with AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, compression_type="gzip", linger_ms=1_000
    ) as producer:
        await asyncio.gather(*[await producer.send(tp.topic, b"x" * 10_000, partition=0) for _ in range(1_000)])
    found: list[list[int]] = []
    async with _reading(settings, tp) as consumer:
        while sum(map(len, found)) < 1_000:
            await _fetch(consumer, tp)
            found.append([record.offset for record in await fetched(consumer._fetcher, tp, 1_000, 1_000_000)])
    assert [offset for taken in found for offset in taken] == list(range(1_000))
    assert max(map(len, found)) == 100


async def test_the_error_of_a_fetch_is_raised(settings: Settings) -> None:
    tp, end = await _written(settings)
    async with _reading(settings, tp) as consumer:
        consumer.seek(tp, end + 10)
        await _fetch(consumer, tp)
        with pytest.raises(OffsetOutOfRangeError):
            await fetched(consumer._fetcher, tp, 1, ANY_BYTES)


def _fields(record: ConsumedRecord) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in FIELDS)


async def _fetch(consumer: Any, tp: TopicPartition) -> None:
    """Wait until something of the partition is there to be taken."""
    while tp not in consumer._fetcher._records:
        await consumer._fetcher._create_fetch_waiter()


@asynccontextmanager
async def _reading(settings: Settings, tp: TopicPartition) -> "AsyncIterator[AIOKafkaConsumer[bytes, bytes]]":
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, isolation_level="read_committed", auto_offset_reset="none"
    )
    await consumer.start()
    try:
        consumer.assign([tp])
        consumer.seek(tp, 0)
        yield consumer
    finally:
        await consumer.stop()


async def _written(settings: Settings) -> tuple[TopicPartition, int]:
    """Write plain records, committed ones, aborted ones among and behind them; gives where the partition ends."""
    tp = await _made(settings, "mixed")
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers) as plain:
        for number in range(20):
            await plain.send_and_wait(tp.topic, b"v%d" % number, b"k", partition=0, headers=[("h", b"%d" % number)])
        await plain.send_and_wait(tp.topic, None, b"gone", partition=0)
        await plain.send_and_wait(tp.topic, b"no key", partition=0, headers=[("null", None)])
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers, transactional_id=tp.topic)
    async with producer:
        for number in range(6):
            await producer.begin_transaction()
            for one in range(14):
                await producer.send(tp.topic, b"%d.%d" % (number, one), b"t", partition=0)
            await producer.flush()
            await (producer.abort_transaction() if number % 2 else producer.commit_transaction())
    async with AIOKafkaConsumer(bootstrap_servers=settings.bootstrap_servers) as consumer:
        return tp, (await consumer.end_offsets([tp]))[tp]


async def _made(settings: Settings, topic: str) -> TopicPartition:
    """Make a topic of one partition."""
    tp = TopicPartition(settings.topic_prefix + topic, 0)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(tp.topic, 1, 1)])
    finally:
        await admin.close()
    return tp
