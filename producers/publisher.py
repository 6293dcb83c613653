"""Publishes registration events to Kafka: to the topic of their member state, framed, keyed, once each and in order.

Idempotent towards the broker: a retry makes no second copy. Idempotent towards the register: an event that is published
again is answered as a duplicate. So whoever does not know whether it arrived publishes it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from aiokafka import AIOKafkaProducer, codec
from aiokafka.errors import KafkaConnectionError, KafkaError

from producers.batch_sender import BATCH_BYTES, Load, OutgoingRecord, TellConfirmed
from producers.event_record import framed, publisher_for
from producers.problems import BrokerUnreachable, NotDelivered
from producers.topic_facts import TopicFacts, facts_of
from register.authorities import Authorities
from register.codes import Rejected
from register.events import RegistrationEvent
from register.ids import EventId, RegistrationId
from runtime.settings import Settings
from schemas.facts.authorities import authorities
from schemas.facts.topics import Topics

REQUEST_BYTES: Final = 64 * 1024 * 1024  # aiokafka's own limit out of the way: the topic's is the one that holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The place of an event that all replicas in sync have confirmed."""

    event_id: EventId
    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedEvent:
    """An event that was not sent, and why."""

    event_id: EventId
    registration_id: RegistrationId
    rejected: Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The result of sending many events. `ends`: per topic and partition, the offset after the last event sent."""

    events: int
    value_bytes: int
    refused: tuple[RefusedEvent, ...]
    ends: Mapping[str, Mapping[int, int]]


class Publisher:
    """An idempotent producer of registration events. Use as `async with Publisher(settings) as publisher`.

    Opening raises BrokerUnreachable. It knows every authority that Sijill ships, unless told otherwise.
    """

    def __init__(self, settings: Settings, known: Authorities | None = None) -> None:
        self._servers = settings.bootstrap_servers
        self._topics = Topics(settings.topic_prefix)
        self._authorities = authorities() if known is None else known
        self._facts: dict[str, TopicFacts] = {}
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._servers,
            enable_idempotence=True,
            acks="all",
            compression_type=_compression(),
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES,
        )
        try:
            await producer.start()
        except KafkaConnectionError as fault:
            await producer.stop()
            raise BrokerUnreachable(
                f"no Kafka answers at {self._servers}: start one with `sijill up`, or say in SIJILL_KAFKA where it is"
            ) from fault
        self._producer = producer
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the events on their way, then close."""
        if self._producer is not None:
            producer, self._producer = self._producer, None
            await producer.stop()

    async def publish(self, event: RegistrationEvent) -> Published | RefusedEvent:
        """Publish one event and wait until it stands. Several may wait at once.

        Raises EventTopicMissing and NotDelivered.
        """
        record = await self._prepared(event)
        if isinstance(record, Rejected):
            return _refused(event, record)
        try:
            sent = await self._open().send_and_wait(
                record.topic.topic, record.value, record.key, partition=record.partition, headers=record.headers
            )
        except KafkaError as fault:
            raise NotDelivered(record.topic.topic, repr(fault), event_id=event.event_id) from fault
        return Published(event_id=event.event_id, topic=sent.topic, partition=sent.partition, offset=sent.offset)

    async def publish_many(
        self, events: Iterable[RegistrationEvent], progress: TellConfirmed | None = None
    ) -> Delivered:
        """Publish events in their order, batch after batch; returns when all stand. Reads `events` as fast as it sends.

        `progress` is told, now and then, how many events are confirmed. Raises EventTopicMissing and NotDelivered; then
        some events may have arrived, and publishing all of them again is safe.
        """
        load = Load(self._open(), progress)
        refused: list[RefusedEvent] = []
        try:
            for event in events:
                record = await self._prepared(event)
                if isinstance(record, Rejected):
                    refused.append(_refused(event, record))
                else:
                    await load.add(record)
            await load.finish()
        finally:
            load.abandon()
        return Delivered(events=load.confirmed, value_bytes=load.value_bytes, refused=tuple(refused), ends=load.ends())

    async def _prepared(self, event: RegistrationEvent) -> OutgoingRecord | Rejected:
        """Frame an event for its topic; asks the broker about a topic once."""
        publisher = publisher_for(event, self._authorities)
        if isinstance(publisher, Rejected):
            return publisher
        topic = self._facts.get(publisher)
        if topic is None:
            topic = await facts_of(self._servers, self._topics.registrations(publisher))
            self._facts[publisher] = topic
        return framed(event, topic)

    def _open(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise RuntimeError("the publisher is not open: use it in `async with`")
        return self._producer


def _refused(event: RegistrationEvent, rejected: Rejected) -> RefusedEvent:
    return RefusedEvent(event_id=event.event_id, registration_id=event.registration_id, rejected=rejected)


def _compression() -> str | None:
    """Compress where a fast codec is installed; gzip would cost more time than it saves."""
    if codec.has_zstd():
        return "zstd"
    return "lz4" if codec.has_lz4() else None
