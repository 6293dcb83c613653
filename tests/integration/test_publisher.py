"""The publisher on a real broker: where an event goes, what stands beside it, and what is refused before it is sent."""

import time
from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaTimeoutError

from producers.batch_sender import BATCH_BYTES
from producers.problems import BrokerUnreachable, EventTopicMissing, NotDelivered
from producers.publisher import Published, Publisher, RefusedEvent
from register.codes import Code
from register.events import EventKind, RegistrationEvent
from register.ids import EventId, RegistrationId
from runtime.embedded import free_ports
from runtime.settings import Settings
from schemas.codec.records import event_from
from schemas.codec.wire import decode
from schemas.facts.topics import Topics

LIMIT = 300_000  # bytes; the topics of these tests take less than those of the contract


def _event(registration: str, number: int = 1, text: str = "شركة عنوان القهوة للتجارة") -> RegistrationEvent:
    return RegistrationEvent(
        event_id=EventId(f"{registration}:{number}"),
        registration_id=RegistrationId(registration),
        sequence=number,
        kind=EventKind.SNAPSHOT,
        effective_date=date(2025, 4, 3),
        recorded_at=datetime(2025, 4, 3, 9, 30, tzinfo=UTC),
        stated={"legal_name": [{"text": text, "language": "ar"}], "status_as_stated": "نشط"},
    )


