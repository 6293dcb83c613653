import asyncio
from collections import defaultdict

import pytest
from aiokafka.errors import MessageSizeTooLargeError, UnknownTopicOrPartitionError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata, TopicPartition

import bus.batches
from bus.batches import Batches
from bus.damaged_batches import salvaged
from bus.problems import RecordTooLarge, TopicMissing

BATCH_BYTES = 10_000
TOPICS = {"out": 4, "small": 1}
TOPIC_LIMIT = 20_000


class Producer:
    """Takes batches as aiokafka's does, and keeps the records."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, int, list[tuple[bytes | None, bytes | None]]]] = []
        self.headers: list[list[tuple[str, bytes | None]]] = []
        self._ends: defaultdict[TopicPartition, int] = defaultdict(int)

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(BATCH_BYTES, 0, is_transactional=1)

    async def partitions_for(self, topic: str) -> set[int]:
        if topic not in TOPICS:
            raise UnknownTopicOrPartitionError(topic)
        return set(range(TOPICS[topic]))

    async def send_batch(self, batch: BatchBuilder, topic: str, *, partition: int) -> "Delivered":
        count, data = batch.record_count(), batch._build()
        records = list(salvaged(bytes(data)))
        self.batches.append((topic, partition, [(record.key, record.value) for record in records]))
        self.headers.extend(list(record.headers) for record in records)
        tp = TopicPartition(topic, partition)
        base = self._ends[tp]
        self._ends[tp] += count
        return Delivered(RecordMetadata(topic, partition, tp, base, -1, 0, 0), too_large=len(data) > TOPIC_LIMIT)


class Delivered:
    def __init__(self, metadata: RecordMetadata, *, too_large: bool) -> None:
        self._metadata, self._too_large = metadata, too_large

    def __await__(self):  # type: ignore[no-untyped-def]
        if self._too_large:
            raise MessageSizeTooLargeError
        yield from ()
        return self._metadata


def batches(producer: Producer, known: dict[str, int] | None = None) -> Batches:
    return Batches(producer, {} if known is None else known)


async def test_records_are_grouped_by_partition_in_order() -> None:
    producer = Producer()
    made = batches(producer)
    for number in range(6):
        made.append("out", number % 2, b"k", b"%d" % number)
    ends = [(tp, await delivery) for tp, delivery in await made.send()]
    assert producer.batches == [
        ("out", 0, [(b"k", b"0"), (b"k", b"2"), (b"k", b"4")]),
        ("out", 1, [(b"k", b"1"), (b"k", b"3"), (b"k", b"5")]),
    ]
    assert ends == [(TopicPartition("out", 0), 3), (TopicPartition("out", 1), 3)]
    assert made.records == 6


async def test_a_full_batch_rolls_over_and_order_stays() -> None:
    producer = Producer()
    made = batches(producer)
    for number in range(10):
        made.append("out", 1, b"%d" % number, b"x" * 3_000)
    ends = [await delivery for _, delivery in await made.send()]
    assert [key for _, _, records in producer.batches for key, _ in records] == [b"%d" % n for n in range(10)]
    assert ends == [3, 6, 9, 10]


async def test_a_record_larger_than_a_batch_goes_alone() -> None:
    producer = Producer()
    made = batches(producer)
    for size in (10, 15_000, 10):
        made.append("out", 0, b"k", b"x" * size)
    for _, delivery in await made.send():
        await delivery
    assert [len(records) for _, _, records in producer.batches] == [1, 1, 1]


async def test_a_record_larger_than_its_topic_takes_is_named() -> None:
    made = batches(Producer())
    made.append("out", 0, b"KW.MOCI.1", b"x" * 30_000)
    (_, delivery), *_ = await made.send()
    with pytest.raises(RecordTooLarge, match=r"the record with key b'KW.MOCI.1' for out-0: 30,\d+ bytes are more than"):
        await delivery


async def test_topics_not_seen_before_are_asked_for_their_partitions_once() -> None:
    producer, known = Producer(), dict[str, int]()
    made = batches(producer, known)
    for number in range(20):
        made.append("out", None, b"k%d" % number, b"v")
    made.append("small", None, b"k", b"v")
    for _, delivery in await made.send():
        await delivery
    assert known == TOPICS
    assert {(topic, partition) for topic, partition, _ in producer.batches} >= {("small", 0), ("out", 0), ("out", 3)}
    assert made.records == 21


async def test_a_topic_that_does_not_exist_is_a_clear_error() -> None:
    made = batches(Producer())
    made.append("absent", None, b"k", b"v")
    with pytest.raises(TopicMissing, match=r"topic absent does not exist: run `sijill topics apply`"):
        await made.send()


async def test_headers_and_tombstones_are_sent_as_they_are() -> None:
    producer = Producer()
    made = batches(producer)
    made.append("out", 0, b"k", None, (("ce_id", b"1"),))
    made.append("out", 0, None, b"v")
    for _, delivery in await made.send():
        await delivery
    assert producer.batches == [("out", 0, [(b"k", None), (None, b"v")])]
    assert producer.headers == [[("ce_id", b"1")], []]


async def test_header_names_that_are_no_utf8_are_written_byte_for_byte() -> None:
    producer = Producer()
    made = batches(producer)
    raw = b"\xc7\xe1".decode("utf-8", "surrogateescape")
    for headers in ((), ((raw, b"1"),), (("ملف", b"2"),), ((raw, None), ("a", b"3"))):
        made.append("out", 0, b"k", b"v", headers)
    made.append("out", 1, b"k", b"v", ((raw, b"first of its partition"),))
    ends = [await delivery for _, delivery in await made.send()]
    assert sorted(ends) == [1, 1, 3, 4]
    assert [len(records) for _, _, records in producer.batches] == [1, 1, 2, 1]
    assert [headers for headers in producer.headers if headers] == [
        [(raw, b"first of its partition")],
        [(raw, b"1")],
        [("ملف", b"2")],
        [(raw, None), ("a", b"3")],
    ]


async def test_a_topic_that_takes_nothing_for_a_while_is_provided_and_then_written_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bus.batches, "MISSING_S", 0.01)
    there, asked = asyncio.Event(), list[str]()

    class Waiting(Producer):
        async def send_batch(self, batch: BatchBuilder, topic: str, *, partition: int) -> Delivered:
            if topic == "gone":
                await there.wait()
            return await super().send_batch(batch, topic, partition=partition)

    async def provide(topic: str) -> None:
        asked.append(topic)
        if len(asked) == 2:
            there.set()

    producer = Waiting()
    sending = Batches(producer, {}, provide)
    sending.append("gone", 0, b"a", b"1")
    sending.append("out", 0, b"b", b"2")
    sent = await sending.send()
    assert [await delivery for _, delivery in sent] == [1, 1]
    assert asked == ["gone", "gone"]
    assert [(topic, records) for topic, _, records in producer.batches] == [
        ("gone", [(b"a", b"1")]),
        ("out", [(b"b", b"2")]),
    ]
