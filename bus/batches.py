"""The records of one transaction, grouped by partition in Kafka batches, and their sending."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, TypeVar

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError, UnknownTopicOrPartitionError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from bus.problems import RecordTooLarge, TopicMissing, Unaddressed
from bus.raw_header_names import RawBatch, has_raw_names, raw_names
from bus.record import RecordHeaders
from schemas.partitioning import partition_of

BATCH_BYTES: Final = 1_000_000  # under the 1,048,588 that a broker takes by default; a larger record goes alone
_NO_HEADERS: Final[list[tuple[str, bytes]]] = []
MISSING_S: Final = 1.0  # without an answer for so long, check whether the topic exists; an answer takes some 0.01 s
RECORD_BYTES: Final = 64 * 1024 * 1024  # above it a broker may drop the connection (socket.request.max.bytes)

_Given = TypeVar("_Given")
Provide = Callable[[str], Awaitable[None]]
"""Makes a topic that is missing. aiokafka tries again until it is there, in the same transaction."""


@dataclass(slots=True, kw_only=True)
class _OpenBatch:
    builder: BatchBuilder
    key: bytes | None  # of its first record, to name a record that is too large


@dataclass(frozen=True, slots=True, kw_only=True)
class _WaitingRecord:
    topic: str
    key: bytes
    value: bytes | None
    headers: RecordHeaders
    timestamp_ms: int | None


class Batches:
    """The outputs of one transaction. Full batches roll over; order within a partition is the order of appending."""

    __slots__ = ("_batches", "_partitions", "_producer", "_provide", "_waiting", "bytes", "records")

    def __init__(self, producer: AIOKafkaProducer, partitions: dict[str, int], provide: Provide | None = None) -> None:
        """`partitions`: the number of partitions of each known topic; sending adds to it.

        `provide` makes a topic that has accepted nothing for a second, so that a deleted topic stops nobody.
        """
        self._producer = producer
        self._provide = provide
        self._partitions = partitions
        self._batches: dict[tuple[str, int], list[_OpenBatch]] = {}
        self._waiting: list[_WaitingRecord] = []  # for topics whose number of partitions is not known yet
        self.records = 0  # sent
        self.bytes = 0

    def append(
        self,
        topic: str,
        partition: int | None,
        key: bytes | None,
        value: bytes | None,
        headers: RecordHeaders = (),
        timestamp_ms: int | None = None,
    ) -> None:
        if partition is None:
            if key is None:
                raise Unaddressed(f"a record for {topic} needs a key or a partition")
            count = self._partitions.get(topic)
            if count is None:
                self._waiting.append(
                    _WaitingRecord(topic=topic, key=key, value=value, headers=headers, timestamp_ms=timestamp_ms)
                )
                return
            partition = partition_of(key, count)
        listed = list(headers) if headers else _NO_HEADERS  # the builder takes nothing but a list
        batches = self._batches.get((topic, partition))
        if listed and has_raw_names(listed):
            listed = raw_names(listed)
            batches = self._batches.setdefault((topic, partition), [])
            batches.append(_OpenBatch(builder=RawBatch(BATCH_BYTES), key=key))
        elif batches is None:
            batches = self._batches[topic, partition] = [self._new_batch(key)]
        added = batches[-1].builder.append(timestamp=timestamp_ms, key=key, value=value, headers=listed)
        if added is None:  # full
            batches.append(self._new_batch(key))
            added = batches[-1].builder.append(timestamp=timestamp_ms, key=key, value=value, headers=listed)
        if added is None or added.size > RECORD_BYTES:
            size = "unknown" if added is None else f"{added.size:,}"
            raise RecordTooLarge(
                f"a record for {topic}-{partition} with key {key!r} has {size} bytes; the limit is {RECORD_BYTES:,}"
            )

    async def send(self) -> list[tuple[TopicPartition, Coroutine[None, None, int]]]:
        """Hand all batches to the producer. Each coroutine gives the offset after the batch, or raises."""
        await self._resolve()
        sent: list[tuple[asyncio.Future[RecordMetadata], str, int, _OpenBatch]] = []
        # Round by round: a partition's second batch waits until its first one is on its way.
        for (topic, partition), batch in self._in_rounds():
            batch.builder.close()
            self.records += batch.builder.record_count()
            self.bytes += batch.builder.size()
            sending = self._producer.send_batch(batch.builder, topic, partition=partition)
            delivered = asyncio.ensure_future(await self._provided(topic, sending))
            delivered.add_done_callback(_retrieve_exception)
            sent.append((delivered, topic, partition, batch))
        return [
            (TopicPartition(topic, partition), _delivery(self._provided(topic, delivered), topic, partition, batch))
            for delivered, topic, partition, batch in sent
        ]

    async def _provided(self, topic: str, awaited: Awaitable[_Given]) -> _Given:
        """Await an answer about a topic; if that takes long, make sure that the topic exists."""
        if self._provide is None:
            return await awaited
        future = asyncio.ensure_future(awaited)
        try:
            while not future.done():
                done, _ = await asyncio.wait({future}, timeout=MISSING_S)
                if not done:
                    await self._provide(topic)
            return future.result()
        finally:
            future.cancel()

    def _in_rounds(self) -> Iterator[tuple[tuple[str, int], _OpenBatch]]:
        for round_ in zip_longest(*self._batches.values()):
            for place, batch in zip(self._batches, round_, strict=True):
                if batch is not None:
                    yield place, batch

    async def _resolve(self) -> None:
        waiting, self._waiting = self._waiting, []
        for record in waiting:
            if record.topic not in self._partitions:
                self._partitions[record.topic] = await self._count(record.topic)
            self.append(record.topic, None, record.key, record.value, record.headers, record.timestamp_ms)

    async def _count(self, topic: str) -> int:
        try:
            return len(await self._producer.partitions_for(topic))
        except UnknownTopicOrPartitionError as error:
            raise TopicMissing(f"topic {topic} does not exist: run `sijill topics apply`") from error

    def _new_batch(self, key: bytes | None) -> _OpenBatch:
        return _OpenBatch(builder=self._producer.create_batch(), key=key)


def _retrieve_exception(delivered: asyncio.Future[RecordMetadata]) -> None:
    """Read the exception of a failed batch, so that asyncio does not log it: after the first failure nobody waits."""
    if not delivered.cancelled():
        delivered.exception()


async def _delivery(delivered: Awaitable[RecordMetadata], topic: str, partition: int, batch: _OpenBatch) -> int:
    try:
        metadata = await delivered
    except MessageSizeTooLargeError as error:
        count, size = batch.builder.record_count(), batch.builder.size()
        what = f"the record with key {batch.key!r}" if count == 1 else f"{count} records"
        raise RecordTooLarge(
            f"{what} for {topic}-{partition}: {size:,} bytes are more than the topic's max.message.bytes"
        ) from error
    return int(metadata.offset) + int(batch.builder.record_count())
