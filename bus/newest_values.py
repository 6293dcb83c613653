"""The newest value of each key: the content of a compacted topic, whether or not Kafka has compacted it yet."""

from collections.abc import Iterable, Mapping

from aiokafka import TopicPartition

from bus.committed_records import committed


async def newest_values(bootstrap_servers: str, ends: Mapping[TopicPartition, int]) -> dict[bytes, bytes]:
    """Read partitions from their beginnings to the offsets that are given; a key with a tombstone is left out."""
    found: dict[bytes, bytes] = {}
    for tp, end in ends.items():
        async for stretch in committed(bootstrap_servers, tp, 0, end):
            for record in stretch.records:
                if record.value is None:
                    found.pop(record.key or b"", None)
                else:
                    found[record.key or b""] = record.value
    return found


def partitions_among(ends: Mapping[TopicPartition, int], numbers: Iterable[int]) -> dict[TopicPartition, int]:
    """Choose the partitions of these numbers."""
    wanted = set(numbers)
    return {tp: end for tp, end in ends.items() if tp.partition in wanted}
