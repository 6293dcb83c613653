"""The merge job on real Kafka: by Sijill's processors, and by its peers, on the same events."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.contenders import Contender
from benchmarks.event_file import Spool
from benchmarks.output_rate import Gauge, Run, gauge, watch
from benchmarks.problems import BenchmarkFailed
from benchmarks.topic_contents import count
from benchmarks.topics import fresh_topics, preload, receipts, registrations
from benchmarks.workers import running, started
from runtime.settings import Settings
from schemas.facts.topics import Topics

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out, of every contender the same."""

    receipts: int
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The merge job by one contender."""

    run: Run
    outcome: Outcome


async def merge_with(settings: Settings, contender: Contender, load: Spool, prefix: str, report: Report) -> Merge:
    """Let a peer do the job on a backlog; the rate is that of its receipts, one per event."""
    async with fresh_topics(settings, prefix) as mine, gauge(mine, contender.isolation) as seen:
        await preload(mine, load, lambda sent: report(f"loading {sent:,} of {load.events:,} events"))
        report(f"merge: {contender.title}")
        topics = Topics(prefix)
        with started(mine, [(contender.name, contender.command(mine))]) as workers:
            timeline = await watch(
                lambda: seen.total(receipts(topics)),
                lambda: seen.caught_up(prefix + contender.group, registrations(topics)),
                workers,
            )
        return Merge(run=timeline.run(load.events), outcome=await outcome(mine))


async def merge_in_turn(settings: Settings, load: Spool, prefix: str, report: Report) -> Merge:
    """Let Sijill do the job with one worker process at a time: admit, then unify on what it left, the times added."""
    async with fresh_topics(settings, prefix) as mine, gauge(mine) as seen:
        await preload(mine, load, lambda sent: report(f"loading {sent:,} of {load.events:,} events"))
        admit, unify, statements = await admit_then_unify(mine, seen, load, report)
        return Merge(run=in_turn(load.events, admit, statements, unify), outcome=await outcome(mine))


async def admit_then_unify(settings: Settings, seen: Gauge, load: Spool, report: Report) -> tuple[Run, Run, int]:
    """Each alone on a backlog. Returns both, per event and per statement, and how many statements there were."""
    topics = Topics(settings.topic_prefix)
    report("merge: Sijill's admit")
    admit = await stage(settings, seen, "admit", registrations(topics), receipts(topics), load.events)
    statements = await count(settings, [topics.statements])
    report("merge: Sijill's unify")
    unify = await stage(settings, seen, "unify", [topics.statements], [topics.changes], statements)
    return admit, unify, statements


async def stage(
    settings: Settings, seen: Gauge, process: str, inputs: list[str], outputs: list[str], records: int
) -> Run:
    """One process of the register on the backlog of its inputs."""
    with running(settings, process) as workers:
        timeline = await watch(
            lambda: seen.total(outputs), lambda: seen.caught_up(settings.topic_prefix + process, inputs), workers
        )
    return timeline.run(records)


def in_turn(events: int, admit: Run, statements: int, unify: Run) -> Run:
    """Both stages one after the other, as one process would do them that never waits for the other stage."""
    seconds = events / admit.events_per_s + statements / unify.events_per_s
    cpu_us = (events * admit.cpu_us + statements * unify.cpu_us) / events
    return Run(events_per_s=events / seconds, cpu_us=cpu_us)


async def outcome(settings: Settings) -> Outcome:
    """Count what came out."""
    topics = Topics(settings.topic_prefix)
    return Outcome(receipts=await count(settings, receipts(topics)), changes=await count(settings, [topics.changes]))


MOST_SURPLUS: Final = 0.02  # of a runtime that promises no more than at least once


def check(ours: Outcome, theirs: Outcome, who: str) -> None:
    """Raise BenchmarkFailed unless a peer did the same job."""
    for name in Outcome.__dataclass_fields__:
        least = getattr(ours, name)
        if not least <= getattr(theirs, name) <= least * (1 + MOST_SURPLUS):
            raise BenchmarkFailed(f"{who} gave {getattr(theirs, name):,} {name}, Sijill {least:,}: not the same job")
