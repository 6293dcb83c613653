"""Kafka in memory, as honest as a step can tell: partitions by key, transactions, and the size limits of the topics.

A task here does what the runtime promises: it reads its inputs in order, gives the step a slice, and either all of
the step's outputs and states appear, or none.
"""

import math
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bus.damaged_batches import NAMES
from bus.problems import RecordTooLarge, Unaddressed
from bus.record import ConsumedRecord, RecordHeaders
from register.ids import AgencyId
from schemas.codec.wire import decode
from schemas.facts.topics import NOTICES, Topics, contracts
from schemas.partitioning import partition_of
from streams.tasks.global_table import GlobalTable
from streams.tasks.problems import StreamsError
from streams.tasks.processor import Prepares, Processor, Recalls, Step
from streams.tasks.transaction_work import RESERVED
from tests.unit.consumer_records import received

RECORD_OVERHEAD = 70  # bytes that Kafka adds to a record in a batch, at most
FIRST_MS = 1_700_000_000_000  # the timestamp of the record at offset 0


@dataclass(slots=True)
class InMemoryKafka:
    """Topics with their records; a name that no contract knows is a topic without a limit."""

    partitions: int = 3
    topics: Topics = field(default_factory=Topics)
    logs: dict[tuple[str, int], list[ConsumedRecord]] = field(default_factory=dict)

    def publish(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: RecordHeaders = (),
        partition: int | None = None,
    ) -> ConsumedRecord:
        """Append a record to the partition of its key, unless a partition is given."""
        place = self.place(key) if partition is None else partition
        log = self.logs.setdefault((topic, place), [])
        offset = len(log)
        record = received(topic, offset, key, value, headers, partition=place, timestamp=FIRST_MS + offset)
        log.append(record)
        return record

    def place(self, key: bytes | None) -> int:
        """Name the partition of a key; records without one go to the first."""
        return 0 if key is None else partition_of(key, self.partitions)

    def records(self, topic: str) -> list[ConsumedRecord]:
        """All records of a topic, partition after partition."""
        return [record for (name, _), log in sorted(self.logs.items()) if name == topic for record in log]

    def values(self, topic: str, record: str) -> list[dict[str, Any]]:
        """All values of a topic, read as this record of the contract."""
        return [decode(one.value or b"", record) for one in self.records(topic)]

    def limit(self, topic: str) -> int | None:
        """Give the largest record that a topic takes, in bytes."""
        standing = self.topics.standing()
        if topic in standing:
            return standing[topic].max_message_bytes
        notices = self.topics.notices(AgencyId("x")).removesuffix("x")
        return contracts()[NOTICES].max_message_bytes if topic.startswith(notices) else None


@dataclass(slots=True)
class InMemoryWork:
    """The `Work` of one transaction; nothing is visible outside before `commit`."""

    kafka: InMemoryKafka
    partition: int
    partitions: int
    committed: dict[bytes, bytes]
    state_topic: str | None
    loop_s: float = math.inf
    changes: dict[bytes, bytes | None] = field(default_factory=dict)
    emitted: list[tuple[str, bytes | None, bytes | None, RecordHeaders, int | None]] = field(default_factory=list)

    def get(self, key: bytes) -> bytes | None:
        return self.changes[key] if key in self.changes else self.committed.get(key)

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, bytes | None]:
        return {key: self.get(key) for key in keys}

    def put(self, key: bytes, value: bytes | None) -> None:
        if self.state_topic is None or key.startswith(RESERVED):
            raise StreamsError(f"no state can be put under {key!r}")
        self._fits(self.state_topic, key, value, ())
        self.changes[key] = value

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
        if key is None and partition is None:
            raise Unaddressed(f"a record for {topic} needs a key or a partition")
        self._fits(topic, key, value, headers)
        self.emitted.append((topic, key, value, tuple(headers), partition))

    def commit(self) -> None:
        """Make all of it visible."""
        for topic, key, value, headers, partition in self.emitted:
            self.kafka.publish(topic, key, value, headers, partition)
        for key, state in self.changes.items():
            if state is None:
                self.committed.pop(key, None)
            else:
                self.committed[key] = state
            self.kafka.publish(self.state_topic or "", key, state, partition=self.partition)

    def _fits(self, topic: str, key: bytes | None, value: bytes | None, headers: RecordHeaders) -> None:
        size = (
            len(key or b"")
            + len(value or b"")
            + sum(len(name.encode("utf-8", NAMES)) + len(one or b"") for name, one in headers)
        )
        limit = self.kafka.limit(topic)
        if limit is not None and size + RECORD_OVERHEAD > limit:
            raise RecordTooLarge(f"{size} bytes for {topic}")


