"""Check the read model: the version of its tables, what waits for a person, and our rights in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from readmodel.migrating import MigrationState, migration_state
from readmodel.stewards import Backlog
from runtime.settings import Settings
from services.counting import Totals
from services.error_mapping import named
from services.health.findings import Bad, Doubtful, Good, HealthFinding
from services.open_register import reading

MANY_CASES: Final = 1_000
LONG_WAIT: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class TablesCurrent(Good):
    """The tables have the version of this Sijill."""

    schema: str
    version: str


@dataclass(frozen=True, kw_only=True)
class TablesMissing(Bad):
    """The schema has no tables."""

    schema: str


@dataclass(frozen=True, kw_only=True)
class TablesOld(Bad):
    """The tables have an older version than this Sijill."""

    schema: str
    found: str
    newest: str


@dataclass(frozen=True, kw_only=True)
class TablesNewer(Bad):
    """The tables have a version that this Sijill does not know: a newer one made them."""

    schema: str
    found: str
    newest: str


@dataclass(frozen=True, kw_only=True)
class NoDeadLetters(Good):
    """No record waits among the dead letters."""


@dataclass(frozen=True, kw_only=True)
class DeadLettersOpen(Doubtful):
    """Records of a publisher wait among the dead letters."""

    publisher: str
    letters: int


@dataclass(frozen=True, kw_only=True)
class QueueShort(Good):
    """The stewards' queue is short."""

    cases: int


@dataclass(frozen=True, kw_only=True)
class QueueLong(Doubtful):
    """Many cases wait for a steward, or one has waited long."""

    cases: int
    days: int


def check_tables(settings: Settings) -> Sequence[HealthFinding]:
    """Compare the version of the tables with the one of this Sijill."""
    with named(settings):
        return table_findings(settings.database_schema, migration_state(settings))


def table_findings(schema: str, state: MigrationState) -> Sequence[HealthFinding]:
    """Judge the version of the tables."""
    if state.found is None:
        return [TablesMissing(schema=schema)]
    if not state.known:
        return [TablesNewer(schema=schema, found=state.found, newest=state.newest)]
    if state.found != state.newest:
        return [TablesOld(schema=schema, found=state.found, newest=state.newest)]
    return [TablesCurrent(schema=schema, version=state.found)]


def check_dead_letters(settings: Settings) -> Sequence[HealthFinding]:
    """Count the records that wait among the dead letters, per publisher."""
    with reading(settings) as register:
        return dead_letter_findings(register.totals().publishers)


def dead_letter_findings(publishers: Mapping[str, Totals]) -> Sequence[HealthFinding]:
    """Judge the counts of dead letters."""
    found = [
        DeadLettersOpen(publisher=name, letters=totals.dead_letters)
        for name, totals in publishers.items()
        if totals.dead_letters
    ]
    return found or [NoDeadLetters()]


def check_queue(settings: Settings, now: datetime) -> Sequence[HealthFinding]:
    """Count the open cases, and the days that the oldest has waited."""
    with reading(settings) as register:
        return queue_findings(register.backlog(), now)


def queue_findings(backlog: Backlog, now: datetime) -> Sequence[HealthFinding]:
    """Judge the stewards' queue."""
    waited = timedelta(0) if backlog.oldest is None else now - backlog.oldest
    if backlog.cases > MANY_CASES or waited > LONG_WAIT:
        return [QueueLong(cases=backlog.cases, days=waited.days)]
    return [QueueShort(cases=backlog.cases)]
