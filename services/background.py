"""Sijill's own processes in the background: one supervisor per data directory, found again by its pid file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.leftover_processes import Ended, end_processes
from runtime.processes import PidFile, start_detached
from runtime.settings import Settings

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A supervisor in the background. `already`: it ran before, and was left alone."""

    names: tuple[str, ...]
    pid: int
    already: bool
    log: Path


def start_processes(settings: Settings, names: Sequence[str], command: Sequence[str]) -> Started:
    """Start a supervisor of these processes that outlives us; one that runs already is left alone.

    `command`, with the names behind it, supervises them.
    """
    pid_file = _pid_file(settings)
    log = log_file(settings)
    running = pid_file.running()
    if running is not None:
        return Started(names=tuple(names), pid=running.pid, already=True, log=log)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        pid = start_detached([*command, *names], output=output, environment=settings.environment())
    pid_file.note(pid)
    return Started(names=tuple(names), pid=pid, already=False, log=log)


def stop_processes(settings: Settings, report: Report) -> Ended:
    """Stop all processes of the data directory, however they were started; says also what it had to leave."""
    ended = end_processes(settings, report)
    _pid_file(settings).running()  # removes the file of one that is gone
    return ended


def log_file(settings: Settings) -> Path:
    """Say where the processes in the background write their logs."""
    return settings.logs_dir / "processes.log"


def _pid_file(settings: Settings) -> PidFile:
    return PidFile(settings.data_dir.absolute() / "processes.pid")