def _many(count: int) -> Iterable[RegistrationEvent]:
    for number in range(count):
        prefix = ("SA.MC.70", "KW.MOCI.10")[number % 2]
        yield _event(f"{prefix}{number % 1_000:08d}", number // 1_000 + 1)


@pytest.fixture
async def topics(settings: Settings) -> Topics:
    names = Topics(settings.topic_prefix)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    await admin.create_topics(
        [
            NewTopic(names.registrations(one), 3, 1, topic_configs={"max.message.bytes": str(LIMIT)})
            for one in ("sa", "kw")
        ]
    )
    await admin.close()
    return names


async def _all(settings: Settings, topic: str) -> list[ConsumerRecord]:
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap_servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(topic, partition) for partition in range(3)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        found: list[ConsumerRecord] = []
        while len(found) < sum(ends.values()):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
        return found
    finally:
        await consumer.stop()


async def test_an_event_stands_in_the_topic_of_its_state_with_its_cloudevents_headers(
    settings: Settings, topics: Topics
) -> None:
    event = _event("SA.MC.7001775498")
    async with Publisher(settings) as publisher:
        published = await publisher.publish(event)
    [record] = await _all(settings, topics.registrations("sa"))
    assert published == Published(
        event_id=event.event_id, topic=record.topic, partition=record.partition, offset=record.offset
    )
    assert record.key == b"SA.MC.7001775498"
    assert event_from(decode(record.value, "RegistrationEvent")) == event
    assert dict(record.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"SA.MC.7001775498:1",
        "ce_source": b"/authorities/SA.MC",
        "ce_type": b"org.gcc.sijill.registration.snapshot",
        "ce_time": b"2025-04-03T09:30:00Z",
        "ce_subject": b"SA.MC.7001775498",
        "content-type": b"application/avro",
    }


async def test_a_load_arrives_complete_and_in_order_and_says_where_it_ends(settings: Settings, topics: Topics) -> None:
    told: list[int] = []
    async with Publisher(settings) as publisher:
        delivered = await publisher.publish_many(_many(5_000), told.append)
    assert (delivered.events, delivered.refused) == (5_000, ())
    assert told == sorted(told)
    assert told[-1] == 5_000
    for publisher_name in ("sa", "kw"):
        records = await _all(settings, topics.registrations(publisher_name))
        assert len(records) == 2_500
        ends: dict[int, int] = {}
        sequences: dict[bytes, int] = {}
        for record in records:
            ends[record.partition] = max(record.offset + 1, ends.get(record.partition, 0))
            sequence = decode(record.value, "RegistrationEvent")["sequence"]
            assert sequence == sequences.get(record.key, 0) + 1
            sequences[record.key] = sequence
        assert delivered.ends[topics.registrations(publisher_name)] == ends


async def test_single_events_and_loads_put_a_registration_into_the_same_partition(
    settings: Settings, topics: Topics
) -> None:
    async with Publisher(settings) as publisher:
        for number in range(20):
            one = await publisher.publish(_event(f"SA.MC.70017754{number:02d}", 1))
            many = await publisher.publish_many([_event(f"SA.MC.70017754{number:02d}", 2)])
            assert isinstance(one, Published)
            assert many.ends == {one.topic: {one.partition: one.offset + 2}}


async def test_a_value_over_the_limit_of_its_topic_is_refused_with_limit_and_size(
    settings: Settings, topics: Topics
) -> None:
    large = _event("SA.MC.7001775498", text="ش" * (LIMIT // 2))
    near = _event("SA.MC.7018056114", text="x" * (LIMIT - 1_000))
    async with Publisher(settings) as publisher:
        refused = await publisher.publish(large)
        delivered = await publisher.publish_many([_event("SA.MC.7018055850"), large, near, _event("SA.MC.7016019718")])
    assert isinstance(refused, RefusedEvent)
    assert refused.rejected.code is Code.TOO_LARGE
    assert f"takes at most {LIMIT:,} (max.message.bytes)" in refused.rejected.message
    assert topics.registrations("sa") in refused.rejected.message
    assert "the event has 300," in refused.rejected.message
    assert delivered.events == 3
    assert delivered.refused == (refused,)
    assert len(await _all(settings, topics.registrations("sa"))) == 3


async def test_batches_stay_under_the_limit_of_their_topic(settings: Settings, topics: Topics) -> None:
    assert BATCH_BYTES < LIMIT
    halves = [_event("SA.MC.7001775498", number, "x" * 100_000) for number in range(1, 8)]
    async with Publisher(settings) as publisher:
        delivered = await publisher.publish_many(halves)
    assert delivered.events == 7
    assert delivered.value_bytes > 700_000


@pytest.mark.parametrize(
    ("registration", "code"),
    [
        ("KW-1", Code.MALFORMED_REGISTRATION_ID),
        ("KW.XYZ.1", Code.UNKNOWN_AUTHORITY),
        ("", Code.MALFORMED_REGISTRATION_ID),
    ],
)
async def test_an_event_of_no_known_authority_is_refused_because_it_has_no_topic(
    settings: Settings, registration: str, code: Code
) -> None:
    async with Publisher(settings) as publisher:
        refused = await publisher.publish(_event(registration))
    assert isinstance(refused, RefusedEvent)
    assert refused.rejected.code is code


async def test_an_event_that_does_not_fit_the_schema_is_refused(settings: Settings, topics: Topics) -> None:
    async with Publisher(settings) as publisher:
        refused = await publisher.publish(_event("SA.MC.7001775498", number=1 << 70))
    assert isinstance(refused, RefusedEvent)
    assert refused.rejected.code is Code.UNREADABLE


async def test_a_missing_topic_is_said_at_once_with_what_to_do(settings: Settings, topics: Topics) -> None:
    started = time.monotonic()
    async with Publisher(settings) as publisher:
        with pytest.raises(EventTopicMissing, match=r"registrations\.qa does not exist.*sijill topics apply"):
            await publisher.publish(_event("QA.MOCI.101850"))
        assert isinstance(await publisher.publish(_event("SA.MC.7001775498")), Published)
    assert time.monotonic() - started < 5


async def test_a_broker_that_is_not_there_is_said_with_where_it_was_looked_for(settings: Settings) -> None:
    [port] = free_ports(1)
    with pytest.raises(BrokerUnreachable, match=f"no Kafka answers at 127.0.0.1:{port}.*SIJILL_KAFKA"):
        await Publisher(settings.model_copy(update={"kafka": f"127.0.0.1:{port}"})).__aenter__()


async def test_a_load_that_is_not_confirmed_says_how_far_it_came(
    settings: Settings, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Publisher(settings) as publisher:
        await publisher.publish_many([_event("SA.MC.7001775498")])

        async def silent(*_: object, **__: object) -> None:
            raise KafkaTimeoutError

        monkeypatch.setattr(publisher._open(), "send_batch", silent)
        with pytest.raises(NotDelivered, match="0 events are confirmed"):
            await publisher.publish_many(_many(10))


async def test_ten_thousand_events_a_second_can_be_published(settings: Settings, topics: Topics) -> None:
    events = list(_many(30_000))
    async with Publisher(settings) as publisher:
        await publisher.publish_many(events[:1_000])
        started = time.perf_counter()
        delivered = await publisher.publish_many(events)
        seconds = time.perf_counter() - started
    assert delivered.events / seconds > 5_000  # on a busy machine; the benchmark holds it to 10,000
