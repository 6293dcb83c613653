"""One task: a partition of a processor's inputs, its local state and its transactional producer.

A task **fences, then restores, then reads**. Starting the producer aborts what a predecessor left open and shuts it
out, even if it was only frozen. Only then does it read the committed offsets: the predecessor may have committed until
that moment. It brings its store up to the end of its topic. Then it says from where its inputs are to be read. From
there on each slice must begin where the one before it ended.

It works off slices one transaction at a time. Outputs, states and the inputs' new offsets are committed together. The
local store is written after the commit, so it never runs ahead of what is committed. A transaction ends by its time and
not by its count. A step that is late ends between two records, and the rest comes in the next transaction.

Faust revokes all partitions at every rebalance. A revoked task is **paused**: it ends its transaction, forgets what is
queued, and commits nothing more. The new assignment then decides. A task that is still here is **resumed** if the
group's generations followed one another. Nobody else can have had the partition, so the producer, the store and the
offsets are as it left them. If generations were missed, another worker may have fenced it, and it is **reopened**. It
then fences, catches its store up and reads the offsets again. A task that is not here any more is **closed**.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from bus.batches import Batches
from bus.kafka_availability import was_cancelled_by_us
from bus.problems import OffsetsUnavailable
from bus.record import ConsumedRecord
from bus.transaction import commit
from streams.tasks.deadline import punctual
from streams.tasks.faust_overrides import Slice
from streams.tasks.inbox import Inbox, worked_off
from streams.tasks.problems import StreamsError, TransactionStuck
from streams.tasks.processor import Counts, Prepares, Recalls, Step
from streams.tasks.recorded_offsets import key_of, written
from streams.tasks.stats import TaskStats
from streams.tasks.step_time import StepTime
from streams.tasks.store import Store
from streams.tasks.task_opening import continuation, fence, local_state, recall
from streams.tasks.transaction_work import TransactionWork
from streams.tasks.worker_context import WorkerContext

PACE_S: Final = 0.02  # between a commit and the next transaction, unless a full one waits: see `Task._gather`
_OF_AN_OUTAGE: Final = (KafkaError, OffsetsUnavailable, TransactionStuck, asyncio.CancelledError)
FLUSH_S: Final = 30.0  # the most of a task's work that a restart after kill -9 reads again from the state topic
CANCEL_AGAIN_S: Final = 3.0  # a runner that was cancelled first closes what it has opened

log = structlog.get_logger(__name__)


class Phase(StrEnum):
    """The phase of a task, for the check of readiness."""

    READING = "reading"
    RESTORING = "restoring"
    OPENING = "opening"
    PAUSED = "paused"


class Task:
    """See the module. All methods are called on the worker's one event loop."""

    def __init__(self, partition: int, site: WorkerContext, stats: TaskStats) -> None:
        self.partition = partition
        self.stats = stats
        self.ready = False  # restored and reading
        self._site = site
        self._inputs = [TopicPartition(topic, partition) for topic in site.processor.inputs]
        self._inbox = Inbox(self._inputs, site.slice_records)
        self._step: Step | None = None
        self._prepare: Callable[[], Awaitable[None]] | None = None
        self._opened = False  # fenced, restored, and the offsets known
        self._producer: AIOKafkaProducer | None = None
        self._store: Store | None = None
        self._offsets: dict[TopicPartition, int] = {}  # committed: where the next transaction must continue
        self._committed_at = self._flushed_at = time.monotonic()
        self._transacting = asyncio.Lock()
        self._runner: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether there is work to do."""
        return self._runner is not None and (not self.ready or bool(self._inbox) or self._transacting.locked())

    @property
    def phase(self) -> Phase:
        """The phase of the task."""
        if self.ready:
            return Phase.READING
        if self._runner is None:
            return Phase.PAUSED
        return Phase.OPENING if self.stats.restoring is None else Phase.RESTORING

    def position(self, tp: TopicPartition) -> int | None:
        """Give the committed offset of one of its inputs; None before it was read."""
        return self._offsets.get(tp)

    def demand(self) -> dict[TopicPartition, int]:
        """Give the number of records that it can still take of each input."""
        return self._inbox.demand() if self.ready else {}

    def deliver(self, part: Slice) -> None:
        """Queue a slice. Raises Hole when it does not begin where the one before it ended."""
        self._inbox.put(part)

    def start(self) -> None:
        """Open or reopen in the background, then work."""
        self._begin(reopen=True)

    def resume(self) -> None:
        """Continue after `pause`, if no other worker can have had the partition meanwhile."""
        self._begin(reopen=not self._opened)  # it may have been paused before it was open

    async def pause(self) -> None:
        """End the running transaction and begin no other; drop the queued slices and those still to come."""
        runner, self._runner = self._runner, None
        self.ready = False
        if runner is not None:
            await self._end(runner)
            self.ready = False
        self._inbox.close()

    async def close(self) -> None:
        """Pause for ever: flush the store and stop the producer."""
        await self.pause()
        if self._store is not None:
            self._store.close()
            self._store = None
        await self._stop_producer()

    async def _end(self, runner: asyncio.Task[None]) -> None:
        """Cancel the runner until it has ended: a wait in a library may lose a cancellation, and go on."""
        while not runner.done():
            async with self._transacting:
                runner.cancel()
            await asyncio.wait([runner], timeout=CANCEL_AGAIN_S)
        with suppress(asyncio.CancelledError):
            await runner

    def _begin(self, *, reopen: bool) -> None:
        self._runner = asyncio.create_task(self._run(reopen=reopen), name=self._site.task(self.partition))

    async def _run(self, *, reopen: bool) -> None:
        try:
            if reopen:
                await self._open()
                self._opened = self._is_current()  # what lost a cancellation is not relied upon
            if self._is_current():
                await self._read()
            while self._is_current():
                await self._inbox.wait()
                await self._gather()
                async with self._transacting:
                    if self._inbox and self._is_current():
                        await self._transact()
        except BaseException as fault:  # the edge of the task: nothing may go on from here
            if isinstance(fault, asyncio.CancelledError) and was_cancelled_by_us():
                raise
            if not isinstance(fault, _OF_AN_OUTAGE) or not self._site.kafka.was_away_recently():
                self._site.failed(self.partition, fault)
            await self._reopen_after_outage(fault)

    def _is_current(self) -> bool:
        """Whether the running runner is still the task's: it may have lost the cancellation that ends it."""
        return self._runner is asyncio.current_task()

    async def _reopen_after_outage(self, fault: BaseException) -> None:
        """Kafka was away, and nobody knows what became of the transaction: open again, once the group agrees.

        Only its next assignment tells that the partition is still ours; then the task fences, restores and reads.
        """
        self._opened = self.ready = False
        self._inbox.close()
        self._site.reopening_after_outage(self.partition, fault)
        await self._site.reader.rejoin()

    async def _open(self) -> None:
        began, before = time.monotonic(), self.stats.restored_states
        self._opened = False
        await self._stop_producer()
        self._producer = await fence(self._site, self.partition, self.stats)
        if self._store is None:
            self._store = await local_state(self._site, self.partition, self.stats)
        self._offsets = await continuation(self._site, self._inputs, self._store, self._producer, self.stats)
        self._step = self._site.processor.step(self.partition)  # the caches of the old step may be older than the store
        self._prepare = self._step.prepare if isinstance(self._step, Prepares) else None
        if isinstance(self._step, Recalls) and self._store is not None:
            await recall(self._step, self._store, self.stats)
        self._opened = True
        self._take_counts()
        log.info(
            "task_opened",
            processor=self._site.group,
            partition=self.partition,
            restored=self.stats.restored_states - before,
            offsets={tp.topic: offset for tp, offset in self._offsets.items()},
            seconds=round(time.monotonic() - began, 3),
        )

    async def _stop_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def _read(self) -> None:
        era = await self._site.reader.read_from(self._offsets)
        self._inbox.open(era, self._offsets)
        self.ready = True  # the first request for records
        self._site.reader.demand_changed()
        self._site.opened()

    async def _gather(self) -> None:
        """Let records gather for a moment when the latest commit was only just now.

        The broker finishes a transaction after its answer, and refuses the next one until then. aiokafka asks again
        after 20 ms. Gathering instead costs no latency, and half as many transactions under a light load.
        """
        await self._inbox.gather(self._committed_at + PACE_S - time.monotonic())

    async def _transact(self) -> None:
        """Process the waiting records within the time of a transaction. The next one begins with the rest."""
        assert self._producer is not None
        began = time.perf_counter()
        slices = self._inbox.take()
        self._site.reader.demand_changed()
        await self._await_prepared()
        work, batches, done = self._work([record for part in slices for record in part.records])
        slices, rest = worked_off(slices, done)
        offsets = self._offsets | {part.tp: part.end for part in slices}
        self._record(offsets, batches)
        async with punctual(f"no commit of {done} records"):
            written = await commit(self._producer, batches, offsets, self._site.group, self.stats)
        self._inbox.put_back(rest)
        self._write_store(work, written)
        self._offsets = offsets
        self._committed_at = time.monotonic()
        self._count(done, time.perf_counter() - began)

    async def _await_prepared(self) -> None:
        if self._prepare is None:
            return
        began = time.perf_counter()
        async with punctual("the step was not prepared"):
            await self._prepare()
        self.stats.prepare_s += time.perf_counter() - began

    def _count(self, records: int, seconds: float) -> None:
        self.stats.records += records
        self.stats.transactions += 1
        self.stats.slices.observe(records)
        self.stats.durations.observe(seconds)
        self._take_counts()

    def _take_counts(self) -> None:
        if isinstance(self._step, Counts):
            self.stats.counted.update(self._step.counted)
            self._step.counted.clear()

    def _work(self, records: list[ConsumedRecord]) -> tuple[TransactionWork, Batches, int]:
        """Call the step; returns also the number of processed records."""
        assert self._producer is not None
        assert self._step is not None
        batches = Batches(self._producer, self._site.partitions, self._site.processor.provide)
        states = self._store if self._store is not None else _NoStates()
        topic = self._site.processor.state_topic
        work = TransactionWork(
            partition=self.partition,
            partitions=self._site.partitions[self._site.processor.inputs[0]],
            states=states,
            state_topic=topic,
            outputs=batches,
        )
        if not records:  # only control markers were passed: commit that, so that the lag becomes zero
            return work, batches, 0
        began, used = time.perf_counter(), StepTime()
        done = self._step(records, work)
        work.close()
        done = len(records) if done is None else done
        if not 0 < done <= len(records):
            raise StreamsError(f"a step says that it worked off {done} of {len(records)} records")
        self._inbox.fit_size(done, used.used())
        self.stats.step_s += time.perf_counter() - began
        return work, batches, done

    def _record(self, offsets: Mapping[TopicPartition, int], batches: Batches) -> None:
        """Write the task's next offsets beside the states, where they do not expire."""
        topic, task = self._site.processor.offsets_topic, self._site.task(self.partition)
        if topic is not None:
            batches.append(topic, None, key_of(task), written(task, offsets))

    def _write_store(self, work: TransactionWork, written: dict[TopicPartition, int]) -> None:
        """Write the committed changes to the local store."""
        if self._store is None or not work.changes:
            return
        began = time.perf_counter()
        self._store.apply(work.changes, written[TopicPartition(self._store.identity.topic, self.partition)])
        if time.monotonic() - self._flushed_at > FLUSH_S:
            self._store.flush(wait=False)
            self._flushed_at = time.monotonic()
        self.stats.store_s += time.perf_counter() - began


class _NoStates:
    """The states of a processor without a state topic."""

    def get_many(self, keys: object) -> list[bytes | None]:
        raise StreamsError("get needs a state topic, and this processor has none")
