"""Sends a simulated world to the topics without any check, also the events that must be refused."""

from collections.abc import Iterable

from aiokafka import AIOKafkaProducer

from producers.batch_sender import BATCH_BYTES, Load, OutgoingRecord, TellConfirmed
from producers.cloud_events import EventHeaders, headers_of
from producers.topic_facts import TopicFacts, facts_of
from register.events import RegistrationEvent
from register.ids import is_registration_id
from runtime.settings import Settings
from schemas.codec.records import event_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from schemas.partitioning import partition_of
from simulation.delivery_order import Delivery


async def send(
    settings: Settings, deliveries: Iterable[Delivery], source: str, progress: TellConfirmed | None = None
) -> int:
    """Send deliveries in their order; returns how many the broker has confirmed, which is all of them.

    `source` is the CloudEvents source that labels them: `Simulation.ce_source`.

    Raises EventTopicMissing, and NotDelivered when the broker does not take one.
    """
    topics = Topics(settings.topic_prefix)
    known: dict[str, TopicFacts] = {}
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES
    )
    try:
        await producer.start()
        load = Load(producer, progress)
        for one in deliveries:
            topic = known.get(one.publisher)
            if topic is None:
                name = topics.registrations(one.publisher)
                topic = known[one.publisher] = await facts_of(settings.bootstrap_servers, name)
            await load.add(_record(one, topic, source))
        await load.finish()
        return load.confirmed
    finally:
        await producer.stop()


def _headers(event: RegistrationEvent, source: str) -> EventHeaders:
    """Write the attributes, with the simulation as their source; a malformed id has no authority to name."""
    if not is_registration_id(event.registration_id):
        return []
    return [(name, source.encode() if name == "ce_source" else value) for name, value in headers_of(event)]


def _record(one: Delivery, topic: TopicFacts, source: str) -> OutgoingRecord:
    key = one.key.encode()
    return OutgoingRecord(
        topic=topic,
        partition=partition_of(key, topic.partitions),
        key=key,
        value=encode("RegistrationEvent", event_datum(one.event)),
        headers=_headers(one.event, source),
    )
