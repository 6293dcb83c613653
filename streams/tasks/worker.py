"""Run one processor in this process, as a Faust worker around its tasks."""

import gc
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol

import faust
import structlog
from aiokafka import TopicPartition

from bus.broker_offsets import Ledger
from bus.kafka_availability import KafkaPresence
from runtime.exposition import Endpoint, serve
from runtime.logs import log_folded
from streams.tasks.faust_overrides import NoTables, RawSlices, SliceTransport, silence_warning
from streams.tasks.metrics import LAG_S, Lag, WorkerReport
from streams.tasks.problems import EXIT_FAILED
from streams.tasks.processor import Processor
from streams.tasks.rebalances import Tasks
from streams.tasks.stats import WorkerStats
from streams.tasks.store import StoreMemory
from streams.tasks.watchdog import Watched, watch
from streams.tasks.worker_context import WorkerContext

STALL_S: Final = 60.0  # work waiting and nothing moved: longer than any transaction may take
STOP_S: Final = 10.0  # an orderly stop takes less, or the process ends without
STATS_S: Final = 10.0  # between two debug lines with the counters
SWITCH_S: Final = 0.0005  # with Python's 5 ms, each send waits that long for the consumer's thread: a third slower
GARBAGE: Final = (100_000, 20, 50)  # a transaction makes thousands of values at once, and none of them in cycles
_NEVER_S: Final = 10 * 365 * 86_400.0

log = structlog.get_logger(__name__)


class WorkerSettings(Protocol):
    """The part of `runtime.settings.Settings` that a worker needs."""

    @property
    def bootstrap_servers(self) -> str: ...
    @property
    def topic_prefix(self) -> str: ...
    @property
    def data_dir(self) -> Path: ...
    @property
    def state_dir(self) -> Path: ...
    @property
    def slice_records(self) -> int: ...
    @property
    def session_timeout_s(self) -> int: ...


def run(
    processor: Processor, settings: WorkerSettings, *, endpoint: Endpoint | None = None, stall_s: float = STALL_S
) -> NoReturn:
    """Run until SIGTERM or SIGINT. The topics' names in `processor` are complete; its name gets the prefix here.

    With an `endpoint`, metrics and health are served there; raises PortOccupied.

    Exit codes: 0 after an orderly stop, 3 when a task failed, 4 when the watchdog ended the worker. It does so when
    work was waiting and nothing had moved for `stall_s`.
    """
    Worker(processor, settings).run(stall_s, endpoint)