class Task:
    """One partition of a processor: its offsets, its states, its step."""

    def __init__(self, kafka: InMemoryKafka, processor: Processor, partition: int) -> None:
        self.kafka = kafka
        self.states: dict[bytes, bytes] = {}
        self._processor = processor
        self._partition = partition
        self._offsets = dict.fromkeys(processor.inputs, 0)
        self._step = self._opened()

    def queued(self) -> bool:
        """Tell whether there is something to read."""
        return any(self._unread(topic, 1) for topic in self._offsets)

    def run(self, slice_records: int = 1_000, *, crash: bool = False, late: bool = False) -> None:
        """Work off one slice. With `crash` the process ends before the commit, and another takes over.

        With `late` the step has no time: it works off what it must, and the rest comes in the next slice.
        """
        records = [record for topic in self._offsets for record in self._unread(topic, slice_records)]
        loop_s = 0.0 if late else math.inf
        state_topic = self._processor.state_topic
        work = InMemoryWork(self.kafka, self._partition, self.kafka.partitions, self.states, state_topic, loop_s)
        if isinstance(self._step, Prepares):
            _finish(self._step.prepare())
        done = self._step(records, work)
        if crash:
            self._step = self._opened()
            return
        work.commit()
        for record in records[:done]:
            self._offsets[record.topic] = record.offset + 1

    def restart(self) -> None:
        """End the process, and let another take over."""
        self._step = self._opened()

    def _opened(self) -> Step:
        step = self._processor.step(self._partition)
        if isinstance(step, Recalls):
            step.recall(sorted(self.states.items()))
        return step

    def _unread(self, topic: str, most: int) -> Sequence[ConsumedRecord]:
        log = self.kafka.logs.get((topic, self._partition), [])
        return log[self._offsets[topic] : self._offsets[topic] + most]


class Table(GlobalTable):
    """A global table over a topic in memory."""

    def __init__(self, kafka: InMemoryKafka, topic: str) -> None:
        super().__init__(topic, "")
        self._kafka = kafka
        self._offsets = dict.fromkeys(range(kafka.partitions), 0)

    async def catch_up(self) -> None:
        for partition, offset in self._offsets.items():
            log = self._kafka.logs.get((self.topic, partition), [])
            for record in log[offset:]:
                self._apply(record.key, record.value)
            self._offsets[partition] = len(log)


def tasks_of(kafka: InMemoryKafka, processor: Processor) -> list[Task]:
    """Make one task per partition."""
    return [Task(kafka, processor, partition) for partition in range(kafka.partitions)]


def run_out(tasks: Sequence[Task], slice_records: Callable[[], int] = lambda: 1_000) -> None:
    """Let tasks work until nothing is queued for any of them."""
    while busy := [task for task in tasks if task.queued()]:
        for task in busy:
            task.run(slice_records())


def _finish(preparing: Coroutine[Any, Any, None]) -> None:
    """Drive a coroutine that has nothing to wait for: in memory all is there."""
    try:
        preparing.send(None)
    except StopIteration:
        return
    raise AssertionError("the step waits for something, and in memory there is nothing to wait for")
