"""Read partitions of topics into buckets on disk, from where they were read before up to given ends."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiokafka import TopicPartition

from bus.committed_records import committed
from bus.damaged_batches import Unread
from register.ids import COMPANY_PREFIX
from runtime.settings import Settings
from schemas.facts.topics import Topics
from services.rebuilding.live_topics import registration_topics
from services.rebuilding.rebuild_directory import RebuildDirectory
from services.rebuilding.record_buckets import BucketRecord, PartitionBuckets, bucket_of, checkpoint_of

LONGEST_KEY: Final = 256  # bytes; a registration id has at most 93 characters
_PREFIX: Final = COMPANY_PREFIX.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionReading:
    """What to read: the partition of this number of some topics, into a folder. `topics` in a fixed order."""

    bootstrap_servers: str
    folder: Path
    partition: int
    topics: tuple[str, ...]
    ends: Mapping[str, int]
    """By topic. A topic that is not among them is not read."""
    buckets: int
    checkpoint_records: int
    with_tombstones: bool = False


def events_reading(
    settings: Settings, directory: RebuildDirectory, number: int, ends: Mapping[str, int] | None = None
) -> PartitionReading:
    """Read a partition of the events, up to these ends; by default, to the ends at the start."""
    topics = registration_topics(settings)
    return PartitionReading(
        bootstrap_servers=settings.bootstrap_servers,
        folder=directory.events,
        partition=number,
        topics=topics,
        ends={topic: directory.manifest.end(topic, number) for topic in topics} if ends is None else ends,
        buckets=directory.manifest.buckets,
        checkpoint_records=directory.manifest.checkpoint_records,
    )


def companies_reading(
    settings: Settings, directory: RebuildDirectory, number: int, ends: Mapping[str, int] | None = None
) -> PartitionReading:
    """Read a partition of the live companies, up to these ends; by default, to the ends at the start."""
    topic = Topics(settings.topic_prefix).companies
    return PartitionReading(
        bootstrap_servers=settings.bootstrap_servers,
        folder=directory.companies,
        partition=number,
        topics=(topic,),
        ends={topic: directory.manifest.end(topic, number)} if ends is None else ends,
        buckets=directory.manifest.buckets,
        checkpoint_records=directory.manifest.checkpoint_records,
        with_tombstones=True,
    )


def read_partition(wanted: PartitionReading) -> int:
    """Read on, without the keys; returns by how many offsets."""
    before = read_so_far(wanted)
    asyncio.run(read_on(wanted))
    return read_so_far(wanted) - before


def read_so_far(wanted: PartitionReading) -> int:
    """Sum up to which offsets the topics of a partition were read."""
    reached = checkpoint_of(wanted.folder, wanted.partition)
    return sum(reached.get(topic, 0) for topic in wanted.topics)


async def read_on(wanted: PartitionReading, seen: Callable[[bytes], None] = lambda key: None) -> None:
    """Read on; `seen` gets the key of each record that is appended."""
    into = PartitionBuckets(wanted.folder, wanted.partition, wanted.buckets, wanted.checkpoint_records)
    for number, topic in enumerate(wanted.topics):
        tp, end = TopicPartition(topic, wanted.partition), wanted.ends.get(topic, 0)
        async for stretch in committed(wanted.bootstrap_servers, tp, into.offsets.get(topic, 0), end):
            for record in stretch.records:
                key, value = record.key, record.value
                if key is None or len(key) > LONGEST_KEY:
                    continue
                if isinstance(value, Unread) or (value is None and not wanted.with_tombstones):
                    continue
                into.append(
                    bucket_of(key.removeprefix(_PREFIX), wanted.buckets),
                    BucketRecord(key, value, record.offset, number),
                )
                seen(key)
            into.reached(topic, stretch.position)
    into.checkpoint()
