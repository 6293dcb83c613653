"""The process `projection`: reads slices, writes them, and continues after outages of Kafka or PostgreSQL.

While PostgreSQL works on one slice, the next is read and made into rows: two cores, one each.
"""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Final, ParamSpec, TypeVar

import structlog
from aiokafka.errors import KafkaError

from bus.kafka_availability import KafkaPresence, was_cancelled_by_us
from consumers.projection.inputs import Input
from consumers.projection.kafka_source import Source, connected, is_outage
from consumers.projection.metrics import ProjectionReport, ProjectionStats
from consumers.projection.postgres_store import ProjectionStore, Stored
from consumers.projection.problems import EXIT_FAILED
from consumers.projection.transaction_input import Partition, Prepared, ProjectionSlice, by_size, prepared
from readmodel.migrating import migrate
from readmodel.problems import DatabaseAway
from runtime.exposition import Endpoint, serve
from runtime.settings import Settings

STOP_S: Final = 9.0  # an orderly stop takes the time of one transaction; a supervisor waits for ten seconds
_FIRST_PAUSE_S: Final = 0.2  # between attempts while a server is away; doubles up to the longest
_LONGEST_PAUSE_S: Final = 2.0
_SWITCH_S: Final = 0.0005  # the writing thread asks for the interpreter often and for moments: it must not wait for it

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

log = structlog.get_logger(__name__)


def run(settings: Settings, endpoint: Endpoint | None = None) -> int:
    """Project until SIGTERM or SIGINT. Returns 0 after an orderly stop, 3 after a fault that waiting cannot mend.

    With an `endpoint`, metrics and health are served there; raises PortOccupied.
    """
    sys.setswitchinterval(_SWITCH_S)
    stats = ProjectionStats()
    kafka = KafkaPresence(settings.bootstrap_servers)
    kafka.install()
    report = ProjectionReport(stats, kafka)
    if endpoint is not None:
        serve(endpoint, report)
    try:
        asyncio.run(_until_stop_signal(Projector(settings, stats, kafka), report))
    except Exception as fault:
        log.critical(
            "projection_failed",
            schema=settings.database_schema,
            error=type(fault).__name__,
            message=str(fault),
            exit_code=EXIT_FAILED,
            exc_info=fault,
        )
        return EXIT_FAILED
    log.info("projection_stopped", schema=settings.database_schema)
    return 0


async def _until_stop_signal(projector: "Projector", report: ProjectionReport) -> None:
    projecting = asyncio.ensure_future(projector.run())
    beating = asyncio.ensure_future(report.pulse.beat())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, projecting)
    with suppress(asyncio.CancelledError):
        await projecting
    beating.cancel()


def _stop(projecting: "asyncio.Future[None]") -> None:
    late = threading.Timer(STOP_S, _late)
    late.daemon = True
    late.start()
    projecting.cancel()


def _late() -> None:
    """End without waiting longer for PostgreSQL: an uncommitted transaction is rolled back and read again."""
    log.critical("stop_took_too_long", seconds=STOP_S, exit_code=EXIT_FAILED)
    os._exit(EXIT_FAILED)


