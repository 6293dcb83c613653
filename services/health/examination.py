"""Run the checks one after the other. A server that is away stops only the checks that need it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from runtime.clock import Clock
from runtime.settings import Settings
from services.error_mapping import named
from services.health.clock_checks import check_kafka_clock, check_postgres_clock
from services.health.findings import Health, HealthFinding, NotChecked, ServerAway, ServerNeeded, TookTooLong, worst
from services.health.machine_checks import check_directory, check_disk, check_restarts
from services.health.processor_checks import check_lag, check_members, check_projection, check_states
from services.health.readmodel_checks import check_dead_letters, check_queue, check_tables
from services.health.registry_checks import check_registry
from services.health.servers import check_kafka, check_postgres
from services.health.topic_checks import check_records, check_topics
from services.health.versions import check_libraries, python_findings
from services.problems import ServiceProblem, UnknownCheck

PATIENCE_S: Final = 60.0  # for one check: a lost record of offsets is looked for in a whole topic


class Subject(StrEnum):
    """What a check looks at, in the order in which the checks run."""

    PYTHON = "python"
    LIBRARIES = "libraries"
    DIRECTORY = "directory"
    DISK = "disk"
    RESTARTS = "restarts"
    KAFKA = "kafka"
    POSTGRES = "postgres"
    REGISTRY = "registry"
    TOPICS = "topics"
    RECORDS = "records"
    STATES = "states"
    GROUPS = "groups"
    LAG = "lag"
    TABLES = "tables"
    PROJECTION = "projection"
    POSTGRES_CLOCK = "postgres-clock"
    KAFKA_CLOCK = "kafka-clock"
    DEAD_LETTERS = "dead-letters"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The answer of one check: at least one finding."""

    subject: Subject
    findings: tuple[HealthFinding, ...]

    @property
    def health(self) -> Health:
        """How bad the worst of it is."""
        return worst(self.findings)


@dataclass(frozen=True, slots=True)
class _Check:
    """How a check is run, and which servers it needs."""

    run: Callable[[Settings, Clock], Awaitable[Sequence[HealthFinding]]]
    needs: tuple[Subject, ...] = ()


def chosen_subjects(names: Sequence[str]) -> tuple[Subject, ...]:
    """Take names of checks, in the order of the checks; none means all. Raises UnknownCheck."""
    unknown = tuple(name for name in names if name not in tuple(Subject))
    if unknown:
        raise UnknownCheck(names=unknown, known=tuple(Subject))
    return tuple(one for one in Subject if not names or one in names)


async def examine(
    settings: Settings, clock: Clock, subjects: Collection[Subject], report: Callable[[Subject], None]
) -> Sequence[Examined]:
    """Run checks, each within its time. `report` gets each subject before it is looked at. Raises nothing of servers.

    A check whose server is away is not tried. So the servers are asked first.
    """
    away: set[Subject] = set()
    found: list[Examined] = []
    for subject in Subject:
        check = _CHECKS[subject]
        if subject not in subjects and subject not in {need for one in subjects for need in _CHECKS[one].needs}:
            continue
        report(subject)
        findings = await _findings(check, settings, clock, away)
        if any(isinstance(one, ServerAway) for one in findings):
            away.add(subject)
        if subject in subjects:
            found.append(Examined(subject=subject, findings=findings))
    return found


async def _findings(
    check: _Check, settings: Settings, clock: Clock, away: Collection[Subject]
) -> tuple[HealthFinding, ...]:
    for need in check.needs:
        if need in away:
            return (ServerNeeded(server=need),)
    try:
        with named(settings):
            return tuple(await asyncio.wait_for(check.run(settings, clock), PATIENCE_S))
    except TimeoutError:
        return (TookTooLong(after_s=PATIENCE_S),)
    except ServiceProblem as problem:
        return (NotChecked(problem=problem),)


def _blocking(run: Callable[[Settings, Clock], Sequence[HealthFinding]], *needs: Subject) -> _Check:
    """Make a check of a function that blocks: it runs in a thread."""

    async def threaded(settings: Settings, clock: Clock) -> Sequence[HealthFinding]:
        return await asyncio.to_thread(run, settings, clock)

    return _Check(threaded, needs)


def _kafka(run: Callable[[Settings], Awaitable[Sequence[HealthFinding]]], *needs: Subject) -> _Check:
    return _Check(lambda settings, clock: run(settings), (Subject.KAFKA, *needs))


_CHECKS: Final[Mapping[Subject, _Check]] = {
    Subject.PYTHON: _blocking(lambda settings, clock: python_findings()),
    Subject.LIBRARIES: _blocking(lambda settings, clock: check_libraries()),
    Subject.DIRECTORY: _blocking(lambda settings, clock: check_directory(settings)),
    Subject.DISK: _blocking(lambda settings, clock: check_disk(settings)),
    Subject.RESTARTS: _blocking(lambda settings, clock: check_restarts(settings, clock.now().timestamp())),
    Subject.KAFKA: _Check(lambda settings, clock: check_kafka(settings)),
    Subject.POSTGRES: _blocking(lambda settings, clock: check_postgres(settings)),
    Subject.REGISTRY: _blocking(lambda settings, clock: check_registry(settings)),
    Subject.TOPICS: _kafka(check_topics),
    Subject.RECORDS: _kafka(check_records),
    Subject.STATES: _kafka(check_states),
    Subject.GROUPS: _kafka(check_members),
    Subject.LAG: _kafka(check_lag),
    Subject.TABLES: _blocking(lambda settings, clock: check_tables(settings), Subject.POSTGRES),
    Subject.PROJECTION: _kafka(check_projection, Subject.POSTGRES),
    Subject.POSTGRES_CLOCK: _blocking(check_postgres_clock, Subject.POSTGRES),
    Subject.KAFKA_CLOCK: _Check(check_kafka_clock, (Subject.KAFKA,)),
    Subject.DEAD_LETTERS: _blocking(lambda settings, clock: check_dead_letters(settings), Subject.POSTGRES),
    Subject.QUEUE: _blocking(lambda settings, clock: check_queue(settings, clock.now()), Subject.POSTGRES),
}
