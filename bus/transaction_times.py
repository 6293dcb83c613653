"""The times of the newest transaction of each partition: when its records were written, and when it was committed.

A client sets the time of a record. The leader of the partition sets the time of the marker behind a transaction. So the
two tell how the clocks of a process and of a broker stand to each other.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.memory_records import MemoryRecords

from bus.topic_inspection import Offsets, topic_reader
from runtime.settings import Settings

LOOKED_AT: Final = 64  # offsets before the end: some transactions of a few records each
FETCHED_BYTES: Final = 1 << 20
_WAIT_MS: Final = 500
_UNCOMMITTED: Final = 0  # also gives what is not committed yet; it has no marker, so that it does not count


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionTimes:
    """The newest transaction of a partition. Times in seconds since 1970: its last record's, and its marker's."""

    topic: str
    partition: int
    written_at: float
    committed_at: float


async def newest_transactions(settings: Settings, topic: str) -> list[TransactionTimes]:
    """Read the times of the newest transaction of each partition of a topic; a partition without one has none."""
    async with topic_reader(settings) as reader:
        ends = await reader.ends({topic} & await reader.topics())
        begins = await reader.begins(ends)
    starts = {tp: max(begins[tp], end - LOOKED_AT) for tp, end in ends.items() if end > begins[tp]}
    if not starts:
        return []
    client = AIOKafkaClient(bootstrap_servers=settings.bootstrap_servers)
    try:
        await client.bootstrap()
        await client.set_topics([topic])
        return [found for tp, fetched in await _fetched(client, starts) if (found := _newest(tp, fetched))]
    finally:
        await client.close()


async def _fetched(client: AIOKafkaClient, starts: Offsets) -> list[tuple[TopicPartition, bytes]]:
    """Fetch once from each partition, from some offset on."""
    by_leader: dict[int, list[TopicPartition]] = defaultdict(list)
    for tp in starts:
        leader = client.cluster.leader_for_partition(tp)
        if leader is not None and leader >= 0:
            by_leader[leader].append(tp)
    found: list[tuple[TopicPartition, bytes]] = []
    for leader, led in by_leader.items():
        asked = [(tp.topic, [(tp.partition, starts[tp], FETCHED_BYTES)]) for tp in led]
        answer = await client.send(leader, FetchRequest(_WAIT_MS, 1, FETCHED_BYTES * len(led), _UNCOMMITTED, asked))
        for name, partitions in answer.topics:
            found += [(TopicPartition(name, one[0]), one[-1]) for one in partitions if not one[1]]
    return found


def _newest(tp: TopicPartition, fetched: bytes) -> TransactionTimes | None:
    """Find the last marker, and the last record of its producer before it."""
    written: dict[int, float] = {}
    found: TransactionTimes | None = None
    for batch in _batches(fetched):
        if not batch.is_transactional:
            continue
        if not batch.is_control_batch:
            written[batch.producer_id] = batch.max_timestamp / 1000
        elif batch.producer_id in written:
            found = TransactionTimes(
                topic=tp.topic,
                partition=tp.partition,
                written_at=written.pop(batch.producer_id),
                committed_at=batch.max_timestamp / 1000,
            )
    return found


def _batches(fetched: bytes) -> Iterable[Any]:
    """Give the heads of the batches; the last one may be cut, and is left out."""
    records = MemoryRecords(bytes(fetched))
    while records.has_next():
        yield records.next_batch()