class Projector:
    """Copies the topics to one schema, until it is cancelled."""

    def __init__(
        self, settings: Settings, stats: ProjectionStats | None = None, kafka: KafkaPresence | None = None
    ) -> None:
        self._settings = settings
        self._stats = stats or ProjectionStats()
        self._store = ProjectionStore(settings)
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="postgresql")
        self._writing: Future[Stored] | None = None
        self._migrated = False
        self._pause_s = _FIRST_PAUSE_S
        self._kafka = kafka or KafkaPresence(settings.bootstrap_servers)
        self._away: dict[str, float] = {}  # by the event of the log: since when (monotonic)

    async def run(self) -> None:
        """Copy the topics; raises errors that waiting cannot mend."""
        try:
            while True:
                try:
                    await self._project()
                except DatabaseAway as fault:
                    await self._wait_for_server("database_away", fault)
                except KafkaError as fault:
                    if not is_outage(fault):
                        raise
                    await self._wait_for_server("kafka_away", fault)
                except asyncio.CancelledError as fault:
                    if was_cancelled_by_us():
                        raise
                    await self._wait_for_server("kafka_away", fault)  # aiokafka cancels what waits on a lost connection
        finally:
            await self._await_transaction()
            await self._in_database(self._store.close)
            self._database.shutdown()

    async def _project(self) -> None:
        """Copy from the stored offsets on, until a server is away."""
        if not self._migrated:
            await self._in_database(migrate, self._settings)
            self._migrated = True
        await self._in_database(self._store.open)
        self._log_return("database_away", "database_back")
        async with connected(self._settings, self._kafka.clock) as source:
            await self._begin_reading(source, await source.discover())
            self._log_return("kafka_away", "kafka_back")
            self._pause_s = _FIRST_PAUSE_S
            self._stats.waits_for = None
            log.info("projection_ready", schema=self._settings.database_schema, topics=len(source.inputs))
            while True:
                await self._begin_reading(source, await source.discover())
                taken = await source.take()
                self._stats.note_ends(source.ends)
                if taken.advances:
                    await self._write(taken, source.inputs)
                elif self._writing is not None and self._writing.done():
                    await self._await_write()

    async def _begin_reading(self, source: Source, new: Mapping[Partition, int]) -> None:
        """Begin to read partitions, after the running transaction: `seek` uses the stored offsets alone."""
        if new:
            await self._await_write()
            await self._in_database(self._store.note_starts, new)
            offsets = await self._in_database(self._store.offsets)
            anew = await source.find_recreated(offsets)
            if anew:
                await self._in_database(self._store.restart, anew)
                offsets |= anew
            self._stats.stored = offsets
            await source.seek(offsets)

    async def _write(self, taken: ProjectionSlice, inputs: Mapping[str, Input]) -> None:
        """Make the rows of a slice while the earlier one is written, then write them."""
        for part in by_size(taken):
            ready = prepared(part, inputs)
            await self._await_write()
            self._writing = self._database.submit(self._store_slice, ready)

    def _store_slice(self, ready: Prepared) -> Stored:
        """Write a slice and count it. Runs in the database's thread."""
        began = time.perf_counter()
        stored = self._store.write(ready)
        self._stats.count(ready, stored, time.perf_counter() - began)
        return stored

    async def _await_write(self) -> None:
        """Wait for the running write; raises its error."""
        if self._writing is not None:
            stored = await asyncio.wrap_future(self._writing)
            self._writing = None
            self._pause_s = _FIRST_PAUSE_S
            if stored.older:
                log.info("older_versions_passed", companies=stored.older)

    async def _wait_for_server(self, event: str, fault: BaseException) -> None:
        """Log once that a server is away, and wait; afterwards the stored offsets tell what was written."""
        message = str(fault) or repr(fault)
        known_away = event in self._away or (event == "kafka_away" and await asyncio.to_thread(self._kafka.ask_servers))
        if not known_away:
            self._away[event] = time.monotonic()
            log.warning(event, schema=self._settings.database_schema, message=f"{message}: waiting until it answers")
        self._stats.note_outage(event, message, first=not known_away)
        await self._await_transaction()
        await asyncio.sleep(self._pause_s)
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)

    def _log_return(self, away: str, event: str) -> None:
        """Log once that a server is back, if its absence was logged."""
        since = self._away.pop(away, None)
        if since is not None:
            log.info(event, schema=self._settings.database_schema, seconds=round(time.monotonic() - since, 1))

    async def _await_transaction(self) -> None:
        """Wait for the end of the running transaction, whatever its result."""
        if self._writing is not None:
            await asyncio.wait([asyncio.wrap_future(self._writing)])
            self._writing = None

    async def _in_database(
        self, work: Callable[_Given, _Result], *given: _Given.args, **named: _Given.kwargs
    ) -> _Result:
        """Run a blocking function in the database's thread."""
        return await asyncio.wrap_future(self._database.submit(work, *given, **named))
