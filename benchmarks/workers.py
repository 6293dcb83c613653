"""The processes that are measured: started, watched while they work, and stopped by their own pids."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import orjson
import psutil

from benchmarks.problems import BenchmarkFailed
from runtime.settings import Settings

PATIENCE_S: Final = 15.0
READY_S: Final = 60.0
_LOG_TAIL: Final = 3_000  # characters


class Worker:
    """One process, its output in a file."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [*command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **environment}
            )
        self._about = psutil.Process(self._process.pid)
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int:
        return self._process.pid

    def check(self) -> None:
        """Raise BenchmarkFailed if it has ended."""
        code = self._process.poll()
        if code is not None:
            raise BenchmarkFailed(f"{self.name} ended with {code}:\n{self._said()}")

    def rss_mb(self) -> float:
        """Resident memory now."""
        self.check()
        return float(self._about.memory_info().rss / 2**20)

    def cpu_s(self) -> float:
        """Seconds of processor time so far, of all its threads."""
        self.check()
        times = self._about.cpu_times()
        return float(times.user + times.system)

    def logged(self, event: str) -> dict[str, Any] | None:
        """The latest line of its log that tells of this event; None while there is none."""
        for line in reversed(self._log.read_bytes().splitlines()):
            if f'"{event}"'.encode() in line:
                found: dict[str, Any] = orjson.loads(line)
                return found
        return None

    def told(self, *events: str) -> Iterator[dict[str, Any]]:
        """The lines of its log that tell of these events, in order."""
        names = [f'"{event}"'.encode() for event in events]
        for line in self._log.read_bytes().splitlines():
            if any(name in line for name in names):
                yield orjson.loads(line[line.index(b"{") :])  # Faust shows a spinner before its first line

    def freeze(self) -> None:
        """Stop it in the middle of whatever it does, without its knowing."""
        self._process.send_signal(signal.SIGSTOP)

    def leave(self) -> None:
        """Ask it to end, without waiting until it has."""
        self._process.terminate()

    def stop(self) -> None:
        """Ask it to end, then end it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)  # a frozen one would not hear the other
            self._process.terminate()
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait()

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:]


@contextmanager
def running(settings: Settings, *processes: str) -> Iterator[list[Worker]]:
    """Run processes of the register, one worker each, for as long as the block lasts; one may be named twice."""
    with started(
        settings, [(name, (sys.executable, "-m", "benchmarks.register_process", name)) for name in processes]
    ) as made:
        yield made


@contextmanager
def started(settings: Settings, commands: Iterable[tuple[str, Sequence[str]]]) -> Iterator[list[Worker]]:
    """Run commands with these settings in their environment for as long as the block lasts."""
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    workers: list[Worker] = []
    try:
        for number, (name, command) in enumerate(commands):
            log = settings.logs_dir / f"{settings.topic_prefix}{name}.{number}.log"
            log.unlink(missing_ok=True)
            workers.append(Worker(name, command, settings.environment(), log))
        yield workers
    finally:
        for worker in workers:
            worker.stop()


async def until_ready(workers: Sequence[Worker]) -> None:
    """Wait until all have partitions, or know that they have none. Raises BenchmarkFailed."""
    deadline = time.monotonic() + READY_S
    while any(worker.logged("worker_ready") is None for worker in workers):
        for worker in workers:
            worker.check()
        if time.monotonic() > deadline:
            raise BenchmarkFailed(f"not all of {', '.join(worker.name for worker in workers)} were ready in time")
        await asyncio.sleep(0.1)
