"""Sijill beside its peers, in turn, round by round: the merge job, and the runtime alone on a count."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks import java
from benchmarks.contenders import COUNTING, MERGING, Contender, require_peers
from benchmarks.count_comparison import count_with
from benchmarks.event_file import Spool, spool
from benchmarks.in_memory import in_memory
from benchmarks.machine import conditions
from benchmarks.merges import check, merge_in_turn, merge_with
from benchmarks.output_rate import Run
from benchmarks.rounds import Measured, ratio
from benchmarks.servers import servers
from runtime.settings import Settings

Report = Callable[[str], None]

OURS: Final = "ours"
MEMORY: Final = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    companies: int
    counted_events: int
    rounds: int
    counting: Sequence[Contender] = COUNTING


def peers(sizes: Sizes, report: Report) -> dict[str, Any]:
    """Measure; gives the sections `peers` and `ratios` of the results."""
    require_peers()
    with servers(report, postgres=False) as settings:
        java.build(settings, report)
        report(f"simulating {sizes.companies:,} companies")
        load = spool(settings.data_dir / "frames", sizes.companies)
        facts = conditions(
            settings.java,
            companies=sizes.companies,
            events=load.events,
            counted_events=sizes.counted_events,
            partitions=settings.partitions,
            rounds=sizes.rounds,
        )
        merges: dict[str, list[Run]] = defaultdict(list)
        counts: dict[str, list[Run]] = defaultdict(list)
        for number in range(1, sizes.rounds + 1):
            said = _numbered(report, number, sizes.rounds)
            for name, run in asyncio.run(_merges(settings, load, number, said)).items():
                merges[name].append(run)
            for name, run in asyncio.run(_counts(settings, sizes, number, said)).items():
                counts[name].append(run)
    return sections(merges, counts, facts)


def _numbered(report: Report, number: int, rounds: int) -> Report:
    return lambda what: report(f"round {number} of {rounds}: {what}")


async def _merges(settings: Settings, load: Spool, number: int, report: Report) -> dict[str, Run]:
    report("merge: the functions in memory")
    bare = in_memory(load, settings)
    runs = {MEMORY: Run(events_per_s=bare.events_per_s, cpu_us=1e6 / bare.events_per_s)}
    ours = await merge_in_turn(settings, load, f"m{number}.ours.", report)
    runs[OURS] = ours.run
    for contender in MERGING:
        theirs = await merge_with(settings, contender, load, f"m{number}.{contender.name}.", report)
        check(ours.outcome, theirs.outcome, contender.title)
        runs[contender.name] = theirs.run
    return runs


async def _counts(settings: Settings, sizes: Sizes, number: int, report: Report) -> dict[str, Run]:
    return {
        one.name: await count_with(settings, one, sizes.counted_events, f"c{number}.{one.name}.", report)
        for one in sizes.counting
    }


def sections(
    merges: Mapping[str, list[Run]], counts: Mapping[str, list[Run]], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Put the rounds together; the better of Kafka Streams' two ways is the one that counts."""
    merged = {name: Measured.of(run.events_per_s for run in runs) for name, runs in merges.items()}
    counted = {name: Measured.of(run.events_per_s for run in runs) for name, runs in counts.items()}
    ratios = {name: ratio(merged[OURS], theirs) for name, theirs in merged.items() if name != OURS}
    ways = [theirs for name, theirs in counted.items() if name.startswith("kafka_streams")]
    ratios["kafka_streams"] = min(ratio(counted[OURS], theirs) for theirs in ways)
    count_ratios = {name: ratio(counted[OURS], theirs) for name, theirs in counted.items() if name != OURS}
    return {
        "ratios": ratios,
        "peers": {
            "merge": _documents(merges),
            "count": _documents(counts),
            "count_ratios": count_ratios,
            "conditions": facts,
        },
    }


def _documents(runs: Mapping[str, list[Run]]) -> dict[str, Any]:
    return {
        name: {
            "events_per_s": Measured.of(run.events_per_s for run in rounds).document(),
            "cpu_us": Measured.of(run.cpu_us for run in rounds).document(1),
        }
        for name, rounds in runs.items()
    }
