"""The embedded Kafka and PostgreSQL, and our own processes beside them: started, and stopped in order."""

from dataclasses import dataclass

from runtime import embedded
from runtime.embedded import Endpoints
from runtime.leftover_processes import LeftoverProcess
from runtime.settings import Settings
from services.background import Report, stop_processes

__all__ = ["Endpoints", "LeftoverProcess", "Stopped", "down", "up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What was stopped, by name, and the processes that could not be."""

    stopped: tuple[str, ...]
    left: tuple[LeftoverProcess, ...]


def up(settings: Settings, report: Report) -> Endpoints:
    """Start the servers, or find them running; `report` gets a line a step. Raises a RuntimeProblem."""
    return embedded.up(settings, report=report)


def down(settings: Settings, report: Report) -> Stopped:
    """Stop every process of the data directory, then the servers. Data stays. Raises a RuntimeProblem."""
    ended = stop_processes(settings, report)
    processes = ("processes",) if ended.stopped else ()
    return Stopped(stopped=(*processes, *embedded.down(settings, report=report)), left=ended.left)
