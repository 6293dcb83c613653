"""Which partition a key belongs to: part of the contract, for all topics are partitioned alike."""

from functools import lru_cache
from typing import Final

from aiokafka.partitioner import murmur2

_HASHES_KEPT: Final = 1 << 16  # murmur2 in Python costs 2 µs; keys come again within a slice and across outputs


def partition_of(key: bytes, partitions: int) -> int:
    """Kafka's default partitioner: murmur2 of the key, made positive, modulo the partitions."""
    return _positive_hash(key) % partitions


@lru_cache(maxsize=_HASHES_KEPT)
def _positive_hash(key: bytes) -> int:
    return int(murmur2(key)) & 0x7FFFFFFF
