"""Whether memory stays bounded: a worker on a large backlog, and on one whose broker is slow."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

import psutil

from benchmarks.contenders import COUNTING
from benchmarks.count_comparison import VALUE, counting_topics, keys
from benchmarks.machine import conditions
from benchmarks.memory_over_time import DRAWN_S, sampled
from benchmarks.output_rate import gauge, watch
from benchmarks.problems import BenchmarkFailed
from benchmarks.servers import servers
from benchmarks.topic_contents import batches
from benchmarks.workers import started, until_ready
from runtime.embedded import EmbeddedKafka
from runtime.settings import Settings

Report = Callable[[str], None]

RECORDS: Final = 3_000_000  # the stores' write buffers are flushed after some two million, or 30 s
SLOW_S: Final = 20.0
STOPPED_S: Final = 0.08  # of each STOPPED_S + GOING_S
GOING_S: Final = 0.02
OURS: Final = next(one for one in COUNTING if one.name == "ours")


@dataclass(slots=True, kw_only=True)
class Slowness:
    """What was done to the broker."""

    seconds: float = 0.0
    stopped_s: float = 0.0


class Stoppable(Protocol):
    """A process that can be stopped for a while, as psutil's."""

    def suspend(self) -> None: ...
    def resume(self) -> None: ...


def backlog(records: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `backlog` of the results."""
    slow = records // 2
    with servers(report, postgres=False) as settings:
        broker = EmbeddedKafka(settings).running()
        assert broker is not None
        process = psutil.Process(broker.pid)
        facts = conditions(
            settings.java,
            records=records,
            records_with_a_slow_broker=slow,
            bytes_per_value=len(VALUE),
            partitions=settings.partitions,
            records_per_transaction_at_most=settings.slice_records,
        )
        report(f"a backlog of {records:,} records")
        steady = asyncio.run(_worked_off(settings, records, "b1.", 0.0, process))
        report(f"a backlog of {slow:,} records, with a slow broker for {SLOW_S:g} s")
        hindered = asyncio.run(_worked_off(settings, slow, "b2.", SLOW_S, process))
    runs = {"backlog": steady, "slow_broker": hindered}
    return {"backlog": {"runs": runs, "step_s": DRAWN_S, "conditions": facts}}


async def _worked_off(
    settings: Settings, records: int, prefix: str, slow_s: float, broker: Stoppable
) -> dict[str, Any]:
    """One worker counts them all; what it counted is checked."""
    async with counting_topics(settings, prefix, records) as mine, gauge(mine) as seen:
        out, began = prefix + "out", time.monotonic()
        with started(mine, [(OURS.name, OURS.command(mine))]) as workers:
            async with sampled(workers[0], began) as footprint:
                await until_ready(workers)
                ready = time.monotonic() - began
                async with slowed(broker, slow_s) as slowness:
                    timeline = await watch(
                        lambda: seen.total([out]), lambda: seen.caught_up(prefix + OURS.group, [prefix + "in"]), workers
                    )
                ended = timeline.points[-1].moment - began
        await _require_once(mine, out, records)
    return {
        "records": records,
        "records_per_s": round(records / (ended - ready)),
        "ready_s": round(ready, 2),
        "slow_s": round(slowness.seconds, 1),
        "stopped_s": round(slowness.stopped_s, 1),
        **footprint.document(ready, ended),
    }


@asynccontextmanager
async def slowed(process: Stoppable, seconds: float) -> AsyncIterator[Slowness]:
    """Stop a process most of the time, for so long or until the block ends; it goes on afterwards."""
    slowness = Slowness()

    async def hinder() -> None:
        began = time.monotonic()
        while slowness.seconds < seconds:
            stopped = time.monotonic()
            process.suspend()
            try:
                await asyncio.sleep(STOPPED_S)
            finally:
                process.resume()
            slowness.stopped_s += time.monotonic() - stopped
            await asyncio.sleep(GOING_S)
            slowness.seconds = time.monotonic() - began

    hindering = asyncio.create_task(hinder())
    try:
        yield slowness
    finally:
        hindering.cancel()
        with suppress(asyncio.CancelledError):
            await hindering


async def _require_once(settings: Settings, out: str, events: int) -> None:
    """Raise BenchmarkFailed unless the results of each key are 1, 2, 3 … up to how many events it had."""
    counted: Counter[bytes] = Counter()
    async for records in batches(settings, [out]):
        for record in records:
            key = record.key or b""
            counted[key] += 1
            if record.value != b"%d" % counted[key]:
                place = f"{record.topic}-{record.partition} at {record.offset}"
                raise BenchmarkFailed(f"{place}: the count of {key!r} is {record.value!r}, expected {counted[key]}")
    if counted != Counter(keys(events)):
        raise BenchmarkFailed(f"{counted.total():,} results of {events:,} events, or of other keys")
