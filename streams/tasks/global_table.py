"""A whole compacted topic in memory, for steps that need the keys of all partitions."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Final

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from bus.consumer import AIOKafkaConsumer
from bus.problems import TopicMissing
from streams.tasks.problems import StreamsError

_POLL_MS: Final = 50


class GlobalTable(Mapping[bytes, bytes]):
    """A read-only copy of all partitions of a topic, read committed. It is as new as the latest `catch_up`."""

    def __init__(self, topic: str, bootstrap_servers: str) -> None:
        self.topic = topic
        self.version = 0  # rises with every record that was read
        self._bootstrap_servers = bootstrap_servers
        self._values: dict[bytes, bytes] = {}
        self._changed: dict[bytes, int] = {}  # the version at which each key changed last, in rising order
        self._reader: AIOKafkaConsumer[bytes, bytes] | None = None
        self._asker: AIOKafkaConsumer[bytes, bytes] | None = None  # fetches nothing: no answer waits for a fetch
        self._lock = asyncio.Lock()

    def __getitem__(self, key: bytes) -> bytes:
        return self._values[key]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def changed_since(self, version: int) -> Iterator[bytes]:
        """Name the keys that were set or removed after this version, each once; those that changed last come first."""
        for key in reversed(self._changed):
            if self._changed[key] <= version:
                return
            yield key

    async def catch_up(self) -> None:
        """Read all records committed before the call. Several tasks may call it at once."""
        async with self._lock:
            if self._reader is None:
                self._reader = await self._open()
            tps = list(self._reader.assignment())
            assert self._asker is not None
            ends = await self._asker.end_offsets(tps)
            behind = set(tps)
            while behind := {tp for tp in behind if await self._reader.position(tp) < ends[tp]}:
                for records in (await self._reader.getmany(*behind, timeout_ms=_POLL_MS)).values():
                    for record in records:
                        self._apply(record.key, record.value)

    async def close(self) -> None:
        if self._reader is not None:
            await self._reader.stop()
            self._reader = None
        if self._asker is not None:
            await self._asker.stop()
            self._asker = None

    def _apply(self, key: bytes | None, value: bytes | None) -> None:
        self.version += 1
        if key is None:
            raise StreamsError(f"{self.topic} is compacted, and yet has a record without a key")
        self._changed.pop(key, None)
        self._changed[key] = self.version
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value

    async def _open(self) -> "AIOKafkaConsumer[bytes, bytes]":
        reader: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap_servers,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # with aiokafka's "latest", seek_to_beginning would land at the end
            fetch_max_wait_ms=_POLL_MS,
        )
        await reader.start()
        try:
            self._asker = AIOKafkaConsumer(bootstrap_servers=self._bootstrap_servers, isolation_level="read_committed")
            await self._asker.start()
            partitions = await _partitions_of(self._bootstrap_servers, self.topic)
            reader.assign([TopicPartition(self.topic, partition) for partition in partitions])
            await reader.seek_to_beginning()
        except BaseException:
            await reader.stop()
            await self.close()
            raise
        return reader


async def _partitions_of(bootstrap_servers: str, topic: str) -> set[int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        described = await admin.describe_topics([topic])
    finally:
        await admin.close()
    partitions = {partition["partition"] for one in described for partition in one["partitions"]}
    if not partitions:
        raise TopicMissing(f"topic {topic} does not exist: run `sijill topics apply`")
    return partitions
