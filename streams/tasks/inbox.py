"""The slices that wait for a task: in order, without holes, and bounded by records, by bytes and by time."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, NamedTuple

from aiokafka import TopicPartition

from bus.record import ConsumedRecord
from streams.tasks.faust_overrides import Slice
from streams.tasks.problems import Hole

CLOSED: Final = -1  # the era of an inbox that takes nothing
FIRST_RECORDS: Final = 1  # of the first transaction after opening: whatever a record costs, the task gets over it
GROWTH: Final = 8  # times the records of the transaction before, at most: the step itself ends in time, see `in_time`
STEP_S: Final = 0.25  # of processor time that a transaction may take: the other tasks of the worker wait meanwhile
QUEUE_BYTES: Final = 8 << 20  # of keys and values that wait for one task, and that one transaction takes
INPUT_BYTES: Final = 1 << 20  # of one input at least: as much as one fetch brings


class _WaitingSlice(NamedTuple):
    part: Slice
    size: int  # bytes of its keys and values


class Inbox:
    """A queue of slices over all inputs of one task, in order of arrival."""

    def __init__(self, inputs: Sequence[TopicPartition], limit: int) -> None:
        """`limit`: records of a transaction at most.

        As many may wait of each input before the task asks it for no more.
        """
        self._most = limit
        self._limit = min(FIRST_RECORDS, limit)
        self._most_bytes = max(QUEUE_BYTES // max(len(inputs), 1), INPUT_BYTES)
        self._era = CLOSED
        self._expected: dict[TopicPartition, int] = {}  # where the next slice of each input must begin
        self._slices: deque[_WaitingSlice] = deque()
        self._queued = dict.fromkeys(inputs, 0)  # records
        self._bytes = dict.fromkeys(inputs, 0)
        self._any = asyncio.Event()
        self._full = asyncio.Event()  # enough for a whole transaction

    def __bool__(self) -> bool:
        return bool(self._slices)

    def open(self, era: int, offsets: Mapping[TopicPartition, int]) -> None:
        """Accept the slices of this era, which begin at these offsets."""
        self._era = era
        self._expected = dict(offsets)
        self._limit = min(FIRST_RECORDS, self._most)

    def fit_size(self, records: int, seconds: float) -> None:
        """Fit the size of the next transactions to the processor time that the latest one took.

        It grows eightfold at most, so that a few quick records do not make it large. One slow record may bring it
        down at once: the next transaction must end in time as well.
        """
        fitting = max(int(records * STEP_S / max(seconds, 1e-6)), 1)
        if records * 2 >= self._limit or fitting < self._limit:
            self._limit = min(fitting, self._limit * GROWTH, self._most)

    def close(self) -> None:
        """Drop the waiting slices, and accept no more."""
        self._era = CLOSED
        self._slices.clear()
        self._queued = dict.fromkeys(self._queued, 0)
        self._bytes = dict.fromkeys(self._bytes, 0)
        self._any.clear()
        self._full.clear()

    def demand(self) -> dict[TopicPartition, int]:
        """Give the number of records that each input may still bring; inputs without room are left out."""
        if self._era == CLOSED:
            return {}
        return {
            tp: self._limit
            for tp, queued in self._queued.items()
            if queued < self._limit and self._bytes[tp] < self._most_bytes
        }

    def put(self, part: Slice) -> None:
        """Queue a slice. Raises Hole when it does not begin where the one before it ended."""
        if part.era != self._era:
            return  # it was fetched before the latest `read_from`, which will have it fetched again
        expected = self._expected[part.tp]
        if part.start != expected:
            raise Hole(
                f"{part.tp.topic}-{part.tp.partition} goes on at offset {part.start}, expected was {expected}: "
                "its log was truncated, or records were deleted before they were processed"
            )
        self._expected[part.tp] = part.end
        self._slices.append(self._counted(part))

    def take(self) -> list[Slice]:
        """Give the slices of one transaction, the last one cut where the transaction is full; one record at least."""
        taken: list[Slice] = []
        room, room_bytes = self._limit, QUEUE_BYTES
        while self._slices and (not taken or (room > 0 and room_bytes > 0)):
            part, size = self._slices.popleft()
            fitting = _fitting(part.records, size, room, room_bytes)
            if fitting < len(part.records):
                part, rest = cut(part, fitting)
                self._slices.appendleft(_WaitingSlice(rest, size - size_of(part.records)))
                size -= self._slices[0].size
            self._queued[part.tp] -= len(part.records)
            self._bytes[part.tp] -= size
            room -= len(part.records)
            room_bytes -= size
            taken.append(part)
        if not self._slices:
            self._any.clear()
        if self._records() < self._limit:
            self._full.clear()
        return taken

    def put_back(self, parts: Sequence[Slice]) -> None:
        """Queue slices that were taken and not processed, in their order and before all others."""
        self._slices.extendleft(self._counted(part) for part in reversed(parts))

    async def wait(self) -> None:
        """Wait for a slice."""
        await self._any.wait()

    async def gather(self, seconds: float) -> None:
        """Wait until the records of a full transaction are there, at most so many seconds."""
        if seconds > 0 and not self._full.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), seconds)

    def _counted(self, part: Slice) -> _WaitingSlice:
        size = size_of(part.records)
        self._queued[part.tp] += len(part.records)
        self._bytes[part.tp] += size
        self._any.set()
        if self._records() >= self._limit:
            self._full.set()
        return _WaitingSlice(part, size)

    def _records(self) -> int:
        return sum(self._queued.values())


def size_of(records: Sequence[ConsumedRecord]) -> int:
    """Sum the bytes of keys and values."""
    return sum([len(record.value or b"") + len(record.key or b"") for record in records])


def cut(part: Slice, records: int) -> tuple[Slice, Slice]:
    """Split a slice after so many of its records; the second part has at least one."""
    following = part.records[records].offset
    first = replace(part, end=following, records=part.records[:records])
    return first, replace(part, start=following, records=part.records[records:])


def worked_off(parts: Sequence[Slice], records: int) -> tuple[list[Slice], list[Slice]]:
    """Split the slices of a transaction after so many records: the processed ones, and the others.

    Control markers behind the last processed record belong to the first part.
    """
    done: list[Slice] = []
    for place, part in enumerate(parts):
        if len(part.records) > records:
            if records == 0:
                return done, list(parts[place:])
            first, rest = cut(part, records)
            return [*done, first], [rest, *parts[place + 1 :]]
        records -= len(part.records)
        done.append(part)
    return done, []


def _fitting(records: Sequence[ConsumedRecord], size: int, room: int, room_bytes: int) -> int:
    """Count the first records that fit; at least one, if there is one. `size`: the bytes of all records together."""
    if size <= room_bytes:
        return min(room, len(records))
    for count, record in enumerate(records[:room]):
        room_bytes -= len(record.value or b"") + len(record.key or b"")
        if room_bytes < 0:
            return max(count, 1)
    return min(room, len(records))
