"""What eager rebalancing costs: the flow of `admit` under a steady load while workers join, leave and are killed."""

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from benchmarks import steady
from benchmarks.event_file import Spool, first, spool
from benchmarks.machine import conditions
from benchmarks.output_gaps import BUCKET_S, Flow, back_after
from benchmarks.output_rate import POLL_S, Gauge, gauge
from benchmarks.problems import BenchmarkFailed
from benchmarks.rebalance_log import LINES, Handover, handover
from benchmarks.rounds import Measured
from benchmarks.servers import servers
from benchmarks.topic_contents import count
from benchmarks.topics import fresh_topics, receipts, registrations
from benchmarks.workers import Worker, started, until_ready
from runtime.settings import Settings
from schemas.facts.topics import Topics

Report = Callable[[str], None]

RATE: Final = 2_000  # events/s
JOINS: Final = "a second joins"
LEAVES: Final = "it leaves"
JOINS_AGAIN: Final = "another joins"
KILLED: Final = "it is killed"
MARKS: Final = {JOINS: 10.0, LEAVES: 25.0, JOINS_AGAIN: 30.0, KILLED: 40.0}  # seconds from the beginning of the load
END_S: Final = 58.0  # after the session timeout of the killed one, and what waited for it
DRAIN_S: Final = 30.0
EVENTS_EACH: Final = 10  # of a company, at least: it has about 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What one change in the group cost."""

    silence_s: float
    """The longest time within which nothing came out."""
    standstill_s: float
    """The longest time within which nothing came out of some partition."""
    back_s: float
    """From the change until the rate was back for a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One run through all the changes."""

    around: Mapping[str, Around]
    rates: Sequence[float]
    handover: Handover
    marks: Mapping[str, float]
    """Seconds from the beginning of the load."""


def rebalances(rounds: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `rebalance` of the results."""
    with servers(report, postgres=False) as settings:
        events = int(RATE * END_S)
        report(f"simulating {events:,} events")
        load = spool(settings.data_dir / "frames", events // EVENTS_EACH)
        facts = conditions(
            settings.java,
            events_per_s=RATE,
            session_timeout_s=settings.session_timeout_s,
            partitions=settings.partitions,
            rounds=rounds,
        )
        found = []
        for number in range(1, rounds + 1):
            report(f"round {number} of {rounds}: {', '.join(MARKS)}")
            found.append(asyncio.run(_round(settings, load, events, f"e{number}.")))
    return section(found, facts)


async def _round(settings: Settings, load: Spool, events: int, prefix: str) -> Round:
    async with fresh_topics(settings, prefix) as mine, gauge(mine) as seen:
        with ExitStack() as stack:
            group = Group(mine, stack)
            await until_ready([group.join("first")])
            began, flow = time.monotonic(), Flow()
            async with watched(seen, receipts(Topics(prefix)), began, flow):
                marks = await _play(group, steady.publish(mine, first(load, events), RATE), began)
                await _drained(mine, seen, group.workers[0])
            handovers = [handover(worker.told(*LINES)) for worker in group.workers]
        answered = await count(mine, receipts(Topics(prefix)))
    if answered != events:
        raise BenchmarkFailed(f"{answered:,} receipts of {events:,} events")
    rates = flow.rates(events)
    return Round(around=around(flow, rates, marks), rates=rates, handover=sum(handovers, Handover()), marks=marks)


class Group:
    """The workers of `admit`, each with a disk of its own, as on another machine: what moves to it is restored."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        self.workers: list[Worker] = []
        self._settings = settings
        self._stack = stack

    def join(self, name: str) -> Worker:
        """Start one more."""
        disk = self._settings.data_dir / "apart" / self._settings.topic_prefix / name
        apart = self._settings.model_copy(update={"data_dir": disk})
        command = (sys.executable, "-m", "benchmarks.register_process", "admit")
        self.workers += self._stack.enter_context(started(apart, [(name, command)]))
        return self.workers[-1]


async def _play(group: Group, load: Coroutine[Any, Any, None], began: float) -> dict[str, float]:
    """Publish, and change the group at its moments; returns when that really was."""
    changes: Mapping[str, Callable[[], object]] = {
        JOINS: lambda: group.join("second"),
        LEAVES: lambda: group.workers[1].leave(),
        JOINS_AGAIN: lambda: group.join("third"),
        KILLED: lambda: group.workers[2].kill(),
    }
    marks: dict[str, float] = {}
    publishing = asyncio.create_task(load)
    try:
        for name, due in MARKS.items():
            await asyncio.sleep(began + due - time.monotonic())
            marks[name] = round(time.monotonic() - began, 2)
            changes[name]()
        await publishing
    finally:
        publishing.cancel()
    return marks


@asynccontextmanager
async def watched(seen: Gauge, topics: Sequence[str], began: float, flow: Flow) -> AsyncIterator[None]:
    """Note how far the outputs of each partition are for as long as the block lasts."""

    async def watch() -> None:
        while True:
            reached: dict[int, int] = defaultdict(int)
            for tp, end in (await seen.ends(topics)).items():
                reached[tp.partition] += end
            flow.add(time.monotonic() - began, reached)
            await asyncio.sleep(POLL_S)

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _drained(settings: Settings, seen: Gauge, worker: Worker) -> None:
    """Wait until the group has worked off what was published."""
    deadline = time.monotonic() + DRAIN_S
    inputs = registrations(Topics(settings.topic_prefix))
    while not await seen.caught_up(settings.topic_prefix + "admit", inputs):
        worker.check()
        if time.monotonic() > deadline:
            raise BenchmarkFailed(f"not all was worked off {DRAIN_S:g} s after the last event")
        await asyncio.sleep(POLL_S)


def around(flow: Flow, rates: Sequence[float], marks: Mapping[str, float]) -> dict[str, Around]:
    """Look at each change up to the next one."""
    found = {}
    for (name, begin), end in zip(marks.items(), [*marks.values(), END_S][1:], strict=True):
        standstill = flow.standstill(begin, end)
        found[name] = Around(
            silence_s=flow.silence(begin, end).seconds,
            standstill_s=standstill.seconds,
            back_s=back_after(rates, begin, standstill, RATE),
        )
    return found


def section(rounds: Sequence[Round], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Put the rounds together; the curve is the first one's."""
    costs = {
        name: {
            one.name: Measured.of(getattr(each.around[name], one.name) for each in rounds).document(2)
            for one in fields(Around)
        }
        for name in rounds[0].around
    }
    return {
        "rebalance": {
            "around": costs,
            "tasks": asdict(sum((each.handover for each in rounds), Handover())),
            "marks_s": dict(rounds[0].marks),
            "events_per_s": [round(rate) for rate in rounds[0].rates],
            "bucket_s": BUCKET_S,
            "conditions": facts,
        }
    }
