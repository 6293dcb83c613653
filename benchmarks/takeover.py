"""How long the partitions of a worker that was killed, or frozen, stand still until another one works on them."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from benchmarks import steady
from benchmarks.event_file import Spool, spool
from benchmarks.machine import conditions
from benchmarks.output_rate import POLL_S, Gauge, gauge
from benchmarks.problems import BenchmarkFailed
from benchmarks.rounds import Measured
from benchmarks.servers import servers
from benchmarks.topics import fresh_topics, receipts
from benchmarks.workers import Worker, running, until_ready
from runtime.settings import Settings
from schemas.facts.topics import Topics

Report = Callable[[str], None]

RATE: Final = 300  # events/s, so that every partition always has something to do
BEFORE_S: Final = 5.0
SETTLED_S: Final = 0.5  # what was under way when it was killed may still come out
LONGEST_S: Final = 60.0
COMPANIES: Final = 3_000


def takeovers(rounds: int, report: Report) -> dict[str, Any]:
    """Measure; gives the sections `takeover` and `takeover_s` of the results."""
    ways: dict[str, Callable[[Worker], None]] = {"killed": Worker.kill, "frozen": Worker.freeze}
    found: dict[str, list[float]] = {way: [] for way in ways}
    with servers(report, postgres=False) as settings:
        load = spool(settings.data_dir / "frames", COMPANIES)
        facts = conditions(
            settings.java, rounds=rounds, partitions=settings.partitions, session_timeout_s=settings.session_timeout_s
        )
        for number in range(1, rounds + 1):
            for way, end in ways.items():
                report(f"round {number} of {rounds}: a worker is {way}")
                found[way].append(asyncio.run(_takeover(settings, load, f"t{number}.{way}.", end)))
    measured = {way: Measured.of(times) for way, times in found.items()}
    return {
        "takeover_s": {way: round(one.median, 1) for way, one in measured.items()},
        "takeover": {"seconds": {way: one.document(1) for way, one in measured.items()}, "conditions": facts},
    }


async def _takeover(settings: Settings, load: Spool, prefix: str, end: Callable[[Worker], None]) -> float:
    async with fresh_topics(settings, prefix) as mine, gauge(mine) as seen:
        with running(mine, "admit", "admit") as workers:
            await until_ready(workers)
            publishing = asyncio.create_task(steady.publish(mine, load, RATE))
            try:
                await asyncio.sleep(BEFORE_S)
                end(workers[0])
                return await _all_moving(mine, seen, workers[1])
            finally:
                publishing.cancel()


async def _all_moving(settings: Settings, seen: Gauge, other: Worker) -> float:
    """Seconds from now until every partition has given something again."""
    began = time.monotonic()
    await asyncio.sleep(SETTLED_S)
    before = await _by_partition(seen, settings)
    standing = set(before)
    while standing:
        await asyncio.sleep(POLL_S)
        other.check()
        now = await _by_partition(seen, settings)
        standing = {number for number in standing if now[number] == before[number]}
        if time.monotonic() - began > LONGEST_S:
            raise BenchmarkFailed(f"partitions {sorted(standing)} stood still for {LONGEST_S:g} s")
    return time.monotonic() - began


async def _by_partition(seen: Gauge, settings: Settings) -> dict[int, int]:
    reached: dict[int, int] = defaultdict(int)
    for tp, end in (await seen.ends(receipts(Topics(settings.topic_prefix)))).items():
        reached[tp.partition] += end
    return reached
