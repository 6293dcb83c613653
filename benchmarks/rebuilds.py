"""`sijill rebuild` on all cores, beside the live merge job on the same events in the same run."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.event_file import Spool, spool
from benchmarks.machine import conditions
from benchmarks.output_rate import Run, gauge, watch
from benchmarks.problems import BenchmarkFailed
from benchmarks.rounds import Measured, ratio
from benchmarks.servers import servers
from benchmarks.topics import fresh_topics, preload, receipts, registrations
from benchmarks.workers import running
from runtime.settings import Settings
from schemas.facts.topics import Topics

Report = Callable[[str], None]

COMPANIES: Final = 90_000  # some 1,000,000 events
SIJILL: Final = Path(sys.executable).with_name("sijill")
SAMPLE_S: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """One round: the live job, and the rebuild of what it made."""

    live: Run
    rebuild_per_s: float
    seconds: float
    cpu_us: float
    """Of the rebuild and its workers, per event."""
    memory_mb: float
    """The most that the rebuild and its workers took together; shared memory counts once."""


def rebuilds(companies: int, rounds: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `rebuild` of the results."""
    with servers(report, postgres=False) as settings:
        report(f"simulating {companies:,} companies")
        load = spool(settings.data_dir / "frames", companies)
        facts = conditions(
            settings.java, companies=companies, events=load.events, partitions=settings.partitions, rounds=rounds
        )
        found = [
            asyncio.run(_round(settings, load, f"b{number}.", lambda what, n=number: report(f"round {n}: {what}")))  # type: ignore[misc]
            for number in range(1, rounds + 1)
        ]
    return section(found, facts)


def section(found: list[Rebuilt], facts: dict[str, Any]) -> dict[str, Any]:
    """Put the rounds together."""
    live = Measured.of(one.live.events_per_s for one in found)
    rebuilt = Measured.of(one.rebuild_per_s for one in found)
    return {
        "rebuild": {
            "per_second": {"live": live.document(), "rebuild": rebuilt.document()},
            "cpu_us": {
                "live": Measured.of(one.live.cpu_us for one in found).document(1),
                "rebuild": Measured.of(one.cpu_us for one in found).document(1),
            },
            "of_live": ratio(rebuilt, live),
            "seconds": Measured.of(one.seconds for one in found).document(1),
            "memory_mb": Measured.of(one.memory_mb for one in found).document(),
            "conditions": facts,
        }
    }


async def _round(settings: Settings, load: Spool, prefix: str, report: Report) -> Rebuilt:
    async with fresh_topics(settings, prefix) as mine, gauge(mine) as seen:
        topics = Topics(prefix)
        await preload(mine, load, lambda sent: report(f"loading {sent:,} of {load.events:,} events"))
        report("the live job")

        async def done() -> bool:
            admitted = await seen.caught_up(prefix + "admit", registrations(topics))
            return admitted and await seen.caught_up(prefix + "unify", [topics.statements])

        with running(mine, "admit", "unify") as workers:
            live = await watch(lambda: seen.total([*receipts(topics), topics.changes]), done, workers)
        report("rebuilding")
        with running(mine, "admit", "resolve", "unify"):  # resolve moves registrations: else companies differ
            found = await asyncio.to_thread(_rebuilt, mine)
        if found["different"] or found["events"] != load.events:
            raise BenchmarkFailed(f"the rebuild found {found}")
        return Rebuilt(
            live=live.run(load.events),
            rebuild_per_s=found["events_per_s"],
            seconds=found["seconds"],
            cpu_us=found["cpu_s"] / load.events * 1e6,
            memory_mb=found["memory_mb"],
        )


def _rebuilt(settings: Settings) -> dict[str, Any]:
    """Rebuild once the live register has caught up, and watch its processes."""
    command = [str(SIJILL), "rebuild", "--json", "--fresh", "--timeout", "3600"]
    environment = {**os.environ, **settings.environment()}
    _run(command, environment)  # waits until resolve has caught up, which is no part of a rebuild
    found, memory, cpu = _watched(command, environment)
    return {**found, "memory_mb": memory, "cpu_s": cpu}


def _run(command: list[str], environment: dict[str, str]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if ran.returncode:
        raise BenchmarkFailed(
            f"sijill rebuild ended with {ran.returncode}:\n{ran.stdout[-2_000:]}{ran.stderr[-2_000:]}"
        )


def _watched(command: list[str], environment: dict[str, str]) -> tuple[dict[str, Any], float, float]:
    """Run it; returns its last line, the most memory in MB, and its processor time in seconds."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    of_main, most, cpu = psutil.Process(process.pid), 0.0, dict[int, float]()
    while process.poll() is None:
        memory = 0.0
        for one in (of_main, *of_main.children(recursive=True)):
            try:
                memory += one.memory_full_info().pss / 2**20
                times = one.cpu_times()
                cpu[one.pid] = times.user + times.system
            except psutil.Error:
                continue
        most = max(most, memory)
        time.sleep(SAMPLE_S)
    last = process.stdout.read().splitlines()[-1]
    found: dict[str, Any] = json.loads(last)
    return found, most, sum(cpu.values())
