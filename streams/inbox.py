"""The slices that wait for a task: in order, without holes, and bounded."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from aiokafka import TopicPartition

from streams.errors import Hole
from streams.faust_slices import Slice

CLOSED: Final = -1  # the era of an inbox that takes nothing
FIRST_RECORDS: Final = 250  # of the first transaction after opening: something comes out soon
LEAST_RECORDS: Final = 50
STEP_S: Final = 0.25  # of processor time that a transaction may take: the other tasks of the worker wait meanwhile


class Inbox:
    """A queue of slices over all inputs of one task, in order of arrival."""

    def __init__(self, inputs: Sequence[TopicPartition], limit: int) -> None:
        """`limit`: records of a transaction at most; as many may wait of each input before it is asked for no more."""
        self._most = limit
        self._limit = min(FIRST_RECORDS, limit)
        self._era = CLOSED
        self._expected: dict[TopicPartition, int] = {}  # where the next slice of each input must begin
        self._slices: deque[Slice] = deque()
        self._queued = dict.fromkeys(inputs, 0)  # records
        self._any = asyncio.Event()
        self._full = asyncio.Event()  # enough for a whole transaction

    def __bool__(self) -> bool:
        return bool(self._slices)

    def open(self, era: int, offsets: Mapping[TopicPartition, int]) -> None:
        """Take the slices of this era, which begin at these offsets."""
        self._era = era
        self._expected = dict(offsets)
        self._limit = min(FIRST_RECORDS, self._most)

    def learn(self, records: int, seconds: float) -> None:
        """Fit the size of the next transactions to the processor time that the latest one took.

        It doubles at most, so that few slow records do not make it small, nor a few quick ones large.
        """
        fitting = int(records * STEP_S / max(seconds, 1e-6))
        if records * 2 >= self._limit or fitting < self._limit:
            self._limit = min(max(fitting, self._limit // 2, LEAST_RECORDS), self._limit * 2, self._most)

    def close(self) -> None:
        """Forget what waits, and take nothing any more."""
        self._era = CLOSED
        self._slices.clear()
        self._queued = dict.fromkeys(self._queued, 0)
        self._any.clear()
        self._full.clear()

    def demand(self) -> dict[TopicPartition, int]:
        """How many more records of each input may come; inputs without room are left out."""
        if self._era == CLOSED:
            return {}
        return {tp: self._limit for tp, queued in self._queued.items() if queued < self._limit}

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
        self._slices.append(part)
        self._queued[part.tp] += len(part.records)
        self._any.set()
        if self._records() >= self._limit:
            self._full.set()

    def take(self) -> list[Slice]:
        """Whole slices, up to the size of a transaction; at least one if there is any."""
        taken: list[Slice] = []
        records = 0
        while self._slices and (not taken or records + len(self._slices[0].records) <= self._limit):
            part = self._slices.popleft()
            self._queued[part.tp] -= len(part.records)
            records += len(part.records)
            taken.append(part)
        if not self._slices:
            self._any.clear()
        if self._records() < self._limit:
            self._full.clear()
        return taken

    async def wait(self) -> None:
        """Wait for a slice."""
        await self._any.wait()

    async def gather(self, seconds: float) -> None:
        """Wait until a whole transaction is there, but no longer than this."""
        if seconds > 0 and not self._full.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), seconds)

    def _records(self) -> int:
        return sum(self._queued.values())
