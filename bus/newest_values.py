"""The newest value of each key: the content of a compacted topic, whether or not Kafka has compacted it yet."""

from collections.abc import Collection, Iterable, Mapping

from aiokafka import TopicPartition

from bus.committed_records import committed


async def newest_values(
    bootstrap_servers: str, ends: Mapping[TopicPartition, int], keys: Collection[bytes] | None = None
) -> dict[bytes, bytes]:
    """Read partitions from their beginnings to the offsets that are given; a key with a tombstone is left out.

    `keys`: only these; None: all. No keys, and nothing is read.
    """
    found: dict[bytes, bytes] = {}
    for tp, end in ends.items() if keys is None or keys else ():
        async for stretch in committed(bootstrap_servers, tp, 0, end):
            for record in stretch.records:
                key = record.key or b""
                if keys is not None and key not in keys:
                    continue
                if record.value is None:
                    found.pop(key, None)
                else:
                    found[key] = record.value
    return found


def partitions_among(ends: Mapping[TopicPartition, int], numbers: Iterable[int]) -> dict[TopicPartition, int]:
    """Choose the partitions of these numbers."""
    wanted = set(numbers)
    return {tp: end for tp, end in ends.items() if tp.partition in wanted}
