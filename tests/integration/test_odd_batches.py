"""Batches that a real broker takes and that aiokafka alone cannot read: each record is given once, with its bytes."""

from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bus.consumer import AIOKafkaConsumer
from bus.damaged_batches import Unread
from runtime.settings import Settings
from streams.tasks.fetched_records import fetched
from tests.acceptance.hostile import make_batches
from tests.raw_batches import CODECS, Raw, batch

CP1256 = "المصدر".encode("cp1256")
SLICE_BYTES = 16 << 20
ODD = {
    "a header name that is no UTF-8": Raw(value=b"odd", headers=((CP1256, b"1"), (b"", None), (CP1256, b""))),
    "an offset of its own": Raw(value=b"odd", offset_delta=1_000_000),
    "an offset before its batch": Raw(value=b"odd", offset_delta=-3),
    "attributes": Raw(value=b"odd", attributes=0x7F),
    "thousands of headers": Raw(value=b"odd", headers=((b"h", None),) * 5_000),
    "an empty key": Raw(key=b"", value=b"odd"),
    "no key and no value": Raw(key=None, value=None),
}
REFUSED = ("an offset of its own", "an offset before its batch")
"""What a broker refuses where it unpacks a batch; elsewhere it takes all."""


async def _read(settings: Settings, tp: TopicPartition, end: int, *, sliced: bool) -> list[Any]:
    consumer: Any = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    async with consumer:
        consumer.assign([tp])
        consumer.seek(tp, 0)
        found: list[Any] = []
        while await consumer.position(tp) < end:
            if not sliced:
                found += (await consumer.getmany(tp, timeout_ms=5_000)).get(tp, [])
                continue
            while tp not in consumer._fetcher._records:
                await consumer._fetcher._create_fetch_waiter()
            found += await fetched(consumer._fetcher, tp, 2, SLICE_BYTES)
        return found


async def _topic(settings: Settings) -> TopicPartition:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(settings.topic_prefix + "odd", 1, 1)])
    await admin.close()
    return TopicPartition(settings.topic_prefix + "odd", 0)


@pytest.mark.parametrize("sliced", [True, False])
async def test_they_are_read_and_so_is_what_comes_behind(settings: Settings, sliced: bool) -> None:
    tp = await _topic(settings)
    sent: list[Raw] = []
    refused = set()
    for name, odd in ODD.items():
        for codec in CODECS:
            records = [Raw(value=b"before"), odd, Raw(value=b"behind")]
            taken = await make_batches(settings.bootstrap_servers, tp.topic, [(0, batch(records, codec), 3)])
            sent += records if taken else []
            refused |= set() if taken else {(name, codec)}
    found = await _read(settings, tp, len(sent), sliced=sliced)
    assert [one.offset for one in found] == list(range(len(sent)))
    assert [(one.key, one.value) for one in found] == [(one.key, one.value) for one in sent]
    headers = [tuple((name.encode("utf-8", "surrogateescape"), value) for name, value in one.headers) for one in found]
    assert headers == [one.headers for one in sent]
    assert refused == {(name, codec) for name in REFUSED for codec in CODECS if codec != "none"}


async def test_a_batch_that_unpacks_to_a_gigabyte_is_read_as_far_as_the_limit(settings: Settings) -> None:
    tp = await _topic(settings)
    large = bytes(30 << 20)
    batches = [(0, batch([Raw(value=large)] * 35, "zstd"), 35), (0, batch([Raw(value=b"behind")]), 1)]
    assert await make_batches(settings.bootstrap_servers, tp.topic, batches) == 36
    found = await _read(settings, tp, 36, sliced=True)
    assert [one.offset for one in found] == list(range(36))
    assert [one.value for one in found[:2]] == [large, large]
    assert all(isinstance(one.value, Unread) and one.value.too_large for one in found[2:35])
    assert found[35].value == b"behind"


async def test_many_batches_that_unpack_to_much_are_taken_one_after_the_other(settings: Settings) -> None:
    tp = await _topic(settings)
    batches = [(0, batch([Raw(value=bytes(SLICE_BYTES))], "zstd"), 1)] * 8
    assert await make_batches(settings.bootstrap_servers, tp.topic, batches) == 8
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap_servers, auto_offset_reset="earliest")
    async with consumer:
        consumer.assign([tp])
        consumer.seek(tp, 0)
        for offset in range(8):
            while tp not in consumer._fetcher._records:
                await consumer._fetcher._create_fetch_waiter()
            assert [one.offset for one in await fetched(consumer._fetcher, tp, 2_000, SLICE_BYTES)] == [offset]
            assert await consumer.position(tp) == offset + 1
