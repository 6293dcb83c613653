"""Run processes as children, restart those that end, and stop all together."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import structlog

from runtime.forked_process import ForkedProcess, fork
from runtime.problems import AlreadyRunning
from runtime.process_ends import ProcessEnd, note_end
from runtime.processes import PidFile, stop
from runtime.settings import Settings
from runtime.signals import handling

_POLL_S: Final = 0.1
PATIENCE_S: Final = 8.0  # then SIGKILL: all have ended within 10 s of the signal
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 8.0  # a process that mends itself works again within 15 s, its start included
_STEADY_S: Final = 60.0  # a child that has run so long is not in a loop of failures

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running. Without a log file it writes where its supervisor writes.

    With `run` it is forked from the supervisor and runs that function; `command` is then its title.
    """

    name: str
    command: tuple[str, ...]
    log: Path | None = None
    run: Callable[[], int] | None = None


class Supervisor:
    """Keeps children running until SIGTERM, SIGINT or SIGHUP.

    A child that ends, for any reason, starts again after a pause. The pause doubles from half a second to eight
    seconds. Each child has a pid file: children that outlived a killed supervisor are stopped by the next one.
    """

    def __init__(self, children: Sequence[Child], settings: Settings, *, patience_s: float = PATIENCE_S) -> None:
        self._settings = settings
        self._patience_s = patience_s
        self._folder = settings.data_dir.absolute() / "run"
        self._watched = [_Watched(child, PidFile(self._folder / f"{child.name}.pid")) for child in children]
        self._signals = 0

    def run(self) -> None:
        """Block until told to stop, then stop every child within 10 s. For the main thread only.

        Raises `AlreadyRunning` if another supervisor has one of the children in the same data directory.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            for watched in self._watched:
                held.enter_context(self._claimed(watched.child.name))
            held.enter_context(handling(self._count_signal))
            self._stop_orphans()
            try:
                self._keep_running()
            finally:
                self._stop_all()

    def _keep_running(self) -> None:
        environment = {**os.environ, **self._settings.environment()}
        while not self._signals:
            for watched in self._watched:
                watched.tend(environment)
            time.sleep(_POLL_S)

    def _stop_orphans(self) -> None:
        for watched in self._watched:
            orphan = watched.pid_file.running()
            if orphan is not None:
                _log.warning("orphan.stopped", child=watched.child.name, pid=orphan.pid)
                stop(orphan, patience_s=self._patience_s)
                watched.pid_file.remove()

    def _stop_all(self) -> None:
        for watched in self._watched:
            watched.send(signal.SIGTERM)
        deadline = time.monotonic() + self._patience_s
        while any(watched.runs() for watched in self._watched) and time.monotonic() < deadline:
            if self._signals > 1:  # a second signal ends the wait
                break
            time.sleep(_POLL_S)
        for watched in self._watched:
            watched.end()

    @contextmanager
    def _claimed(self, name: str) -> Iterator[None]:
        with (self._folder / f"{name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(
                    f"{name} is kept running by another supervisor in {self._folder.parent}: stop that one with "
                    "`sijill down`, or set SIJILL_DATA_DIR to another directory."
                ) from error
            yield

    def _count_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1


class _Watched:
    """One child, and the time of its next start."""

    def __init__(self, child: Child, pid_file: PidFile) -> None:
        self.child = child
        self.pid_file = pid_file
        self._process: subprocess.Popen[bytes] | ForkedProcess | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._pause_s = _FIRST_PAUSE_S

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def tend(self, environment: dict[str, str]) -> None:
        """Start the child when it is due; record its end."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._due_at:
                self._start(environment, now)
        elif self._process.poll() is not None:
            self._note_end(self._process.poll(), now)

    def send(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def end(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                _log.warning("process.killed", child=self.child.name, pid=self._process.pid)
                self._process.kill()
            self._process.wait()
        self.pid_file.remove()

    def _start(self, environment: dict[str, str], now: float) -> None:
        child = self.child
        if child.log is not None:
            child.log.parent.mkdir(parents=True, exist_ok=True)
        if child.run is not None:
            self._process = fork(child.run, title=child.command, environment=environment, log=child.log)
        else:
            self._process = _executed(child, environment)
        self._started_at = now
        self.pid_file.note(self._process.pid)
        _log.info("process.started", child=self.child.name, pid=self._process.pid)

    def _note_end(self, code: int | None, now: float) -> None:
        if now - self._started_at >= _STEADY_S:
            self._pause_s = _FIRST_PAUSE_S
        _log.error("process.ended", child=self.child.name, exit_code=code, starts_again_in_s=self._pause_s)
        with suppress(OSError):  # a full disk must not end the supervisor: the line above stands in its log
            note_end(self.pid_file.path.parent, self.child.name, ProcessEnd(at=time.time(), code=code))
        self._process, self._due_at = None, now + self._pause_s
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)


def _executed(child: Child, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    with ExitStack() as opened:
        output = None if child.log is None else opened.enter_context(child.log.open("ab"))
        return subprocess.Popen(
            list(child.command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,  # Ctrl-C reaches us alone: we pass it on
        )
