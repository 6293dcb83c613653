"""Reads the ends of topics, the committed offsets of a group, and the number of its members."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata
from aiokafka.errors import GroupCoordinatorNotAvailableError

from bus.consumer import AIOKafkaConsumer
from bus.kafka_availability import was_cancelled_by_us
from runtime.settings import Settings

TAIL_POLL_MS: Final = 200
METADATA_POLL_MS: Final = 10  # aiokafka pauses so long for each topic that it has not met yet; its 100 would add up
MARKERS: Final = 64  # offsets; a gap up to this size may hold nothing but transaction markers, and is looked into

COORDINATOR_S: Final = 15

Offsets = dict[TopicPartition, int]
Answer = TypeVar("Answer")


class TopicReader:
    """Reads ends and offsets of a cluster. Open it with `topic_reader`."""

    def __init__(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        self._consumer = consumer
        self._admin = admin

    async def topics(self) -> set[str]:
        """List the names of the cluster's topics."""
        return set(await self._admin.list_topics())

    async def brokers(self) -> int:
        """Count the brokers that the cluster has now."""
        return len((await self._admin.describe_cluster())["brokers"])

    async def begins(self, partitions: Iterable[TopicPartition]) -> Offsets:
        """Read the first offset that each partition still has."""
        asked = list(partitions)
        return dict(await self._consumer.beginning_offsets(asked)) if asked else {}

    async def ends(self, topics: Iterable[str]) -> Offsets:
        """Read the end of each partition for a reader of committed records."""
        described = await self._admin.describe_topics(sorted(topics))
        partitions = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described
            for partition in topic["partitions"]
        ]
        ends: Mapping[TopicPartition, int] = await self._consumer.end_offsets(partitions) if partitions else {}
        return dict(ends)

    async def committed(self, group: str) -> Offsets:
        """Read the committed offsets of a consumer group."""
        found = await self._once_coordinated(lambda: self._admin.list_consumer_group_offsets(group))
        return {partition: entry.offset for partition, entry in found.items() if entry.offset >= 0}

    async def members(self, group: str) -> int:
        """Count the members of a group."""
        for response in await self._once_coordinated(lambda: self._admin.describe_consumer_groups([group])):
            for described in response.groups:
                return len(described[5])
        return 0

    async def claims(self, group: str) -> list[bytes]:
        """Read what each member of a group told when it joined. Waits while the group is sharing its partitions."""
        deadline = time.monotonic() + COORDINATOR_S
        while True:
            answers = await self._once_coordinated(lambda: self._admin.describe_consumer_groups([group]))
            members = [member for answer in answers for described in answer.groups for member in described[5]]
            metadata = [member[3] for member in members]
            if all(metadata) or time.monotonic() > deadline:
                return [ConsumerProtocolMemberMetadata.decode(one).user_data for one in metadata if one]
            await asyncio.sleep(TAIL_POLL_MS / 1000)

    async def lag(self, ends: Offsets, reached: Offsets) -> Offsets:
        """Count the records still to be read, per partition; transaction markers alone are no lag."""
        behind = {tp: end - reached.get(tp, 0) for tp, end in ends.items() if end > reached.get(tp, 0)}
        for tp in [tp for tp, gap in behind.items() if gap <= MARKERS]:
            if not await self._holds_records(tp, reached.get(tp, 0), ends[tp]):
                del behind[tp]
        return behind

    async def _once_coordinated(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask again while a new cluster still makes the topic of its groups."""
        deadline = time.monotonic() + COORDINATOR_S
        while True:
            try:
                return await ask()
            except GroupCoordinatorNotAvailableError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(TAIL_POLL_MS / 1000)

    async def _holds_records(self, tp: TopicPartition, start: int, end: int) -> bool:
        self._consumer.assign([tp])
        self._consumer.seek(tp, start)
        while await self._consumer.position(tp) < end:
            if any((await self._consumer.getmany(tp, timeout_ms=TAIL_POLL_MS)).values()):
                return True
        return False


@asynccontextmanager
async def committed_reader(settings: Settings, **options: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """Open a reader of committed records in no group, for as long as the block runs; `options` are aiokafka's."""
    usual = {"isolation_level": "read_committed", "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap_servers, **{**usual, **options})
    try:
        await consumer.start()
        yield consumer
    finally:
        try:
            await consumer.stop()
        except asyncio.CancelledError:  # an error of its own fetch in an outage: the error of the block counts
            if was_cancelled_by_us():
                raise


@asynccontextmanager
async def topic_reader(settings: Settings) -> AsyncIterator[TopicReader]:
    """Connect to the cluster for as long as the block runs."""
    quick = {"fetch_max_wait_ms": TAIL_POLL_MS, "retry_backoff_ms": METADATA_POLL_MS}
    async with committed_reader(settings, **quick) as consumer:
        admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
        try:
            await admin.start()
            yield TopicReader(consumer, admin)
        finally:
            await admin.close()
