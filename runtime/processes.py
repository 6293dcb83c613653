"""Detached child processes: started, found again by a pid file, and stopped in an orderly way.

A pid alone proves nothing: after a crash another program may bear it. So the pid file also keeps the command line,
which names our data directory. A process counts as ours only while both agree. Start times are not compared: they move
when the machine's clock is set.
"""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

import psutil

_EXEC_S: Final = 1.0  # a process has no command line for a moment while it becomes another program

_children: dict[int, tuple[subprocess.Popen[bytes], tuple[str, ...]]] = {}
"""The processes that this very process started, with their commands: a parent must collect them when they end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One detached process, as its pid file tells."""

    pid: int
    command: tuple[str, ...]
    port: int | None = None
    host: str | None = None
    """The machine on which it was started: several machines may share a data directory."""

    def is_alive(self) -> bool:
        """Tell whether exactly this command uses the pid.

        The arguments are compared; what stands before them changes when the program is a script.
        """
        if _is_child(self.pid, self.command):
            return True
        alive, (program, *arguments) = command_of(self.pid), self.command
        if not alive or not arguments:
            return bool(alive) and Path(alive[-1]).name == Path(program).name
        return list(alive[-len(arguments) :]) == arguments


@dataclass(frozen=True, slots=True)
class PidFile:
    """The file that says which process runs a part of this data directory."""

    path: Path

    def running(self) -> Running | None:
        """Give the process of the file if it is alive and ours; a stale file is removed."""
        noted = self.noted()
        if noted is None:
            return None
        if noted.is_alive():
            return noted
        self.remove()
        return None

    def note(self, pid: int, *, port: int | None = None) -> Running:
        """Write the file for a process that has just been started."""
        command = _children[pid][1] if pid in _children else command_of(pid)
        noted = Running(pid=pid, command=command, port=port, host=socket.gethostname())
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(noted)), encoding="utf-8")
        partial.replace(self.path)
        return noted

    def stop(self, *, patience_s: float, polite: signal.Signals = signal.SIGTERM) -> bool:
        """Stop the process that the file names, if it runs, as `stop` does. False: it was not running."""
        running = self.running()
        if running is not None:
            stop(running, patience_s=patience_s, polite=polite)
        self.remove()
        return running is not None

    def kill(self) -> bool:
        """End the process that the file names at once, if it runs. False: it was not running."""
        running = self.running()
        if running is not None:
            kill(running)
        self.remove()
        return running is not None

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def noted(self) -> Running | None:
        """Read the process from the file, alive or not; a truncated file is removed."""
        try:
            noted = json.loads(self.path.read_text(encoding="utf-8"))
            program, *arguments = noted["command"]
            host = noted.get("host")
            return Running(pid=int(noted["pid"]), command=(program, *arguments), port=noted["port"], host=host)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):  # cut off by a full disk or a crash: as good as stale
            self.remove()
            return None


def command_of(pid: int) -> tuple[str, ...]:
    """Give the command line of a living process; empty for no process or a zombie."""
    if pid in _children and not _is_child(pid, _children[pid][1]):
        return ()
    deadline = time.monotonic() + _EXEC_S
    try:
        process = psutil.Process(pid)
        while not (command := words_of(process)) and time.monotonic() < deadline:
            time.sleep(0.001)
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ()
    return command


def words_of(process: psutil.Process) -> tuple[str, ...]:
    """Give the words of a process's command line. A process with a title has them in one padded text."""
    words = [word for word in process.cmdline() if word]
    return tuple(words[0].split() if len(words) == 1 else words)


def _is_child(pid: int, command: tuple[str, ...]) -> bool:
    """Tell whether we started this command under this pid, and it still runs."""
    child = _children.get(pid)
    if child is not None and child[0].poll() is not None:
        _children.pop(pid, None)
        return False
    return child is not None and child[1] == command


def start_detached(
    command: Sequence[str],
    *,
    output: IO[bytes],
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    user: str | None = None,
) -> int:
    """Start a process that outlives us and does not get our Ctrl-C. Returns its pid.

    `environment` is added to ours; `user` needs root. Raises OSError when the program cannot be run.
    """
    child = subprocess.Popen(
        [*command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})},
        cwd=directory,
        start_new_session=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    _children[child.pid] = (child, tuple(command))
    return child.pid


def run_as(user: str | None, command: Sequence[str], *, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as ourselves or as another user, which needs root. Its output is in the result."""
    no_groups: list[int] = []
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=directory,
        user=user,
        group=user,
        extra_groups=None if user is None else no_groups,
    )


def stop(running: Running, *, patience_s: float, polite: signal.Signals = signal.SIGTERM) -> bool:
    """End a process: ask, wait, then kill it and its children. Returns whether it ended when asked."""
    if not running.is_alive():
        return True
    family = _family(running.pid)
    _send(running.pid, polite)
    _, alive = psutil.wait_procs(family, timeout=patience_s)
    for process in alive:
        _send(process.pid, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=10)
    command_of(running.pid)  # collects the zombie if it is our child
    return not alive


def kill(running: Running) -> None:
    """End a process at once, as a crash would (SIGKILL), and return when it is gone."""
    if not running.is_alive():
        return
    family = _family(running.pid)
    _send(running.pid, signal.SIGKILL)
    _, orphans = psutil.wait_procs(family, timeout=5)
    for process in orphans:
        _send(process.pid, signal.SIGKILL)
    psutil.wait_procs(orphans, timeout=10)
    command_of(running.pid)


def _family(pid: int) -> list[psutil.Process]:
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it ended by itself meanwhile
        os.kill(pid, number)
