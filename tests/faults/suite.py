"""Plans carried out one after the other, each on a fresh register, and each checked when it is over."""

import asyncio
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.waiting import wait_until_caught_up
from tests.faults.ground import Ground
from tests.faults.laws import Findings, check
from tests.faults.plan import PER_PLAN, Done, carry_out, plan_of
from tests.faults.stage import AWAY_S, Stage, stage
from tests.faults.workers import stopped_orderly

SESSION_S: Final = 4  # a dead worker's partitions move after this; the product's own default is 10
CAUGHT_UP_S: Final = 180.0


@dataclass(slots=True)
class PlanReport:
    """The faults of a plan, and the findings after it."""

    seed: str
    planned: int
    done: list[Done] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    ended: Counter[str] = field(default_factory=Counter)
    last_words: list[str] = field(default_factory=list)
    events: int = 0
    seconds: float = 0.0
    machine_load: float = 0.0
    """Processes that wanted a core, on the average of its last minute: above the number of cores, all is slower."""
    logs: Path | None = None

    def command(self) -> str:
        """The command that runs it again."""
        return f"python -m tests.faults --seed {self.seed} --faults {self.planned}"


def seeds(seed: str, faults: int, per_plan: int = PER_PLAN) -> Iterator[tuple[str, int]]:
    """Give each plan's own seed and size: the first has the seed itself, so that one plan runs again from its own."""
    number = 0
    while faults > 0:
        yield (seed if number == 0 else f"{seed}-{number}"), min(faults, per_plan)
        faults -= per_plan
        number += 1


async def run_plan(
    ground: Ground,
    seed: str,
    faults: int,
    *,
    session_s: int = SESSION_S,
    away_s: float = AWAY_S,
    say: Callable[[str], None] = print,
) -> PlanReport:
    """Carry out one plan and check the laws after it."""
    report, began = PlanReport(seed=seed, planned=faults), time.monotonic()
    async with stage(ground, seed, session_s=session_s, away_s=away_s) as standing:
        loading = asyncio.create_task(standing.load.run())
        try:
            report.done = await carry_out(standing, plan_of(seed, faults), seed, say)
            standing.load.enough = True
            await loading
            await _come_to_rest(standing, report)
            report.findings = await asyncio.to_thread(_checked, report.findings, standing)
        finally:
            loading.cancel()
            report.ended, report.last_words = standing.crew.ended, standing.crew.last_words
            report.events = sum(standing.load.sent.values())
        for one in report.done:
            slow = one.outcome.recovery_s is None
            wrong = [*one.outcome.wrong, *(["it did not work again"] if slow else [])]
            report.findings.add("recovery", 1, (f"{one.planned.kind} of {one.planned.befalls}: {it}" for it in wrong))
    report.seconds, report.machine_load = time.monotonic() - began, os.getloadavg()[0]
    if report.findings.total[1]:
        report.logs = Path(tempfile.mkdtemp(prefix="sijill-faults-logs-"))
        shutil.copytree(standing.logs, report.logs, dirs_exist_ok=True)
    _say(report, say)
    return report


async def _come_to_rest(standing: Stage, report: PlanReport) -> None:
    """Wait until all records are processed, then stop the workers, which must take at most ten seconds."""
    waited = await wait_until_caught_up(standing.settings, CAUGHT_UP_S, lambda progress: None)
    behind = [] if waited.caught_up else [f"not caught up within {CAUGHT_UP_S} s: {waited.behind}"]
    report.findings.add("catching up", 1, behind)
    stops = await asyncio.gather(*(one.stop() for one in standing.crew.workers))
    for worker, (code, took) in zip(standing.crew.workers, stops, strict=True):
        told = [] if stopped_orderly(code, took) else [f"{worker.name} ended with {code} after {took:.1f} s"]
        report.findings.add("orderly stop", 1, told)


def _checked(findings: Findings, standing: Stage) -> Findings:
    found = check(standing.settings, standing.load)
    for law, count in found.checks.items():
        findings.add(law, count, found.broken[law])
    return findings


def _say(report: PlanReport, say: Callable[[str], None]) -> None:
    checks, broken = report.findings.total
    recoveries = [one.outcome.recovery_s for one in report.done if one.outcome.recovery_s is not None]
    say(
        f"plan {report.seed}: {len(report.done)} faults over {report.events} events in {report.seconds:.0f} s, "
        f"load {report.machine_load:.1f}, longest recovery {max(recoveries, default=0):.1f} s, "
        f"{checks} checks, {broken} broken; ended by themselves: {dict(report.ended) or 'none'}"
    )
    if broken:
        for line in (*report.findings.lines(), *report.last_words[-10:]):
            say(f"  {line}")
        say(f"  logs: {report.logs}; run it again: {report.command()}")
