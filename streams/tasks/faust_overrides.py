"""All differences between Sijill and stock Faust 0.15.3, in one module.

1. Records come in slices: one message of Faust is all that was fetched of one partition at a time, raw.
   (One message per record: 8,000 events/s; in slices: 224,000.) `fetched_records.py` takes them from aiokafka.
2. Positions belong to the tasks. After a rebalance Faust seeks to committed offsets on its own, before a task could
   have fenced its predecessor. Meanwhile it may drop what it had fetched. Here its seeks do nothing. Nothing is read of
   a partition until its task says from where (`read_from`). Each slice names the positions before and after it. So the
   task sees every gap, even between control markers.
3. Backpressure is asked for, not inferred: `demand` says how many records each task still has room for.
4. The worker's consumer reads committed records only. (Faust reads uncommitted ones, unless its own exactly_once is
   on.) It waits 50 ms for a fetch, where Faust waits 1,500. It assigns by `assignor`; Faust's round robin would
   separate the equal partition numbers of several topics.
5. Faust waits a second for tables to be made before a worker joins its group. There are none here.

`faust_pins.OVERRIDDEN` pins the source of all that is overridden or relied upon; a test fails when it changes.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import faust
from aiokafka import TopicPartition
from aiokafka.errors import ConsumerStoppedError
from faust.events import Event
from faust.tables import TableManager
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from bus.consumer import AIOKafkaConsumer
from bus.record import ConsumedRecord
from streams.tasks.assignor import Claim, CopartitionedAssignor
from streams.tasks.fetched_records import fetched

FETCH_WAIT_MS: Final = 50  # a fetch returns at once when there is anything; this only bounds an empty one
FETCH_BYTES: Final = 1 << 20  # per partition and fetch: the most that is held beside the tasks' queues
IDLE_S: Final = 1.0  # how long one round of fetching waits for records or room

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The records fetched of one partition at once, in order."""

    tp: TopicPartition
    era: int  # which `read_from` it follows: slices of an earlier one are void
    start: int  # the position before it
    end: int  # the position after it, past control markers and aborted records
    records: Sequence[ConsumedRecord]  # may be empty, when only markers were passed


