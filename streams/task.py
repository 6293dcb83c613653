"""One task: a partition of a processor's inputs, its local state and its transactional producer.

A task **fences, then restores, then reads**. Starting the producer aborts what a predecessor left open and shuts
it out, even if it was only frozen. Only then are the committed offsets read (the predecessor may have committed
until that moment) and the store brought up to the end of its topic; and only then does the task say from where
its inputs are to be read. From there on each slice must begin where the one before it ended.

It works off slices one transaction at a time: outputs, states and the inputs' new offsets are committed together,
and the local store is written after the commit, so that it never runs ahead of what is committed.

Faust revokes all partitions at every rebalance. A revoked task is **paused**: it ends the transaction that it is
in, forgets what is queued, and commits nothing more. When the new assignment is known it is either **resumed**
(still here, and the group's generations followed one another: nobody else can have had the partition, so the
producer, the store and the offsets are as it left them), **reopened** (still here, but generations were missed,
so another worker may have fenced it: it fences, catches its store up and reads the offsets again), or **closed**.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition

from streams.batches import BATCH_BYTES, Batches
from streams.errors import Hole, OffsetsLost, StreamsError, TransactionStuck
from streams.faust_slices import Slice
from streams.ledger import Ledger
from streams.processor import Prepares, Processor, Record
from streams.restore import open_store, restore
from streams.stats import TaskStats
from streams.store import Identity, Store, StoreMemory
from streams.work import TransactionWork

TRANSACTION_TIMEOUT_MS: Final = 20_000  # after this the broker aborts it: a dead task holds readers up no longer
STUCK_S: Final = 30.0  # a transaction that takes longer than the broker allows cannot be committed any more
FLUSH_S: Final = 30.0  # the most of a task's work that a restart after kill -9 reads again from the state topic

log = structlog.get_logger(__name__)


class Reader(Protocol):
    """The inputs' side: see `SliceConsumer`."""

    async def read_from(self, offsets: Mapping[TopicPartition, int]) -> int:
        """Read these partitions from there on; returns the era of the slices that follow."""

    def demand_changed(self) -> None:
        """There is room again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the tasks of one worker share."""

    processor: Processor
    group: str  # the processor's name with the topic prefix
    state_dir: Path  # of the processor, with a directory per partition
    slice_records: int  # the most records of a transaction
    ledger: Ledger
    memory: StoreMemory
    reader: Reader
    failed: Callable[[int, BaseException], None]  # ends the process
    opened: Callable[[], None]  # a task has become ready
    partitions: dict[str, int]  # how many each output topic has, as far as known


