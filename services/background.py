"""Sijill's own processes in the background: one supervisor per data directory, found again by its pid file."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from runtime.instance import Ended, end_processes
from runtime.processes import PidFile, Running, start_detached
from runtime.settings import Settings

Report = Callable[[str], None]


def start_processes(settings: Settings, names: Sequence[str], report: Report) -> Running:
    """Start a supervisor of these processes that outlives us; one that runs already is left alone."""
    pid_file = _pid_file(settings)
    running = pid_file.running()
    if running is not None:
        report(f"processes are running already (pid {running.pid})")
        return running
    log = log_file(settings)
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "operations", "run", *names, "--supervised"]
    with log.open("ab") as output:
        pid = start_detached(command, output=output, environment=settings.environment())
    report(f"started {', '.join(names)} (pid {pid}), log in {log}")
    return pid_file.note(pid)


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