class SliceThread(driver.AIOKafkaConsumerThread):
    """The thread that Faust runs aiokafka's consumer in, with fetching by slices."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._eras: dict[TopicPartition, int] = {}
        self._waiter: asyncio.Future[None] | None = None

    async def call(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run `work` on the thread's loop, outside its queue: there a waiting fetch would delay a seek."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.thread_loop))

    def wake(self) -> None:
        """End a waiting `take`: there is new demand."""
        if self._waiter is not None:
            self.thread_loop.call_soon_threadsafe(self._end_waiting)

    async def seek_slices(self, offsets: Mapping[TopicPartition, int], era: int) -> None:
        consumer = self._ensure_consumer()
        for tp, offset in offsets.items():
            consumer.seek(tp, offset)
            self._eras[tp] = era

    async def rejoin(self) -> None:
        self._ensure_consumer()._coordinator.request_rejoin()

    async def take(self, wanted: Mapping[TopicPartition, int], timeout: float) -> list[Slice]:
        """Give the fetched records of the wanted partitions, at most so many of each; waits if there are none."""
        consumer = self._ensure_consumer()
        fetcher = consumer._fetcher
        if consumer._closed or fetcher._closed:
            raise ConsumerStoppedError()
        # A seek while this waits begins a new era, which the demand that asked for this knows nothing of.
        eras = {tp: self._eras[tp] for tp in wanted}
        slices = await self._drain(consumer, wanted)
        if not slices:
            self._waiter = fetcher._create_fetch_waiter()
            try:
                await asyncio.wait([self._waiter], timeout=timeout)
            finally:
                self._end_waiting()
            slices = await self._drain(consumer, {tp: n for tp, n in wanted.items() if self._eras[tp] == eras[tp]})
        with fetcher._subscriptions.fetch_context():
            pass  # notes the time, for max.poll.interval; entering it around an await would leak on cancellation
        return slices

    async def _drain(self, consumer: Any, wanted: Mapping[TopicPartition, int]) -> list[Slice]:
        fetcher, subscriptions = consumer._fetcher, consumer._fetcher._subscriptions
        slices: list[Slice] = []
        for tp, room in wanted.items():
            # Outside a reassignment `fetched` never awaits: the positions before and after it are those of exactly
            # these records.
            if subscriptions.reassignment_in_progress or not subscriptions.is_assigned(tp):
                continue
            state = subscriptions.subscription.assignment.state_value(tp)
            if not state.has_valid_position or tp not in fetcher._records:
                continue
            before = state.position
            records = await fetched(fetcher, tp, room, FETCH_BYTES)
            if state.has_valid_position and (records or state.position != before):
                slices.append(Slice(tp=tp, era=self._eras[tp], start=before, end=state.position, records=records))
        return slices

    def _end_waiting(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        conf = self.app.conf
        self._assignor = CopartitionedAssignor(cast(SliceTransport, transport).claim)
        return AIOKafkaConsumer(
            bootstrap_servers=driver.server_list(transport.url, transport.default_port),
            client_id=conf.broker_client_id,
            group_id=conf.id,
            partition_assignment_strategy=[self._assignor],
            enable_auto_commit=False,
            # A reset would move a position behind the task's back; the task sees it, as a hole.
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=FETCH_WAIT_MS,
            max_partition_fetch_bytes=FETCH_BYTES,
            max_poll_interval_ms=int(conf.broker_max_poll_interval * 1000),
            request_timeout_ms=int(conf.broker_request_timeout * 1000),
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            check_crcs=conf.broker_check_crcs,
            metadata_max_age_ms=conf.consumer_metadata_max_age_ms,
            connections_max_idle_ms=conf.consumer_connections_max_idle_ms,
            **driver.credentials_to_aiokafka_auth(conf.broker_credentials, conf.ssl_context),
        )


class _NoReadOffsets(dict[Any, Any]):
    """Faust drops messages below the highest offset that it saw; slices are read again after a seek."""

    def __getitem__(self, tp: Any) -> None:
        return None

    def __setitem__(self, tp: Any, offset: Any) -> None:
        return None


class SliceConsumer(driver.Consumer):
    """Gives one message per slice to the tasks; `SliceThread` fetches them."""

    _thread: SliceThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_offset = _NoReadOffsets()
        self._era = 0
        self._demand_changed = asyncio.Event()

    def _new_consumer_thread(self) -> SliceThread:
        return SliceThread(self, loop=self.loop, beacon=self.beacon)

    async def read_from(self, offsets: Mapping[TopicPartition, int]) -> int:
        """Begin to read these partitions at these offsets; returns the era of the slices from now on."""
        self._era += 1
        era = self._era
        await self._thread.call(self._thread.seek_slices(offsets, era))
        return era

    def demand_changed(self) -> None:
        """Some task has room again."""
        self._demand_changed.set()
        self._thread.wake()

    async def rejoin(self) -> None:
        """Have the group assign its partitions anew, as when a member joins."""
        await self._thread.call(self._thread.rejoin())

    async def perform_seek(self) -> None:
        """Do nothing: the tasks set the positions."""

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:
        if not self.flow_active:
            await self.wait(cast(Any, self.can_resume_flow))
        self._demand_changed.clear()
        wanted = cast(SliceTransport, self.transport).demand()
        if not wanted:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._demand_changed.wait(), IDLE_S)
            return
        generation = self.app.consumer_generation_id
        for part in await self._thread.call(self._thread.take(wanted, IDLE_S)):
            if self.should_stop or not self.flow_active or self.app.consumer_generation_id != generation:
                return  # a rebalance: the tasks will say anew from where to read
            yield cast(TP, part.tp), self._message(part, generation)

    def _message(self, part: Slice, generation: int) -> ConsumerMessage:
        topic, partition = part.tp
        return ConsumerMessage(
            topic,
            partition,
            part.end - 1,
            0.0,
            0,
            None,
            None,
            cast(Any, part),
            None,
            0,
            0,
            cast(TP, part.tp),
            generation_id=generation,
        )


class SliceTransport(driver.Transport):
    """Faust's Kafka transport with slices. Set `demand` and `claim` before the app starts."""

    Consumer = SliceConsumer
    demand: Callable[[], Mapping[TopicPartition, int]]
    claim: Callable[[], Claim]


class NoTables(TableManager):
    """Faust's manager of tables, without any."""

    async def on_start(self) -> None:
        if not self.should_stop:
            await self._update_channels()
            await self.recovery.start()


class RawSlices(faust.Schema[Any, Any]):
    """Passes a slice on unchanged as the event's value."""

    def compile(self, app: Any, **_: Any) -> Callable[..., Awaitable[Event]]:
        async def decode(message: Any, *, propagate: bool = False) -> Event:
            return Event(app, None, message.value, None, message)

        return decode


def silence_warning() -> None:
    """Drop a warning that Faust gives at every rebalance of an app without sensors."""
    logging.getLogger("faust.app.base").addFilter(lambda record: "Missing sensor state" not in record.getMessage())
