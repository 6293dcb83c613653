"""Starts processes in the background with this command line, and reports it."""

import sys
from collections.abc import Sequence
from typing import Final

from operations.output import note
from runtime.settings import Settings
from services.background import start_processes

RUN: Final = (sys.executable, "-m", "operations", "run")
"""The command that runs a process, whose name comes behind it."""


def start(settings: Settings, names: Sequence[str]) -> None:
    """Start a supervisor of these processes in the background."""
    started = start_processes(settings, names, (*RUN, "--supervised"))
    if started.already:
        note(f"processes are running already (pid {started.pid})")
    else:
        note(f"started {', '.join(started.names)} (pid {started.pid}), log in {started.log}")
