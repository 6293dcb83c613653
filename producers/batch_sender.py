"""Sends many records in Kafka batches, one open batch per partition: several times faster than one send per record.

Backpressure comes from the broker. A partition's next batch waits until its last one was taken. The whole load waits
when too many are not confirmed. Memory stays at the open batches and those in flight, however long the load.
"""

from asyncio import Future
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from producers.cloud_events import EventHeaders
from producers.problems import NotDelivered
from producers.topic_facts import TopicFacts

BATCH_BYTES: Final = 262_144  # 256 KiB: about 500 events; larger batches gained nothing with the broker beside us
HEADROOM_BYTES: Final = 2_048  # more than key, headers and frame of any event take: below it nothing need be counted
IN_FLIGHT: Final = 32  # batches sent and not confirmed: enough to keep a broker busy, 8 MiB of memory at most

TellConfirmed = Callable[[int], None]
"""Gets the number of events confirmed so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingRecord:
    """An event ready to be sent."""

    topic: TopicFacts
    partition: int
    key: bytes
    value: bytes
    headers: EventHeaders


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    topic: str
    partition: int
    events: int
    delivery: Future[RecordMetadata]


class Load:
    """One load of records, in order within each partition. `finish` once, or `abandon`."""

    def __init__(self, producer: AIOKafkaProducer, progress: TellConfirmed | None) -> None:
        self.confirmed = 0
        self.value_bytes = 0
        self._producer = producer
        self._progress = progress
        self._open: dict[tuple[str, int], BatchBuilder] = {}
        self._in_flight: deque[_Sent] = deque()
        self._ends: dict[str, dict[int, int]] = {}

    def ends(self) -> Mapping[str, Mapping[int, int]]:
        """Give, per topic and partition, the offset after the last confirmed record."""
        return {topic: dict(sorted(partitions.items())) for topic, partitions in sorted(self._ends.items())}

    async def add(self, record: OutgoingRecord) -> None:
        """Add a record to its partition's batch, and send the batch when it is full. Raises NotDelivered."""
        place = record.topic.topic, record.partition
        builder = self._open.get(place)
        if builder is not None:
            full = builder.size() + len(record.value) + HEADROOM_BYTES > min(BATCH_BYTES, record.topic.limit_bytes)
            if full:
                await self._send(place)
        if builder is None or full:
            builder = self._open[place] = self._producer.create_batch()
        added = builder.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
        assert added is not None, "a batch that is not full takes a record"
        self.value_bytes += len(record.value)

    async def finish(self) -> None:
        """Send the open batches and wait until all is confirmed. Raises NotDelivered."""
        for place in list(self._open):
            await self._send(place)
        while self._in_flight:
            await self._confirm(self._in_flight.popleft())

    def abandon(self) -> None:
        """Drop the batches in flight without waiting; after `finish` it does nothing."""
        for sent in self._in_flight:
            sent.delivery.add_done_callback(_taken_note_of)
        self._in_flight.clear()
        self._open.clear()

    async def _send(self, place: tuple[str, int]) -> None:
        topic, partition = place
        builder = self._open.pop(place)
        builder.close()
        try:
            delivery = await self._producer.send_batch(builder, topic, partition=partition)
        except KafkaError as fault:
            raise self._not_delivered(topic, partition, fault) from fault
        sent = _Sent(topic=topic, partition=partition, events=builder.record_count(), delivery=delivery)
        self._in_flight.append(sent)
        while len(self._in_flight) > IN_FLIGHT or (self._in_flight and self._in_flight[0].delivery.done()):
            await self._confirm(self._in_flight.popleft())

    async def _confirm(self, sent: _Sent) -> None:
        try:
            stored = await sent.delivery
        except KafkaError as fault:
            raise self._not_delivered(sent.topic, sent.partition, fault) from fault
        self._ends.setdefault(sent.topic, {})[sent.partition] = stored.offset + sent.events
        self.confirmed += sent.events
        if self._progress is not None:
            self._progress(self.confirmed)

    def _not_delivered(self, topic: str, partition: int, fault: KafkaError) -> NotDelivered:
        return NotDelivered(topic, repr(fault), partition=partition, confirmed=self.confirmed)


def _taken_note_of(delivery: Future[RecordMetadata]) -> None:
    """Read the exception of a delivery: the load has already failed, and asyncio would print this one."""
    if not delivery.cancelled():
        delivery.exception()