class Task:
    """See the module. All methods are called on the worker's one event loop."""

    def __init__(self, partition: int, site: Site, stats: TaskStats) -> None:
        self.partition = partition
        self.stats = stats
        self.ready = False  # restored and reading
        self._site = site
        self._inputs = [TopicPartition(topic, partition) for topic in site.processor.inputs]
        self._step = site.processor.step(partition)
        self._prepare = self._step.prepare if isinstance(self._step, Prepares) else None
        self._producer: AIOKafkaProducer | None = None
        self._store: Store | None = None
        self._flushed_at = time.monotonic()
        self._committed: dict[TopicPartition, int] = {}  # where the next transaction must continue
        self._era = -1
        self._expected: dict[TopicPartition, int] = {}  # where the next slice must begin
        self._queue: deque[Slice] = deque()
        self._queued = dict.fromkeys(self._inputs, 0)
        self._arrived = asyncio.Event()
        self._transacting = asyncio.Lock()
        self._runner: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """There is something that it should be getting on with."""
        return self._runner is not None and (not self.ready or bool(self._queue) or self._transacting.locked())

    def demand(self) -> dict[TopicPartition, int]:
        """How many more records of each input it takes; inputs without room are left out."""
        if not self.ready:
            return {}
        limit = self._site.slice_records
        return {tp: limit for tp, queued in self._queued.items() if queued < limit}

    def start(self) -> None:
        """Open (or open again) in the background, and work."""
        self._runner = asyncio.create_task(self._run(reopen=True), name=f"{self._site.group}-{self.partition}")

    def resume(self) -> None:
        """Go on after `pause`: nobody else can have had the partition meanwhile."""
        self._runner = asyncio.create_task(
            self._run(reopen=self._producer is None), name=f"{self._site.group}-{self.partition}"
        )

    async def pause(self) -> None:
        """End the running transaction and begin no other; void what is queued and what is still on its way."""
        runner, self._runner = self._runner, None
        self.ready = False
        if runner is not None:
            async with self._transacting:
                runner.cancel()
            with suppress(asyncio.CancelledError):
                await runner
        self._era = -1
        self._queue.clear()
        self._queued = dict.fromkeys(self._inputs, 0)
        self._arrived.clear()

    async def close(self) -> None:
        """Pause for good: flush the store, let the producer go."""
        await self.pause()
        if self._store is not None:
            self._store.close()
            self._store = None
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None

    def deliver(self, part: Slice) -> None:
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
        self._queue.append(part)
        self._queued[part.tp] += len(part.records)
        self._arrived.set()

    async def _run(self, *, reopen: bool) -> None:
        try:
            if reopen:
                await self._open()
            await self._read()
            while True:
                await self._arrived.wait()
                async with self._transacting:
                    if self._queue:
                        await self._transact(self._take())
        except asyncio.CancelledError:
            raise
        except BaseException as fault:  # noqa: BLE001  the edge of the task: nothing may go on from here
            self._site.failed(self.partition, fault)

    async def _open(self) -> None:
        began = time.monotonic()
        await self._fence()
        offsets = await self._site.ledger.committed(self._inputs)
        restored = await self._restore()
        self._committed = {tp: await self._beginning(tp, offset) for tp, offset in offsets.items()}
        if self._store is not None and self._store.position > 0 and not any(o is not None for o in offsets.values()):
            raise OffsetsLost(
                f"group {self._site.group} has no offsets for partition {self.partition}, but its state topic "
                f"{self._site.processor.state_topic} has states. If the group was deleted or expired, commit the "
                "offsets that belong to the states, or delete the states to begin again from nothing"
            )
        log.info(
            "task_opened",
            processor=self._site.group,
            partition=self.partition,
            restored=restored,
            offsets={tp.topic: offset for tp, offset in self._committed.items()},
            seconds=round(time.monotonic() - began, 3),
        )

    async def _fence(self) -> None:
        """Take the transactional id over: open transactions are aborted, and older holders refused from now on."""
        old, self._producer = self._producer, None
        if old is not None:
            await old.stop()
        producer = AIOKafkaProducer(
            bootstrap_servers=self._site.ledger.bootstrap_servers,
            transactional_id=f"{self._site.group}-{self.partition}",
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            max_batch_size=BATCH_BYTES,
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        self._producer = producer
        self.stats.fences += 1

    async def _restore(self) -> int:
        topic = self._site.processor.state_topic
        if topic is None:
            return 0
        if self._store is None:
            path = self._site.state_dir / str(self.partition)
            identity = Identity(cluster=self._site.ledger.cluster, topic=topic, partition=self.partition)
            self._store = await open_store(path, identity=identity, memory=self._site.memory)
            self.stats.stores_wiped += self._store.wiped is not None
        return await restore(self._store, self._site.ledger, self.stats)

    async def _beginning(self, tp: TopicPartition, committed: int | None) -> int:
        begin, end = await self._site.ledger.bounds(tp)
        if committed is None:
            return begin
        if not begin <= committed <= end:
            raise Hole(
                f"group {self._site.group} is at offset {committed} of {tp.topic}-{tp.partition}, which holds "
                f"{begin} to {end}: it was made anew, or records were deleted before they were processed"
            )
        return committed

    async def _read(self) -> None:
        # Set before slices can arrive: the era comes back from another thread, and is the last thing to be known.
        self._expected = dict(self._committed)
        self._era = await self._site.reader.read_from(self._committed)
        self.ready = True
        self._site.reader.demand_changed()
        self._site.opened()

    def _take(self) -> list[Slice]:
        """Whole slices from the queue, up to the size of a transaction; at least one."""
        taken: list[Slice] = []
        records = 0
        while self._queue and (not taken or records + len(self._queue[0].records) <= self._site.slice_records):
            part = self._queue.popleft()
            self._queued[part.tp] -= len(part.records)
            records += len(part.records)
            taken.append(part)
        if not self._queue:
            self._arrived.clear()
        self._site.reader.demand_changed()
        return taken

    async def _transact(self, slices: list[Slice]) -> None:
        assert self._producer is not None
        stats, records = self.stats, [record for part in slices for record in part.records]
        try:
            async with asyncio.timeout(STUCK_S):
                work, batches = await self._work(records)
                following = {part.tp: part.end for part in slices}
                position = await self._commit(batches, following)
        except TimeoutError as error:
            raise TransactionStuck(f"no commit within {STUCK_S} s for {len(records)} records") from error
        began = time.perf_counter()
        if self._store is not None and work.changes:
            state = TopicPartition(self._store.identity.topic, self.partition)
            self._store.apply(work.changes, position[state])
            if time.monotonic() - self._flushed_at > FLUSH_S:
                self._store.flush(wait=False)
                self._flushed_at = time.monotonic()
        self._committed.update(following)
        stats.store_s += time.perf_counter() - began
        stats.records += len(records)
        stats.transactions += 1
        stats.outputs += batches.records
        stats.output_bytes += batches.bytes

    async def _work(self, records: list[Record]) -> tuple[TransactionWork, Batches]:
        assert self._producer is not None
        batches = Batches(self._producer, self._site.partitions)
        states = self._store if self._store is not None else _NoStates()
        work = TransactionWork(
            partition=self.partition, states=states, state_topic=self._site.processor.state_topic, outputs=batches
        )
        if not records:  # only control markers were passed: commit that, so that the lag becomes zero
            return work, batches
        began = time.perf_counter()
        if self._prepare is not None:
            await self._prepare()
        prepared = time.perf_counter()
        self._step(records, work)
        work.close()
        self.stats.prepare_s += prepared - began
        self.stats.step_s += time.perf_counter() - prepared
        return work, batches

    async def _commit(self, batches: Batches, offsets: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        """Returns the offset after the last record of each partition that was written."""
        assert self._producer is not None
        began = time.perf_counter()
        await self._producer.begin_transaction()
        sent = await batches.send()
        # aiokafka's own commit waits for the batches, but does not look whether they failed. The offsets come after
        # them: a coordinator that is adding the group to the transaction makes leaders refuse batches for 100 ms.
        delivered = await asyncio.gather(*(delivery for _, delivery in sent))
        await self._producer.send_offsets_to_transaction(dict(offsets), self._site.group)
        sent_at = time.perf_counter()
        await self._producer.commit_transaction()
        self.stats.send_s += sent_at - began
        self.stats.commit_s += time.perf_counter() - sent_at
        position: dict[TopicPartition, int] = {}
        for (tp, _), offset in zip(sent, delivered, strict=True):
            position[tp] = max(offset, position.get(tp, 0))
        return position


class _NoStates:
    """A processor without a state topic."""

    def get_many(self, keys: object) -> list[bytes | None]:
        raise StreamsError("get needs a state topic, and this processor has none")
