"""Topics read and written with aiokafka and fastavro alone: no code of the register stands between it and its tests."""

import asyncio
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import yaml
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from fastavro import parse_schema, schemaless_reader, schemaless_writer

SCHEMAS: Final = Path(__file__).parents[2] / "schemas"
FRAME: Final = struct.Struct(">bI")
READ_S: Final = 120  # the longest that reading an instance's topics may take
LARGEST: Final = 8 << 20

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as it stands in its topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def place(self) -> tuple[str, int, int]:
        """Its topic, partition and offset."""
        return self.topic, self.partition, self.offset

    def header(self, name: str) -> str:
        """Read the last header of a name; empty where there is none."""
        return dict(self.headers).get(name, b"").decode()

    def datum(self) -> Any:
        """Read its value with the schema that its frame names."""
        assert self.value is not None, self
        return unframed(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A record as any Kafka client may send it, right or wrong."""

    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@cache
def _schemas() -> Mapping[int, tuple[str, Any]]:
    """Parse every schema that has an id: by id, its record and itself."""
    catalogue = yaml.safe_load((SCHEMAS / "catalogue.yaml").read_text(encoding="utf-8"))
    found: dict[int, tuple[str, Any]] = {}
    for record, entry in catalogue.items():
        for version, facts in entry["versions"].items():
            if "id" in facts:
                named: dict[str, Any] = {}
                for part in [*facts.get("uses", {}).items(), (record, version)]:
                    source = (SCHEMAS / "avro" / f"{part[0]}.v{part[1]}.avsc").read_text(encoding="utf-8")
                    parsed = parse_schema(json.loads(source), named_schemas=named)
                found[facts["id"]] = record, parsed
    return found


def framed(record: str, datum: Mapping[str, Any]) -> bytes:
    """Write a record with the newest schema of its name."""
    schema_id = max(one for one, (name, _) in _schemas().items() if name == record)
    body = BytesIO()
    schemaless_writer(body, _schemas()[schema_id][1], dict(datum))
    return FRAME.pack(0, schema_id) + body.getvalue()


def unframed(value: bytes) -> Any:
    """Read a framed record of the contract."""
    _, schema_id = FRAME.unpack_from(value)
    return schemaless_reader(BytesIO(value[FRAME.size :]), _schemas()[schema_id][1], None)


def read(servers: str, prefix: str) -> dict[str, list[Kept]]:
    """Read what is committed in every topic of an instance, up to where each ends now; by name without the prefix."""
    return asyncio.run(asyncio.wait_for(_read(servers, prefix), READ_S))


async def _read(servers: str, prefix: str) -> dict[str, list[Kept]]:
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=LARGEST,
    )
    async with consumer:
        partitions = await _partitions(servers, prefix)
        found: dict[str, list[Kept]] = {tp.topic.removeprefix(prefix): [] for tp in partitions}
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for tp in partitions:
            while await consumer.position(tp) < ends[tp]:
                for batch in (await consumer.getmany(timeout_ms=1_000)).values():
                    for one in batch:
                        found[one.topic.removeprefix(prefix)].append(_kept(one, prefix))
    return found


def _kept(one: Any, prefix: str) -> Kept:
    return Kept(
        topic=one.topic.removeprefix(prefix),
        partition=one.partition,
        offset=one.offset,
        key=one.key,
        value=one.value,
        headers=one.headers,
    )


async def _partitions(servers: str, prefix: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        return [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in await admin.describe_topics()
            for partition in topic["partitions"]
            if topic["topic"].startswith(prefix)
        ]
    finally:
        await admin.close()


def written(servers: str, topics: str) -> int:
    """Sum the ends of the topics with this prefix: all records ever written to them, committed or not."""

    async def asked() -> int:
        consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(bootstrap_servers=servers)
        async with consumer:
            return sum((await consumer.end_offsets(await _partitions(servers, topics))).values())

    return asyncio.run(asked())


def send(servers: str, topic: str, records: Iterable[Sent], partitions: Iterable[int] | None = None) -> list[Kept]:
    """Send records in their order, each to the partitions named, or to that of its key; say where they stand."""

    async def sent() -> list[Kept]:
        stand = []
        producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", max_request_size=LARGEST)
        async with producer:
            for one in records:
                for partition in partitions or (None,):
                    at = await producer.send_and_wait(
                        topic, one.value, one.key, partition=partition, headers=list(one.headers)
                    )
                    stand.append(
                        Kept(
                            topic=topic,
                            partition=at.partition,
                            offset=at.offset,
                            key=one.key,
                            value=one.value,
                            headers=one.headers,
                        )
                    )
        return stand

    return asyncio.run(sent())
