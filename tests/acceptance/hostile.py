"""Publishers that share no code with Sijill, and that send whatever a broker takes: librdkafka, and batches by hand."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka import KafkaError as ClientError

from tests.acceptance.plain_kafka import framed

FLUSH_S: Final = 60


def event(registration: str, sequence: int = 1, *, name: str | None = "Noor WLL", **more: Any) -> dict[str, Any]:
    """Make an event as data; `stated` adds to what it states."""
    stated = dict(more.pop("stated", {}))
    if name is not None:
        stated.setdefault("legal_name", [{"text": name, "language": "en"}])
    return {
        "event_id": f"{registration}:{sequence}",
        "registration_id": registration,
        "sequence": sequence,
        "kind": "REGISTERED",
        "effective_date": date(2026, 1, 1),
        "recorded_at": datetime(2026, 1, 1, 8, tzinfo=UTC),
        "replaces": None,
        "cleared": [],
        **more,
        "stated": stated,
    }


def value(registration: str, sequence: int = 1, **more: Any) -> bytes:
    """Write an event in Avro, in its frame."""
    return framed("RegistrationEvent", event(registration, sequence, **more))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place of a record in its topic."""

    key: bytes | None
    partition: int
    offset: int


def send(
    servers: str, topic: str, records: Iterable[tuple[bytes | None, bytes | None, Any]], **conf: Any
) -> list[Place]:
    """Send with librdkafka, partitioned by murmur2 unless `partitioner` says otherwise."""
    stand: list[Place] = []
    faults: list[ClientError] = []

    def delivered(fault: ClientError | None, message: Message) -> None:
        if fault is not None:
            faults.append(fault)
        else:
            key = message.key()
            assert not isinstance(key, str)
            stand.append(Place(key=key, partition=message.partition() or 0, offset=message.offset() or 0))

    producer = Producer({
        "bootstrap.servers": servers, "partitioner": "murmur2_random", "message.max.bytes": 60_000_000, "linger.ms": 20,
        **{name.replace("_", "."): one for name, one in conf.items()},
    })  # fmt: skip
    for key, body, headers in records:
        producer.produce(topic, key=key, value=body, headers=headers, on_delivery=delivered)
        producer.poll(0)
    assert producer.flush(FLUSH_S) == 0
    assert not faults, faults[:3]
    return stand


class _Made:
    """A finished batch for aiokafka's sender."""

    def __init__(self, written: bytes, count: int) -> None:
        self._written = written
        self._count = count

    def record_count(self) -> int:
        return self._count

    def size(self) -> int:
        return len(self._written)

    def close(self) -> None:
        """Accept no more records."""

    def closed(self) -> bool:
        return True

    def _build(self) -> bytearray:
        return bytearray(self._written)


async def make_batches(servers: str, topic: str, batches: Sequence[tuple[int, bytes, int]]) -> int:
    """Send batches by hand, each to its partition with its number of records; counts what the broker took."""
    taken = 0
    producer = AIOKafkaProducer(bootstrap_servers=servers, retry_backoff_ms=10, request_timeout_ms=5_000)
    async with producer:
        for partition, written, count in batches:
            delivered = await producer.send_batch(_Made(written, count), topic, partition=partition)
            try:
                await delivered
            except KafkaError:
                continue  # a broker refuses what it can tell to be broken
            taken += count
    return taken


def send_batches(servers: str, topic: str, batches: Sequence[tuple[int, bytes, int]]) -> int:
    """Send batches as `make_batches` does."""
    return asyncio.run(make_batches(servers, topic, batches))


def ends(servers: str, topic: str, partitions: int) -> Mapping[int, int]:
    """Read the ends of a topic's partitions with librdkafka."""
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "hostile"})
    try:
        found = {}
        for partition in range(partitions):
            low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=FLUSH_S)
            assert low == 0
            found[partition] = high
        return found
    finally:
        consumer.close()
