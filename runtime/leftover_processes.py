"""Finds and ends every process of Sijill that works on one data directory, however it was started.

A pid file proves little: it may be gone, or name a process whose pid another program bears by now. So the running
processes themselves are asked: their command line, and the data directory that their environment names.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
from dotenv import dotenv_values

from runtime.processes import PidFile, words_of
from runtime.settings import DOTENV, Settings, variable

PATIENCE_S: Final = 20.0  # a worker's orderly stop takes 10 s at most, and its supervisor waits for it
KILL_S: Final = 10.0
_POLL_S: Final = 0.05
_TURNS: Final = 3  # a supervisor may start a child while we look
_DATA_DIR: Final = variable("data_dir")
_PROGRAM: Final = "sijill"
_MODULE: Final = ("-m", "operations")
_RUN: Final = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftoverProcess:
    """A process that could not be ended, and the reason."""

    pid: int
    command: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The ended processes, one line each, and the processes that are left."""

    stopped: tuple[str, ...]
    left: tuple[LeftoverProcess, ...]


def processes_of(settings: Settings) -> list[psutil.Process]:
    """List the processes that run a part of the register on this data directory, supervisors before their children."""
    own = _lineage(os.getpid())
    found = [one for one in psutil.process_iter() if one.pid not in own and _works_on(one, settings.data_dir)]
    pids = {one.pid for one in found}
    return sorted(found, key=lambda one: (not pids.isdisjoint(_lineage(one.pid) - {one.pid}), one.pid))


def end_processes(
    settings: Settings, report: Callable[[str], None] = lambda line: None, *, patience_s: float = PATIENCE_S
) -> Ended:
    """End them: ask the supervisors, which ask their children; then ask the others; then kill the rest.

    Returns when each is gone, or is listed as left with the reason.
    """
    stopped: dict[int, str] = {}
    left: dict[int, LeftoverProcess] = {}
    for _ in range(_TURNS):
        found = [one for one in processes_of(settings) if one.pid not in left]
        if not found:
            break
        stopped |= {one.pid: _command_text(one) for one in found}
        report(f"stopping {', '.join(_command_text(one) for one in found)}")
        left |= {one.pid: one for one in _end(found, patience_s)}
    return Ended(
        stopped=tuple(name for pid, name in stopped.items() if pid not in left),
        left=(*left.values(), *_processes_elsewhere(settings, {*stopped, *left})),
    )


def _end(found: Sequence[psutil.Process], patience_s: float) -> Iterator[LeftoverProcess]:
    pids = {one.pid for one in found}
    heads = [one for one in found if pids.isdisjoint(_lineage(one.pid) - {one.pid})]
    refused = {one.pid: why for one in heads if (why := _send(one, signal.SIGTERM)) is not None}
    asked = [one for one in found if _lineage(one.pid).isdisjoint(refused)]
    alive = _wait(asked, patience_s)
    for one in alive:
        _send(one, signal.SIGKILL)
    alive = _wait(alive, KILL_S)
    for one in found:
        if one in alive:
            yield LeftoverProcess(
                pid=one.pid, command=_command_text(one), why=f"does not end, not even when killed, within {KILL_S:g} s"
            )
        elif not _lineage(one.pid).isdisjoint(refused):
            yield LeftoverProcess(pid=one.pid, command=_command_text(one), why=next(iter(refused.values())))


def _wait(processes: Sequence[psutil.Process], timeout_s: float) -> list[psutil.Process]:
    """Wait until they have ended; returns the others. A zombie has ended."""
    deadline = time.monotonic() + timeout_s
    while (alive := [one for one in processes if _runs(one)]) and time.monotonic() < deadline:
        psutil.wait_procs(alive, timeout=_POLL_S)
    return alive


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _send(process: psutil.Process, number: signal.Signals) -> str | None:
    """Send a signal to exactly this process. psutil compares its start time, so a reused pid gets none."""
    try:
        process.send_signal(number)
    except psutil.AccessDenied:
        return f"belongs to {_owner(process)}: stop it as that user"
    except psutil.NoSuchProcess:
        return None
    return None


def _works_on(process: psutil.Process, data_dir: Path) -> bool:
    with suppress(psutil.Error, OSError):
        if not _runs_a_part(words_of(process)):
            return False
        inside = Path(f"/proc/{process.pid}/root")  # a container sees another tree under the same names
        return _same_directory(_data_dir_of(process), data_dir.absolute(), inside)
    return False


def _runs_a_part(command: Sequence[str]) -> bool:
    """Tell whether a command line is `sijill run …` or `python -m operations run …`."""
    for place, word in enumerate(command[:-1]):
        if command[place + 1] == _RUN and Path(word).name == _PROGRAM:
            return True
        if tuple(command[place : place + 2]) == _MODULE and tuple(command[place + 2 : place + 3]) == (_RUN,):
            return True
    return False


def _data_dir_of(process: psutil.Process) -> Path:
    """Give the data directory of a process, by the rules of `runtime.settings.load`."""
    directory = Path(process.cwd())
    named = process.environ().get(_DATA_DIR)
    if named is None:
        named = dotenv_values(directory / DOTENV).get(_DATA_DIR) if (directory / DOTENV).is_file() else None
    default = Settings.model_fields["data_dir"].default
    return directory / Path(named or default).expanduser()


def _same_directory(theirs: Path, ours: Path, inside: Path) -> bool:
    seen = inside / theirs.relative_to(theirs.anchor) if inside.exists() else theirs
    try:
        return seen.samefile(ours)
    except OSError:  # somebody deleted it while they ran
        return Path(os.path.normpath(theirs)) == Path(os.path.normpath(ours)) and not ours.exists()


def _lineage(pid: int) -> set[int]:
    """Give the pids of a process and its ancestors."""
    found = {pid}
    with suppress(psutil.Error):
        found |= {one.pid for one in psutil.Process(pid).parents()}
    return found


def _processes_elsewhere(settings: Settings, known: Iterable[int]) -> Iterator[LeftoverProcess]:
    """Name the processes in the pid files of the data directory that this process cannot end."""
    for path in sorted((*settings.data_dir.glob("*.pid"), *settings.data_dir.glob("run/*.pid"))):
        noted = PidFile(path).noted()
        if noted is None or noted.pid in known:
            continue
        name = f"{path.stem} (pid {noted.pid})"
        if noted.is_alive():
            if (owner := _unreachable(noted.pid)) is not None:
                yield LeftoverProcess(pid=noted.pid, command=name, why=f"belongs to {owner}: stop it as that user")
        elif noted.host not in (None, socket.gethostname()):
            why = f"was started on the host {noted.host}: stop it there; if it runs no more, delete {path}"
            yield LeftoverProcess(pid=noted.pid, command=name, why=why)


def _unreachable(pid: int) -> str | None:
    """Name the owner of a process that we may not signal; None where we may, or where it is gone."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return _owner(psutil.Process(pid))
    except ProcessLookupError:
        return None
    return None


def _owner(process: psutil.Process) -> str:
    try:
        return f"the user {process.username()}"
    except (psutil.Error, KeyError):
        return "another user"


def _command_text(process: psutil.Process) -> str:
    try:
        command = words_of(process)
    except psutil.Error:
        command = ()
    words = command[command.index(_RUN) + 1 :] if _RUN in command else []
    return f"{' '.join(words) or _PROGRAM} (pid {process.pid})"
