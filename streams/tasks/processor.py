"""A processor, as the task runtime sees it: input topics, a state topic and a step.

A step is pure except for its `Work`.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from bus.record import ConsumedRecord, RecordHeaders
from streams.tasks.step_time import StepTime

_T = TypeVar("_T")


class Work(Protocol):
    """The reads and writes of one transaction. Others see nothing of it before the commit."""

    partition: int
    partitions: int  # how many each input has

    loop_s: float
    """Seconds that one loop of a step over its records may take: see `in_time`."""

    def get(self, key: bytes) -> bytes | None:
        """Give the state of `key`, with the puts of this transaction; None if there is none."""

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, bytes | None]:
        """Give the states of many keys in one read of the store: several times faster than one by one."""

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set the state of `key`, in the store and in the state topic; None removes it (a tombstone)."""

    def emit(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: RecordHeaders = (),
        *,
        partition: int | None = None,
        timestamp_ms: int | None = None,
    ) -> None:
        """Send a record. Its partition is Kafka's murmur2 of the key unless one is given."""


class Step(Protocol):
    """A processor's work on one slice: called once per transaction, never two at once for one partition.

    It goes over its records `in_time`, and returns the number of processed records: the first ones, at least one. The
    rest comes again, so it must have no effect. None means all.

    It must not block. A slice whose transaction was not committed is worked off again, by another step. A step is made
    when its task opens, and dropped when a transaction fails. So it may remember what it put. A bad event is a dead
    letter that the step emits; an exception is a bug, and ends the worker.
    """

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int | None: ...


@runtime_checkable
class Prepares(Protocol):
    """A step that has something to await before each of its transactions, such as `GlobalTable.catch_up`."""

    async def prepare(self) -> None: ...


@runtime_checkable
class Recalls(Protocol):
    """A step that keeps in memory what it needs of all its states, such as an index over them.

    When its task opens, before its first transaction, it gets every state once. They come some hundreds at a time, in
    the order of their keys. It must be quick: other tasks of the worker wait meanwhile.
    """

    def recall(self, states: Sequence[tuple[bytes, bytes]]) -> None: ...


@runtime_checkable
class Counts(Protocol):
    """A step that counts what it gives out, by a metric's name and labels.

    Its task takes the counts over once they are committed, and empties them.
    """

    counted: Counter[tuple[str, ...]]


def in_time(items: Iterable[_T], work: Work) -> Iterator[_T]:
    """Give the items one by one until the time of a loop is used up; the first one always."""
    time = StepTime()
    for place, item in enumerate(items):
        if place and time.used() > work.loop_s:
            return
        yield item


def portions(records: Sequence[_T], work: Work) -> Iterator[Sequence[_T]]:
    """Give the records in portions of 1, 2, 4 … until the time is used up.

    They are for steps that take several at once. A portion fits into the rest of the time, at the last speed.
    """
    time = StepTime()
    done, size, now = 0, 1, 0.0
    while done < len(records):
        before = now
        portion = records[done : done + size]
        done += len(portion)
        yield portion
        now = time.used()
        left = work.loop_s - now
        if left <= 0:
            return
        fitting = len(portion) * left / max(now - before, 1e-6)
        size = int(max(min(2 * size, fitting), 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """One stream processor. All its inputs have the same number of partitions; a task is one partition of each."""

    name: str  # with the topic prefix: the Faust app's id, the consumer group, and the transactional ids' stem
    inputs: tuple[str, ...]
    step: Callable[[int], Step]  # given the partition; made whenever its task opens
    offsets_topic: str | None = None  # compacted; None: where its tasks go on is known to the consumer group alone
    provide: Callable[[str], Awaitable[None]] | None = (
        None  # given a topic that does not take records: makes a missing one
    )
    rules: str = ""  # the digest of the rules that its steps use: its workers tell it to their group
    state_topic: str | None = None  # compacted, as many partitions as the inputs; None: the step keeps no state
