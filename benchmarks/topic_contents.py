"""What is really in a topic: read by a read_committed reader, after the measurement."""

from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.problems import BenchmarkFailed
from bus.record import ConsumedRecord
from runtime.settings import Settings


async def count(settings: Settings, topics: Sequence[str]) -> int:
    """Count the committed records of topics."""
    return sum([len(records) async for records in batches(settings, topics)])


async def batches(settings: Settings, topics: Sequence[str]) -> AsyncIterator[Sequence[ConsumedRecord]]:
    """Read the committed records of topics up to where they end now; order holds within a partition."""
    reader: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    async with reader:
        ends = await reader.end_offsets([tp for topic in topics for tp in await _partitions(reader, topic)])
        behind = [tp for tp, end in ends.items() if end]
        reader.assign(behind)
        while behind:
            for records in (await reader.getmany(*behind, timeout_ms=1_000, max_records=10_000)).values():
                yield records
            behind = [tp for tp in behind if await reader.position(tp) < ends[tp]]


async def _partitions(reader: "AIOKafkaConsumer[bytes, bytes]", topic: str) -> Sequence[TopicPartition]:
    await reader._client.force_metadata_update()  # it knows no topic that it is not subscribed to
    numbers = reader._client.cluster.partitions_for_topic(topic)
    if not numbers:
        raise BenchmarkFailed(f"no topic {topic}")
    return [TopicPartition(topic, number) for number in sorted(numbers)]
