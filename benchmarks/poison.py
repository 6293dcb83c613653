"""What bad records cost: the same good events through `admit`, without and with bad ones among them, in turn."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from benchmarks.bad_records import Sent, good_records, mixed
from benchmarks.event_file import Frame, first, spool
from benchmarks.machine import conditions
from benchmarks.merges import stage
from benchmarks.output_rate import Run, gauge
from benchmarks.problems import BenchmarkFailed
from benchmarks.receipt_check import publish, require_answers
from benchmarks.rounds import Measured, ratio
from benchmarks.servers import servers
from benchmarks.topics import fresh_topics, receipts, registrations
from runtime.settings import Settings
from schemas.facts.topics import Topics

Report = Callable[[str], None]

GOAL: Final = 0.5  # of the speed without them, per record
EVENTS_EACH: Final = 10  # of a company, at least: it has about 11


def poisoned(good: int, bad: int, rounds: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `poison` of the results."""
    runs: dict[str, list[Run]] = {"without": [], "with": []}
    with servers(report, postgres=False) as settings:
        report(f"simulating {good:,} good events")
        frames = list(first(spool(settings.data_dir / "frames", good // EVENTS_EACH + 1), good))
        if len(frames) < good:
            raise BenchmarkFailed(f"the simulation gave {len(frames):,} events, wanted {good:,}: ask for more")
        facts = conditions(
            settings.java, good_records=good, bad_records=bad, partitions=settings.partitions, rounds=rounds
        )
        for number in range(1, rounds + 1):
            for way, sent in _ways(frames, bad).items():
                report(f"round {number} of {rounds}: {way} bad records")
                run, parked = asyncio.run(_admitted(settings, sent, f"p{number}.{way}."))
                runs[way].append(run)
    return section(runs, parked, facts)


def _ways(frames: list[Frame], bad: int) -> dict[str, Iterable[Sent]]:
    return {"without": good_records(frames), "with": mixed(frames, bad)}


async def _admitted(settings: Settings, sent: Iterable[Sent], prefix: str) -> tuple[Run, Counter[str]]:
    """One worker on all of it; every answer is checked. Returns what was parked, by reason."""
    async with fresh_topics(settings, prefix) as mine, gauge(mine) as seen:
        topics = Topics(prefix)
        placed = await publish(mine, sent)
        held = await seen.total(registrations(topics))
        if held != len(placed):
            raise BenchmarkFailed(f"the broker holds {held:,} records of {len(placed):,}")
        run = await stage(mine, seen, "admit", registrations(topics), receipts(topics), len(placed))
        return run, await require_answers(mine, placed)


def section(runs: dict[str, list[Run]], parked: Counter[str], facts: dict[str, Any]) -> dict[str, Any]:
    """Put the rounds together."""
    rates = {way: Measured.of(run.events_per_s for run in rounds) for way, rounds in runs.items()}
    return {
        "poison": {
            "per_second": {way: rate.document() for way, rate in rates.items()},
            "cpu_us": {way: Measured.of(run.cpu_us for run in rounds).document(1) for way, rounds in runs.items()},
            "ratio": ratio(rates["with"], rates["without"]),
            "goal": GOAL,
            "parked": dict(sorted(parked.items())),
            "conditions": facts,
        }
    }
