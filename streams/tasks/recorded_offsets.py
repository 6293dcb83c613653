"""The next offsets of tasks, in a topic of their own beside the consumer group's offsets.

Kafka forgets the offsets of a deleted group, and of one without members for a week (`offsets.retention.minutes`).
States do not expire. So each transaction also writes where its task goes on, under the task's name.
"""

from collections.abc import Mapping
from contextlib import aclosing

from aiokafka import TopicPartition

from bus.broker_offsets import Ledger
from bus.committed_records import committed
from bus.problems import TopicMissing
from schemas.codec.reader import read
from schemas.codec.wire import encode
from schemas.partitioning import partition_of


def key_of(task: str) -> bytes:
    """Give the key of a task's record."""
    return task.encode()


def written(task: str, offsets: Mapping[TopicPartition, int]) -> bytes:
    """Write the next offset of each of a task's input topics."""
    return encode("TaskOffsets", {"task": task, "offsets": {tp.topic: offset for tp, offset in offsets.items()}})


async def recorded(ledger: Ledger, topic: str, task: str) -> Mapping[str, int]:
    """Read a task's next offset by input topic; empty if it has never committed. Call it after fencing."""
    tp = TopicPartition(topic, partition_of(key_of(task), await _count(ledger, topic)))
    begin, end = await ledger.bounds(tp)
    newest: bytes | None = None
    async with aclosing(committed(ledger.bootstrap_servers, tp, begin, end)) as stretches:
        async for stretch in stretches:
            for record in stretch.records:
                if record.key == key_of(task):
                    newest = record.value
    if newest is None:
        return {}
    offsets: dict[str, int] = read(newest, "TaskOffsets")["offsets"]
    return offsets


async def _count(ledger: Ledger, topic: str) -> int:
    count = await ledger.partitions(topic)
    if count is None:
        raise TopicMissing(f"topic {topic} does not exist: run `sijill topics apply`")
    return count
