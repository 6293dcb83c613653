"""Take the records that aiokafka has fetched, at half the cost per record of `Fetcher.fetched_records`.

aiokafka passes each record through four Python functions and a record of eleven fields. Here the generator of
`PartitionRecords`, which skips what was aborted, is read directly. The records have the seven fields that steps use.
`faust_pins.OVERRIDDEN` pins the source of all that is relied upon.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import FetchResult


class FetchedRecord:
    """A `bus.record.Record`."""

    __slots__ = ("headers", "key", "offset", "partition", "timestamp", "topic", "value")

    def __init__(self, tp: TopicPartition, record: Any) -> None:
        self.topic, self.partition = tp
        self.offset: int = record.offset
        self.timestamp: int = record.timestamp  # ms since 1970
        self.key: bytes | None = record.key
        self.value: bytes | None = record.value
        self.headers: tuple[tuple[str, bytes | None], ...] = tuple(record.headers)


async def fetched(fetcher: Any, tp: TopicPartition, most: int, most_bytes: int) -> list[FetchedRecord]:
    """Take at most so many records, and move the position past them and past what was aborted; it never awaits.

    It stops once it has `most_bytes` of values: what was fetched may unpack to far more than its own size.

    Raises the errors of aiokafka that a fetch of the partition ended with.
    """
    result = fetcher._records[tp]
    if type(result) is not FetchResult:
        await fetcher.fetched_records([tp], timeout=0)  # raises it
        return []
    records: list[FetchedRecord] = []
    if result.check_assignment(tp) and result.has_more():
        unpacked = result._partition_records
        unpacked._consumer_record = FetchedRecord
        ended = _take(unpacked._records_iterator, records, most, most_bytes)
        result._update_position()
        if ended:
            result._partition_records = None
    if not result.has_more():
        del fetcher._records[tp]
        fetcher._notify(fetcher._wait_consume_future)
    return records


def _take(source: Iterator[FetchedRecord], records: list[FetchedRecord], most: int, most_bytes: int) -> bool:
    """Take records up to the limits; returns whether the source has ended."""
    size = 0
    for record in islice(source, most):
        records.append(record)
        size += len(record.value or b"")
        if size >= most_bytes:
            return False
    return len(records) < most
