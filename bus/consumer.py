"""aiokafka's consumer, which reads every batch that a broker takes: the one consumer that Sijill uses.

aiokafka 0.14 raises in the middle of a batch that it cannot read, at every fetch of it. So whoever may write one record
could stop the partition. It also unpacks a batch whole, whatever its size. Importing this module

1. has aiokafka unpack with decoders that give up above `QUICK_BYTES`, and
2. puts a `_FetchedBatch` between it and its batches: where aiokafka raises, `damaged_batches.salvaged` goes on.

Batches that aiokafka can read are read by it alone, at its own speed. A checksum that does not fit still raises:
brokers check it, so that a disk must have changed it. `streams.tasks.overridden_sources` pins what is relied upon.
"""

import struct
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record import default_records
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.memory_records import MemoryRecords

from bus.damaged_batches import DECODERS, QUICK_BYTES, Unpackable, is_dense, salvaged

__all__ = ["AIOKafkaConsumer"]

log = structlog.get_logger(__name__)

_LENGTH: Final = struct.Struct(">i")
_LENGTH_AT: Final = 8  # of a batch, in all formats, behind its offset
_BEHIND_LENGTH: Final = 12
_CANNOT_READ: Final = (CorruptRecordException, ValueError, IndexError, OverflowError)  # UnicodeDecodeError, Unpackable


class _FetchedBatch:
    """A batch of aiokafka and the place of its bytes, with the parts that `PartitionRecords` reads of a batch."""

    __slots__ = (
        "_at",
        "_batch",
        "_fetched",
        "base_offset",
        "is_control_batch",
        "is_transactional",
        "next_offset",
        "producer_id",
        "validate_crc",
    )

    def __init__(self, batch: Any, fetched: bytes, at: slice) -> None:
        self._batch = batch
        self._fetched = fetched
        self._at = at
        self.base_offset = batch.base_offset
        self.is_control_batch = batch.is_control_batch
        self.is_transactional = batch.is_transactional
        self.next_offset = batch.next_offset
        self.producer_id = batch.producer_id
        self.validate_crc = batch.validate_crc

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        """Give the records; if compaction removed none, their offsets must follow one another."""
        dense = is_dense(self._fetched, self._at.start)
        expected = self.base_offset
        try:
            for record in self._batch:
                if dense and record.offset != expected:
                    raise CorruptRecordException(f"the record at {expected} says that it is at {record.offset}")
                expected += 1
                yield record
        except _CANNOT_READ as fault:
            if not dense and (type(fault) is not Unpackable or expected != self.base_offset):
                raise  # compaction removed records: a broker wrote this batch, and no publisher can have damaged it
            log.info("batch_salvaged", offset=self.base_offset, fault=str(fault)[:200])
            yield from islice(salvaged(self._fetched[self._at]), expected - self.base_offset, None)


class _FetchedBatches:
    """The batches fetched of a partition at once, with the methods of `MemoryRecords`."""

    __slots__ = ("_at", "_fetched", "_records", "has_next")

    def __init__(self, fetched: bytes) -> None:
        self._records = MemoryRecords(fetched)
        self._fetched = fetched
        self._at = 0
        self.has_next = self._records.has_next

    def size_in_bytes(self) -> int:
        return len(self._fetched)

    def next_batch(self) -> Any:
        begin = self._at
        self._at = end = begin + _BEHIND_LENGTH + _LENGTH.unpack_from(self._fetched, begin + _LENGTH_AT)[0]
        batch = self._records.next_batch()
        return None if batch is None else _FetchedBatch(batch, self._fetched, slice(begin, end))


def _bounded(decode: Callable[[bytes | memoryview, int], bytes]) -> Callable[[bytes | memoryview], bytes]:
    return lambda packed: decode(packed, QUICK_BYTES)


def _install() -> None:
    compiled = sys.modules[DefaultRecordBatch.__module__]  # Cython's, where there is one
    for codec, decode in DECODERS.items():
        for module in (default_records, compiled):
            setattr(module, f"{codec}_decode", _bounded(decode))
    fetcher.MemoryRecords = _FetchedBatches


_install()
