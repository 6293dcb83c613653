"""The embedded Kafka and PostgreSQL: started together, found running, stopped.

Where the settings name an existing cluster or database, that part is left alone.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded.kafka import EmbeddedKafka
from runtime.embedded.ports import free_ports
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.settings import Settings

__all__ = ["EmbeddedKafka", "EmbeddedPostgres", "Endpoints", "PartStatus", "down", "free_ports", "status", "up"]

ReportProgress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The addresses of the parts, and which of them this call started."""

    kafka: str
    postgres: str
    started: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStatus:
    """One embedded part, as it is now."""

    name: str
    endpoint: str
    pid: int | None
    answers: bool
    log: Path


def up(settings: Settings, report: ReportProgress = lambda line: None) -> Endpoints:
    """Start the embedded parts that do not run, and return when all answer.

    `report` gets a line per step. Raises a `RuntimeProblem` that says what to do. A part that did start stays running,
    for the next `up` or for `down`.
    """
    parts = _parts(settings)
    with _locked_data_directory(settings):
        for part in parts:
            if part.running() is None:
                part.require_ports()
        started = [part for part in parts if part.launch(report)]
        for part in parts:
            part.wait()
    for part in parts:
        report(f"{part.name} {'answers' if part in started else 'was running already'}: {part.endpoint}")
    return Endpoints(
        kafka=settings.bootstrap_servers, postgres=settings.postgres_url, started=tuple(part.name for part in started)
    )


def down(settings: Settings, report: ReportProgress = lambda line: None) -> tuple[str, ...]:
    """Stop the embedded parts that run. Returns their names."""
    with _locked_data_directory(settings):
        stopped = []
        for part in reversed(_parts(settings)):
            if part.running() is not None:
                report(f"stopping {part.name}")
            if part.stop():
                stopped.append(part.name)
    return tuple(stopped)


def status(settings: Settings) -> tuple[PartStatus, ...]:
    """Give the status of each embedded part; an existing cluster or database is left out."""
    return tuple(_status_of(part) for part in _parts(settings))


def _parts(settings: Settings) -> tuple[EmbeddedKafka | EmbeddedPostgres, ...]:
    kafka = (EmbeddedKafka(settings),) if settings.kafka_is_embedded else ()
    postgres = (EmbeddedPostgres(settings),) if settings.postgres_is_embedded else ()
    return (*kafka, *postgres)


def _status_of(part: EmbeddedKafka | EmbeddedPostgres) -> PartStatus:
    running = part.running()
    pid = None if running is None else running.pid
    return PartStatus(name=part.name, endpoint=part.endpoint, pid=pid, answers=part.alive(), log=part.log)


@contextmanager
def _locked_data_directory(settings: Settings) -> Iterator[None]:
    """Lock the data directory, so that `up` and `down` of several processes take turns."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
