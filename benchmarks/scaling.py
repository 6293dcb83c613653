"""One and two worker processes of a stage on the same backlog, with the broker on the same two cores."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from benchmarks.event_file import Spool, spool
from benchmarks.machine import conditions
from benchmarks.output_rate import Run, gauge, watch
from benchmarks.rounds import Measured
from benchmarks.servers import servers
from benchmarks.topic_contents import count
from benchmarks.topics import fresh_topics, preload, receipts, registrations
from benchmarks.workers import running
from runtime.settings import Settings
from schemas.facts.topics import Topics

Report = Callable[[str], None]

JOINING: Final = 0.3  # of the outputs, while the second worker joins


def workers(companies: int, rounds: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `scaling` of the results."""
    found: dict[str, dict[str, list[Run]]] = {"admit": {"1": [], "2": []}, "unify": {"1": [], "2": []}}
    with servers(report, postgres=False) as settings:
        load = spool(settings.data_dir / "frames", companies)
        facts = conditions(settings.java, companies=companies, events=load.events, rounds=rounds)
        for number in range(1, rounds + 1):
            for many in (1, 2):
                report(f"round {number} of {rounds}: {many} worker{'s' if many > 1 else ''}")
                both = asyncio.run(_with(settings, load, many, f"w{number}.{many}."))
                for stage, run in both.items():
                    found[stage][str(many)].append(run)
    return {
        "scaling": {
            "per_second": {
                stage: {many: Measured.of(run.events_per_s for run in runs).document() for many, runs in rows.items()}
                for stage, rows in found.items()
            },
            "conditions": facts,
        }
    }


async def _with(settings: Settings, load: Spool, many: int, prefix: str) -> dict[str, Run]:
    async with fresh_topics(settings, prefix) as mine, gauge(mine) as seen:
        topics = Topics(prefix)
        await preload(mine, load, lambda sent: None)
        inputs = registrations(topics)
        with running(mine, *["admit"] * many) as admitting:
            admit = await watch(
                lambda: seen.total(receipts(topics)), lambda: seen.caught_up(prefix + "admit", inputs), admitting
            )
        statements = await count(mine, [topics.statements])
        with running(mine, *["unify"] * many) as unifying:
            unify = await watch(
                lambda: seen.total([topics.changes]),
                lambda: seen.caught_up(prefix + "unify", [topics.statements]),
                unifying,
            )
    return {"admit": admit.run(load.events, skip=JOINING), "unify": unify.run(statements, skip=JOINING)}
