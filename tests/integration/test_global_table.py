"""A compacted topic in memory, on a real Kafka."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bus.problems import TopicMissing
from runtime.settings import Settings
from streams.tasks.global_table import GlobalTable


async def _created(settings: Settings) -> str:
    topic = settings.topic_prefix + "subscriptions"
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 3, 1, topic_configs={"cleanup.policy": "compact"})])
    finally:
        await admin.close()
    return topic


async def test_it_holds_all_that_was_committed_when_asked_to_catch_up(settings: Settings) -> None:
    topic = await _created(settings)
    table = GlobalTable(topic, settings.bootstrap_servers)
    await table.catch_up()
    assert dict(table) == {}
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers) as producer:
        for number in range(50):
            await producer.send_and_wait(topic, key=b"a%d" % (number % 5), value=b"%d" % number)
    await table.catch_up()
    assert dict(table) == {b"a%d" % n: b"%d" % (45 + n) for n in range(5)}
    before = table.version
    await table.catch_up()
    assert table.version == before
    await table.close()


async def test_tombstones_remove_and_aborted_records_are_never_seen(settings: Settings) -> None:
    topic = await _created(settings)
    table = GlobalTable(topic, settings.bootstrap_servers)
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers, transactional_id=topic)
    async with producer:
        async with producer.transaction():
            await producer.send_and_wait(topic, key=b"gone", value=b"1")
            await producer.send_and_wait(topic, key=b"kept", value=b"1")
        await producer.begin_transaction()
        await producer.send_and_wait(topic, key=b"kept", value=b"aborted")
        await producer.abort_transaction()
        async with producer.transaction():
            await producer.send_and_wait(topic, key=b"gone", value=None)
    await asyncio.gather(table.catch_up(), table.catch_up())
    assert dict(table) == {b"kept": b"1"}
    await table.close()


async def test_a_topic_that_does_not_exist_is_a_clear_error(settings: Settings) -> None:
    table = GlobalTable(settings.topic_prefix + "absent", settings.bootstrap_servers)
    with pytest.raises(TopicMissing, match="run `sijill topics apply`"):
        await table.catch_up()
