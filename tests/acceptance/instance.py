"""An instance of Sijill as its users have it: the real commands in separate processes, and their answers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from runtime.settings import Settings
from tests.forking import Program, execute, start

SIJILL: Final = Path(sys.executable).with_name("sijill")
POLL_S: Final = 0.1
COMMAND_S: Final = 240  # the longest that any command may take, on a busy machine
STOP_S: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The exit code and the output of a command."""

    command: str
    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Read the JSON document on standard output."""
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """Read the JSON documents on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def ends(self, code: int) -> "Answer":
        """Require an exit code."""
        assert self.code == code, f"{self.command} ended with {self.code}, not {code}:\n{self.out[-3000:]}{self.err}"
        return self


@dataclass(frozen=True, slots=True)
class Command:
    """A running command."""

    words: Sequence[str]
    process: Program

    def answer(self, timeout_s: float = COMMAND_S) -> Answer:
        """Wait for its end."""
        try:
            out, err = self.process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"sijill {' '.join(self.words)} still ran after {timeout_s} s:\n{out}{err}") from None
        return Answer(command=f"sijill {' '.join(self.words)}", code=self.process.wait(), out=out, err=err)


@dataclass(slots=True)
class Processes:
    """`sijill run …` in the foreground, its output in a file."""

    process: "subprocess.Popen[bytes]"
    log: Path
    folder: Path

    def pid(self, name: str) -> int | None:
        """Find the process of this name that the supervisor has started last, alive or not."""
        try:
            return int(json.loads((self.folder / f"{name}.pid").read_text(encoding="utf-8"))["pid"])
        except (FileNotFoundError, ValueError):
            return None

    def kill(self, name: str) -> None:
        """`kill -9` one process, and wait until its supervisor has started another."""
        victim = self.pid(name)
        assert victim is not None, f"{name} does not run:\n{self.logged()}"
        os.kill(victim, signal.SIGKILL)
        until(
            lambda: self.pid(name) not in (None, victim),
            30,
            lambda: f"{name} was not started again:\n{self.logged()}",
        )

    def logged(self) -> str:
        """Read the end of their log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-6000:]

    def stop(self) -> int:
        """Ask them to stop, and return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"not stopped within {STOP_S} s:\n{self.logged()}") from None


@dataclass(slots=True)
class Instance:
    """The commands with the settings of one instance."""

    settings: Settings
    extra: Mapping[str, str] = field(default_factory=dict)

    def begin(self, *words: str) -> Command:
        """Start a command."""
        begin = execute if words[0] == "run" else start  # `sijill down` finds a process by its command line
        process = begin(SIJILL, words, environment=self._environment(), cwd=self.settings.data_dir)
        return Command(words, process)

    def sijill(self, *words: str, code: int = 0) -> Answer:
        """Run a command to its end; it must end with this exit code."""
        return self.begin(*words).answer().ends(code)

    @contextmanager
    def running(self, *names: str) -> Iterator[Processes]:
        """Run processes under their supervisor for as long as the block runs; they must stop in an orderly way."""
        processes = self.start(*names)
        try:
            yield processes
        except BaseException:
            processes.process.terminate()
            processes.process.wait()
            raise
        assert processes.stop() == 0, processes.logged()

    def start(self, *names: str) -> Processes:
        """Start processes under their supervisor. Whoever starts them stops them."""
        log = self.settings.data_dir / "run.log"
        with log.open("ab") as output:
            command = [str(SIJILL), "run", *(names or ("all",)), "--supervised"]
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self._environment()
            )
        return Processes(process, log, self.settings.data_dir / "run")

    def write(self, name: str, content: str) -> str:
        """Write a file as a registry would give it."""
        path = self.settings.data_dir / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Ask the instance's schema in PostgreSQL."""
        options = f"-c search_path={self.settings.database_schema}"
        with psycopg.connect(self.settings.postgres_url, options=options, row_factory=dict_row) as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def records(self) -> dict[str, Any]:
        """Read the record of every company from PostgreSQL, by company id; versions are left out."""
        records = (row["record"] for row in self.rows("SELECT record FROM companies"))
        return {one["company_id"]: {name: one[name] for name in one if name != "version"} for one in records}

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings.environment(), **self.extra}


def until(holds: Callable[[], bool], within_s: float, otherwise: Callable[[], str]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(POLL_S)