class Worker:
    """One processor's Faust app and its tasks."""

    def __init__(self, processor: Processor, settings: WorkerSettings) -> None:
        self.processor = processor
        self.stats = WorkerStats()
        self._settings = settings
        self._group = settings.topic_prefix + processor.name
        self._kafka = KafkaPresence(settings.bootstrap_servers)
        self._logged_outage = 0
        self._ledger: Ledger | None = None
        self._memory = StoreMemory()
        self._state_dir = settings.state_dir / self._group
        self._tasks = Tasks(self._site, self._state_dir, self.stats, rules=processor.rules)
        self._partitions: dict[str, int] = {}
        self._app = self._faust_app()

    def run(self, stall_s: float, endpoint: Endpoint | None = None) -> NoReturn:
        sys.setswitchinterval(SWITCH_S)
        gc.set_threshold(*GARBAGE)
        gc.freeze()
        silence_warning()
        watched = watch(self._movement, stall_s, self._kafka.clock)
        if endpoint is not None:
            self._report(endpoint, watched)
        self._kafka.install()
        self._kafka.wait()
        worker = _PunctualWorker(self._app, self._kafka)
        code = 0
        try:
            worker.execute_from_commandline()
        except SystemExit as end:
            code = EXIT_FAILED if end.code else 0
        _exit(code)  # all is closed; Python's own end waits for threads of libraries, and one may never end

    def _movement(self) -> dict[int, tuple[bool, int]]:
        return {task.partition: (task.busy, task.stats.moved()) for task in list(self._tasks)}

    def _report(self, endpoint: Endpoint, watched: Watched) -> None:
        """Serve metrics and health; without an endpoint, measure and serve nothing."""
        lag = Lag(self._tasks, self.processor.inputs)
        report = WorkerReport(self._tasks, self.stats, watched, lag, self._kafka)
        self._app.task(report.pulse.beat)

        @self._app.timer(LAG_S)  # type: ignore[untyped-decorator]
        async def measure() -> None:
            if self._ledger is not None:
                await lag.measure(self._ledger)

        serve(endpoint, report)

    def _faust_app(self) -> Any:
        settings = self._settings
        data_dir = (settings.data_dir / "faust" / self._group).absolute()
        data_dir.mkdir(parents=True, exist_ok=True)
        app = faust.App(
            self._group,
            broker=[f"kafka://{server}" for server in settings.bootstrap_servers.split(",")],
            datadir=data_dir,
            store="memory://",
            TableManager=NoTables,
            web_enabled=False,
            autodiscover=False,
            topic_allow_declare=False,
            topic_disable_leader=True,
            broker_session_timeout=float(settings.session_timeout_s),
            broker_heartbeat_interval=settings.session_timeout_s / 5,
            broker_commit_interval=_NEVER_S,
            stream_wait_empty=False,
        )
        app.transport = SliceTransport(app.conf.broker_consumer, app)
        app.transport.demand = self._tasks.demand
        app.transport.claim = self._tasks.claim
        self._connect(app)
        return app

    def _connect(self, app: Any) -> None:
        source = app.topic(*self.processor.inputs, schema=RawSlices(key_type=bytes, value_type=bytes), acks=False)

        @app.agent(source, name=self._group)  # type: ignore[untyped-decorator]
        async def feed(stream: Any) -> None:
            async for event in stream.noack().events():
                with self._edge():
                    self._tasks.deliver(event.message.value)

        @app.on_partitions_revoked.connect  # type: ignore[untyped-decorator]
        async def revoked(app: Any, revoked: Any, **_: Any) -> None:
            with self._edge():
                await self._tasks.revoked()

        @app.on_partitions_assigned.connect  # type: ignore[untyped-decorator]
        async def assigned(app: Any, assigned: Any, **_: Any) -> None:
            with self._edge():
                await self._assigned({TopicPartition(*tp) for tp in assigned}, app.consumer_generation_id)

        @app.on_before_shutdown.connect  # type: ignore[untyped-decorator]
        async def stopping(app: Any, **_: Any) -> None:
            with self._edge():
                await self._stop()

        @app.timer(STATS_S)  # type: ignore[untyped-decorator]
        async def report() -> None:
            log.debug("worker_stats", processor=self._group, **self.stats.total())

    async def _assigned(self, tps: set[TopicPartition], generation: int) -> None:
        if self._ledger is None:
            ledger = Ledger(self._settings.bootstrap_servers, self._group, self._kafka.clock)
            await ledger.start()
            self._ledger = ledger
        await self._tasks.assigned(tps, generation)

    async def _stop(self) -> None:
        await self._tasks.close()
        if self._ledger is not None:
            await self._ledger.stop()
        log.info("worker_stopped", processor=self._group, **self.stats.total())

    def _site(self) -> WorkerContext:
        assert self._ledger is not None
        return WorkerContext(
            processor=self.processor,
            group=self._group,
            state_dir=self._state_dir,
            slice_records=self._settings.slice_records,
            ledger=self._ledger,
            memory=self._memory,
            reader=self._app.consumer,
            kafka=self._kafka,
            failed=self._failed,
            reopening_after_outage=self._log_reopening,
            opened=self._tasks.opened,
            partitions=self._partitions,
        )

    @contextmanager
    def _edge(self) -> Iterator[None]:
        """End the process at an exception of a callback: Faust would only log it and go on."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001
            self._failed(None, fault)

    def _log_reopening(self, partition: int, fault: BaseException) -> None:
        """Warn once per outage: every task with an open transaction must reopen."""
        first, self._logged_outage = self._logged_outage != self._kafka.outages, self._kafka.outages
        (log.warning if first else log.debug)(
            "tasks_begin_anew",
            processor=self._group,
            first_partition=partition,
            error=type(fault).__name__,
            message=f"Kafka was away in the middle of a transaction: such tasks are fenced and opened anew. {fault}",
        )

    def _failed(self, partition: int | None, fault: BaseException) -> NoReturn:
        """End the process at once: the next owner of the partition aborts the open transaction."""
        log.critical(
            "task_failed",
            processor=self._group,
            partition=partition,
            error=type(fault).__name__,
            message=str(fault),
            exit_code=EXIT_FAILED,
            exc_info=fault,
        )
        _exit(EXIT_FAILED)


class _PunctualWorker(faust.Worker):
    """Faust's worker, with a time limit for an orderly stop."""

    def __init__(self, app: Any, kafka: KafkaPresence) -> None:
        super().__init__(app, quiet=True, redirect_stdouts=False, override_logging=False)
        self.spinner = None  # it writes escape sequences between the lines of the log
        self._kafka = kafka

    def _setproctitle(self, info: str, *, ident: str = "") -> None:
        """Keep the title `… run NAME`, by which `sijill down` finds the process."""

    def _schedule_shutdown(self, signal: Any) -> None:
        if self._kafka.away:  # nothing can be ended in order: what is open is aborted at the next start
            log.info("worker_stopped", message="while Kafka was away")
            _exit(0)
        late = threading.Timer(STOP_S, _end_late)
        late.daemon = True
        late.start()
        super()._schedule_shutdown(signal)


def _end_late() -> None:
    log.critical("stop_took_too_long", seconds=STOP_S, exit_code=EXIT_FAILED)
    _exit(EXIT_FAILED)


def _exit(code: int) -> NoReturn:
    log_folded()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
