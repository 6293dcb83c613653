"""The worker processes of one register: started as by the real command, killed, frozen, woken, and started again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from runtime.settings import Settings
from tests.conftest import REPOSITORY
from tests.forking import Program, start

POLL_S: Final = 0.1
ORDERLY_S: Final = 10.0  # the most that an orderly stop may take
EXIT_FAILED: Final = 3
ENDING_S: Final = 1.0  # until one that has ended itself is seen to have
STARVED_S: Final = 30.0  # the same while others want more than twice the cores that there are
PRODUCT: Final = ("operations",)


class Worker:
    """One worker of a host; faults end its process, and another one replaces it."""

    def __init__(
        self,
        process: str,
        host: str,
        settings: Settings,
        log: Path,
        entry: Sequence[str] = PRODUCT,
        *,
        forked: bool = False,
    ) -> None:
        """`entry`: the module that is run, with words of its own before `run <process>`.

        `forked`: it does not import for itself what it runs, as under a supervisor.
        """
        self.process, self.host, self.settings, self.log = process, host, settings, log
        self.held = False  # a fault stopped it on purpose: do not start it again meanwhile
        self._entry, self._forked = entry, forked
        self._running: subprocess.Popen[bytes] | Program | None = None
        self._from = 0

    @property
    def name(self) -> str:
        return f"{self.process}@{self.host}"

    @property
    def state_dir(self) -> Path:
        """Where its tasks keep their state, a directory per partition."""
        return self.settings.state_dir / f"{self.settings.topic_prefix}{self.process}"

    @property
    def pid(self) -> int | None:
        """The pid of its process, alive or not."""
        return None if self._running is None else self._running.pid

    def start(self) -> None:
        module, words = self._entry[0], [*self._entry[1:], "run", self.process]
        environment = {**os.environ, **self.settings.environment()}
        with self.log.open("ab") as output:
            self._from = output.tell()
            if self._forked:
                self._running = start(module, words, environment=environment, output=output)
            else:
                command = [sys.executable, "-m", module, *words]
                self._running = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd=REPOSITORY
                )
        self.held = False

    def code(self) -> int | None:
        """The exit code, if it has ended."""
        return None if self._running is None else self._running.poll()

    def logged(self) -> str:
        """Read the log of its present process."""
        with self.log.open("rb") as lines:
            lines.seek(self._from)
            return lines.read().decode("utf-8", errors="replace")

    def send(self, number: signal.Signals) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(number)

    def kill(self) -> None:
        self.held = True
        if self._running is not None:
            self._running.kill()
            self._running.wait()

    async def stop(self) -> tuple[int | None, float]:
        """Ask it to stop; gives the exit code (None: it had to be killed) and the seconds that it took."""
        self.held = True
        began = time.monotonic()
        self.send(signal.SIGTERM)
        while True:
            code, took = self.code(), time.monotonic() - began
            if code is not None or took > STARVED_S:
                break
            await asyncio.sleep(POLL_S / 2)
        self.kill()
        return code, took

    async def says(self, words: str, within_s: float) -> bool:
        """Wait until it has logged some words; False if it does not, or ends."""
        deadline = time.monotonic() + within_s
        while words not in self.logged():
            if time.monotonic() > deadline or self.code() is not None:
                return False
            await asyncio.sleep(POLL_S)
        return True


@dataclass(slots=True)
class Crew:
    """All workers of a register, and the keeper that starts again those that ended by themselves."""

    workers: list[Worker] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    """How workers ended by themselves: process and exit code, to how often."""
    last_words: list[str] = field(default_factory=list)

    def of(self, process: str) -> list[Worker]:
        return [one for one in self.workers if one.process == process]

    def start(self) -> None:
        for one in self.workers:
            one.start()

    async def keep(self) -> None:
        """Start again what ends, until cancelled."""
        while True:
            for one in self.workers:
                code = one.code()
                if code is not None and not one.held:
                    self.ended[f"{one.process} {code}"] += 1
                    self.last_words.append(f"{one.name} ended with {code}: {_fault_in(one.logged())}")
                    one.start()
            await asyncio.sleep(POLL_S)

    def end(self) -> None:
        """Leave nothing running, frozen ones included."""
        for one in self.workers:
            with suppress(ProcessLookupError):
                one.kill()


def stopped_orderly(code: int | None, took: float, *, broker_away: bool = False) -> bool:
    """Tell whether a stop was orderly.

    A worker that is told while Python still starts has no handler yet, and nothing to lose. One that gets no
    processor, or whose broker is away in the middle of a transaction, ends itself after ten seconds, with 3.
    """
    if broker_away and code == EXIT_FAILED and took <= ORDERLY_S + ENDING_S:
        return True
    starved = os.getloadavg()[0] > 2 * (os.cpu_count() or 1)
    in_time = code in (0, -signal.SIGTERM) and took <= ORDERLY_S
    return in_time or (starved and code in (0, EXIT_FAILED, -signal.SIGTERM) and took <= STARVED_S)


def _fault_in(said: str) -> str:
    telling = [line for line in said.splitlines() if "critical" in line or "Error" in line]
    return (telling or said.splitlines() or ["nothing"])[-1][:400]
