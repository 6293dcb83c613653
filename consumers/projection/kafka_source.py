"""Reads the committed records of the topics from stored offsets, without a consumer group."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, KafkaTimeoutError, OffsetOutOfRangeError

from bus.consumer import AIOKafkaConsumer
from consumers.projection.inputs import NOTICES, Input, inputs_among
from consumers.projection.problems import OffsetsBeyondEnd
from consumers.projection.transaction_input import Advance, Partition, ProjectionSlice
from runtime.settings import Settings
from schemas.facts.topics import Topics

SLICE_RECORDS: Final = 5_000  # a transaction of a quarter of a second; larger ones are not faster
DISCOVER_S: Final = 1.0  # between two looks for new topics: a new agency's notices show within two seconds
_WAIT_MS: Final = 100  # of a fetch that finds nothing; a partition whose records were taken waits for it, too
_QUIET_S: Final = 30.0  # without records, until the ends are asked whether there are any
_FETCH_BYTES: Final = 16 * 1024 * 1024  # of one answer of the broker
_PARTITION_BYTES: Final = 1024 * 1024  # of one partition in it; a larger record comes alone

log = structlog.get_logger(__name__)


class Source:
    """Reads slices. Open it with `connected`; after an outage open another."""

    def __init__(
        self, topics: Topics, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient, clock: Callable[[], float]
    ) -> None:
        self._topics = topics
        self._clock = clock
        self._consumer = consumer
        self._admin = admin
        self._next: dict[Partition, int] = {}
        self._looked = -DISCOVER_S
        self._moved = clock()
        self._deleted: set[Partition] = set()  # notices whose topic was seen to go: what comes back is another topic
        self.inputs: dict[str, Input] = {}

    async def discover(self) -> dict[Partition, int]:
        """Look for new partitions, now and then; returns the first offset of each.

        They are read once `seek` says from where. Raises KafkaError when no broker answers.
        """
        if time.monotonic() - self._looked < DISCOVER_S:
            return {}
        partitions = set(await self._partitions())
        self._leave(self._next.keys() - partitions)
        new = [TopicPartition(*one) for one in partitions - self._next.keys()]
        begins = await self._consumer.beginning_offsets(new) if new else {}
        self._looked = time.monotonic()
        return {Partition(*one): offset for one, offset in begins.items()}

    async def find_recreated(self, stored: Mapping[Partition, int]) -> dict[Partition, int]:
        """Find topics of notices that were deleted and made again, and where they begin.

        `notify` makes such a topic anew and goes on with its numbers. A notice has its number as its key in the
        tables, so that reading one twice changes nothing.
        """
        notices = {one: offset for one, offset in stored.items() if self._is_of_notices(one)}
        here = [one for one in await self._partitions() if one in notices]
        tps = [TopicPartition(*one) for one in here]
        begins = await self._consumer.beginning_offsets(tps) if tps else {}
        ends = await self._consumer.end_offsets(tps) if tps else {}
        found = {
            one: begins[tp]
            for one, tp in zip(here, tps, strict=True)
            if one in self._deleted or notices[one] > ends[tp]
        }
        self._deleted -= found.keys()
        if found:
            log.warning("topics_made_anew", topics=sorted({one.topic for one in found}))
        return found

    async def seek(self, stored: Mapping[Partition, int]) -> None:
        """Continue from the stored offsets in all existing partitions. Records fetched before are dropped."""
        present = await self._partitions()
        self._next = {one: stored[one] for one in present if one in stored}
        self._assign(await self._located(self._next))

    def ends(self) -> dict[Partition, int]:
        """Give the end of the committed records of each partition, as of the latest fetch."""
        found = {one: self._consumer.last_stable_offset(TopicPartition(*one)) for one in self._next}
        return {one: end for one, end in found.items() if end is not None and end >= 0}

    async def take(self) -> ProjectionSlice:
        """Take what is there, at most SLICE_RECORDS; waits for a moment when there is nothing.

        A slice without records still advances where transactions ended, so that a reader of offsets sees no lag.
        """
        if not self._next:
            await asyncio.sleep(_WAIT_MS / 1_000)
            return ProjectionSlice(records=(), advances=())
        try:
            fetched = await self._consumer.getmany(timeout_ms=_WAIT_MS, max_records=SLICE_RECORDS)
        except OffsetOutOfRangeError:
            ends = await self._consumer.end_offsets([TopicPartition(*one) for one in self._next])
            beyond = {one for one, offset in self._next.items() if offset > ends[TopicPartition(*one)]}
            self._leave({one for one in beyond if self._is_of_notices(one)})
            self._assign(await self._located(self._next))
            fetched = {}
        advances = []
        for partition, expected in self._next.items():
            position = await self._consumer.position(TopicPartition(*partition))
            if position != expected:
                advances.append(Advance(partition=partition, expected=expected, next=position))
                self._next[partition] = position
        await self._require_progress(bool(advances))
        return ProjectionSlice(
            records=[record for records in fetched.values() for record in records], advances=advances
        )

    def _assign(self, positions: Mapping[Partition, int]) -> None:
        """Read these partitions from these positions, without a pause in which aiokafka would seek on its own."""
        self._consumer.assign([TopicPartition(*one) for one in positions])
        for partition, offset in positions.items():
            self._consumer.seek(TopicPartition(*partition), offset)

    def _leave(self, gone: Collection[Partition]) -> None:
        """Stop reading partitions that are gone; their rows stay in the tables."""
        if gone:
            log.warning("topics_gone", topics=sorted({one.topic for one in gone}))
            self._deleted |= {one for one in gone if self._is_of_notices(one)}
            self._next = {one: offset for one, offset in self._next.items() if one not in gone}
            self._assign(self._next)

    def _is_of_notices(self, partition: Partition) -> bool:
        return partition.topic.startswith(self._topics.prefix + NOTICES)

    async def _require_progress(self, moved: bool) -> None:
        """Raise when aiokafka has stopped fetching: after an internal error it only logs."""
        now = self._clock()
        if moved or now - self._moved < _QUIET_S:
            self._moved = now if moved else self._moved
            return
        ends = await self._consumer.end_offsets([TopicPartition(*one) for one in self._next])
        self._moved = now
        if any(offset < ends[TopicPartition(*one)] for one, offset in self._next.items()):
            raise KafkaTimeoutError(f"records wait, and none was fetched for {_QUIET_S:.0f} s")

    async def _partitions(self) -> list[Partition]:
        """List the partitions of our topics, and record the content of each topic."""
        described: list[Mapping[str, Any]] = await self._admin.describe_topics()
        self.inputs = inputs_among((topic["topic"] for topic in described), self._topics)
        return [
            Partition(topic["topic"], partition["partition"])
            for topic in described
            if topic["topic"] in self.inputs
            for partition in topic["partitions"]
        ]

    async def _located(self, wanted: Mapping[Partition, int]) -> dict[Partition, int]:
        """Check offsets against the topics: expired records are said and passed, a topic that is another is refused."""
        partitions = [TopicPartition(*one) for one in wanted]
        begins = await self._consumer.beginning_offsets(partitions)
        ends = await self._consumer.end_offsets(partitions)
        found: dict[Partition, int] = {}
        for partition, offset in wanted.items():
            begin, end = begins[TopicPartition(*partition)], ends[TopicPartition(*partition)]
            if offset > end:
                raise OffsetsBeyondEnd(
                    f"{partition.topic}, partition {partition.partition}: the next record should have offset {offset}, "
                    f"but the topic ends at {end}. It was deleted and made again, or this is another cluster: set "
                    "SIJILL_DATABASE_SCHEMA to a new schema to project it from its beginning."
                )
            if offset < begin:
                log.warning("records_expired", **partition._asdict(), first=offset, next=begin)
            found[partition] = max(offset, begin)
        return found


@asynccontextmanager
async def connected(settings: Settings, clock: Callable[[], float] = time.monotonic) -> AsyncIterator[Source]:
    """Connect for as long as the block runs. Raises KafkaError when no broker answers.

    `clock`: in seconds. A clock that stands still while Kafka is away does not count its absence as a fault of
    aiokafka.
    """
    servers = settings.bootstrap_servers
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",  # an offset that is not there is our business, see `_located`
        fetch_max_wait_ms=_WAIT_MS,
        fetch_max_bytes=_FETCH_BYTES,
        max_partition_fetch_bytes=_PARTITION_BYTES,
    )
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    try:
        await consumer.start()
        await admin.start()
        yield Source(Topics(settings.topic_prefix), consumer, admin, clock)
    finally:
        await consumer.stop()
        await admin.close()


def is_outage(fault: KafkaError) -> bool:
    """Tell whether waiting may mend a fault: the broker is away, starting, or moving a partition."""
    return bool(fault.retriable) or type(fault) in (KafkaError, KafkaTimeoutError)
