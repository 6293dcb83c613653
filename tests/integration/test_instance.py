"""Whose processes are ended: those of one data directory, however they were started, and nobody else's."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import psutil
import pytest

from runtime.leftover_processes import end_processes, processes_of
from runtime.processes import PidFile
from runtime.settings import Settings

WITHIN_S: Final = 20.0
NOBODY: Final = 65534
PYTHON: Final = str(getattr(sys, "_base_executable", sys.executable))  # which does not know the real `operations`
STAYS: Final = "import time; print('up', flush=True); time.sleep(120)"
DEAF: Final = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAYS}"
PARENT: Final = (
    "import subprocess, sys, time, signal\n"
    "children = [subprocess.Popen([sys.executable, '-m', 'operations', 'run', one]) "
    "for one in ('admit', 'unify') if 'all' in sys.argv]\n"
    "signal.signal(signal.SIGTERM, lambda *_: ([one.terminate() for one in children], "
    "[one.wait() for one in children], print('children first', flush=True), sys.exit(0)))\n"
    "time.sleep(120)\n"
)
"""A supervisor: it ends its children when it is told to, and not the other way round. They have no children."""


class Machine:
    """Processes that are called as Sijill's are: a package `operations` and a script `sijill`, of a few lines each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir()
        self.settings = Settings(data_dir=self.data)
        self._started: list[subprocess.Popen[str]] = []

    def start(
        self, *words: str, program: str = STAYS, environment: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.Popen[str]:
        """Start `python -m operations WORDS`, and wait until it runs."""
        where = self.folder / f"code{len(self._started)}"
        (where / "operations").mkdir(parents=True)
        (where / "operations" / "__main__.py").write_text(program)
        command = [PYTHON, "-m", "operations", *words]
        return self._popen(command, {"PYTHONPATH": str(where), **(environment or {})}, cwd or self.folder)

    def start_script(self, *words: str, cwd: Path) -> subprocess.Popen[str]:
        """Start `sijill WORDS` with nothing in the environment."""
        script = self.folder / "sijill"
        script.write_text(f"#!{PYTHON}\n{STAYS}\n")
        script.chmod(0o755)
        return self._popen([str(script), *words], {}, cwd)

    def _popen(self, command: Sequence[str], environment: Mapping[str, str], cwd: Path) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SIJILL_DATA")}
        process = subprocess.Popen(command, cwd=cwd, env={**kept, **environment}, stdout=subprocess.PIPE, text=True)
        self._started.append(process)
        return process

    @property
    def ours(self) -> dict[str, str]:
        return {"SIJILL_DATA_DIR": str(self.data)}

    def close(self) -> None:
        for one in self._started:
            with one:
                for child in psutil.Process(one.pid).children() if one.poll() is None else []:
                    child.kill()
                one.kill()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.close()


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _up(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_every_way_to_start_a_process_is_found_and_ended(machine: Machine) -> None:
    (machine.folder / ".env").write_text("SIJILL_DATA_DIR=data\n")
    default = machine.folder / "default"
    (default / ".sijill").mkdir(parents=True)
    by_environment = _up(machine.start("run", "admit", environment=machine.ours))
    relative = _up(machine.start("run", "all", "--supervised", environment={"SIJILL_DATA_DIR": "./data/../data"}))
    by_file = _up(machine.start_script("run", "all", cwd=machine.folder))
    elsewhere = _up(machine.start_script("run", "all", cwd=default))

    ended = end_processes(machine.settings)

    assert len(ended.stopped) == 3
    assert ended.left == ()
    assert [one.poll() is not None for one in (by_environment, relative, by_file, elsewhere)] == [True] * 3 + [False]
    assert [one.pid for one in processes_of(Settings(data_dir=default / ".sijill"))] == [elsewhere.pid]


def test_a_process_that_a_supervisor_forked_is_found_by_its_title(machine: Machine) -> None:
    titled = "import setproctitle, sys; setproctitle.setproctitle('/a dir/python -m operations run unify');" + STAYS
    environment = {**machine.ours, "SPT_NOENV": "1"}
    forked = _up(machine._popen([sys.executable, "-c", titled], environment, machine.folder))
    ended = end_processes(machine.settings)
    assert ended.stopped == (f"unify (pid {forked.pid})",)
    assert forked.poll() is not None


def test_what_is_no_process_of_the_register_or_of_another_directory_is_left_alone(machine: Machine) -> None:
    other = machine.folder / "other"
    other.mkdir()
    strangers = [
        _up(machine.start("run", "admit", environment={"SIJILL_DATA_DIR": str(other)})),
        _up(machine.start("follow", "run", environment=machine.ours)),
        _up(machine._popen([sys.executable, "-c", STAYS, "run", "admit"], machine.ours, machine.folder)),
    ]
    (machine.data / "run").mkdir()
    pid_file = machine.data / "run" / "admit.pid"  # of a process whose pid a stranger bears now
    command = [sys.executable, "-m", "operations", "run", "admit"]
    pid_file.write_text(json.dumps({"pid": strangers[2].pid, "command": command, "port": None}))

    ended = end_processes(machine.settings)

    assert (ended.stopped, ended.left) == ((), ())
    assert [one.poll() for one in strangers] == [None, None, None]


def test_supervisors_are_asked_and_end_their_children_themselves(machine: Machine) -> None:
    supervisor = machine.start("run", "all", "--supervised", program=PARENT, environment=machine.ours)
    _until(lambda: len(processes_of(machine.settings)) == 3)
    assert processes_of(machine.settings)[0].pid == supervisor.pid

    ended = end_processes(machine.settings)

    assert supervisor.stdout is not None
    assert "children first" in supervisor.stdout.read()
    assert (supervisor.wait(), len(ended.stopped), ended.left) == (0, 3, ())


def test_children_whose_supervisor_was_killed_are_ended_too(machine: Machine) -> None:
    supervisor = machine.start("run", "all", program=PARENT, environment=machine.ours)
    _until(lambda: len(processes_of(machine.settings)) == 3)
    supervisor.kill()
    supervisor.wait()

    ended = end_processes(machine.settings)

    assert len(ended.stopped) == 2
    assert processes_of(machine.settings) == []


def test_what_does_not_listen_is_killed(machine: Machine) -> None:
    deaf = _up(machine.start("run", "unify", program=DEAF, environment=machine.ours))

    ended = end_processes(machine.settings, patience_s=0.2)

    assert (deaf.poll() is not None, len(ended.stopped), ended.left) == (True, 1, ())


def test_a_process_that_its_parent_does_not_collect_has_ended(machine: Machine) -> None:
    uncollected = (
        f"import subprocess, sys; child = subprocess.Popen({[PYTHON, '-m', 'operations', 'run', 'admit']}); {DEAF}"
    )
    parent = _up(machine.start("follow", program=uncollected, environment=machine.ours))
    _until(lambda: len(processes_of(machine.settings)) == 1)

    ended = end_processes(machine.settings, patience_s=5)

    assert (len(ended.stopped), ended.left, parent.poll()) == (1, (), None)


def test_a_process_is_found_although_its_directory_was_deleted(machine: Machine) -> None:
    process = _up(machine.start("run", "all", environment=machine.ours))
    machine.data.rmdir()

    assert len(end_processes(machine.settings).stopped) == 1
    assert process.poll() is not None


def test_a_process_of_another_host_is_named_and_left(machine: Machine) -> None:
    pid_file = PidFile(machine.data / "run" / "admit.pid")
    noted = pid_file.note(os.getpid())
    document = json.loads(pid_file.path.read_text()) | {"host": "another-machine", "command": ["python", "run", "x"]}
    pid_file.path.write_text(json.dumps(document))

    [left] = end_processes(machine.settings).left

    assert (left.pid, left.command) == (noted.pid, f"admit (pid {noted.pid})")
    assert "was started on the host another-machine: stop it there" in left.why


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_process_of_another_user_is_named_and_left(machine: Machine) -> None:
    process = _up(machine.start("run", "all", environment=machine.ours))
    PidFile(machine.data / "run" / "all.pid").note(process.pid)

    said = _as_nobody(lambda: "; ".join(one.why for one in end_processes(machine.settings).left), machine.data)

    assert said == "belongs to the user root: stop it as that user"
    assert process.poll() is None


def _as_nobody(ask: Callable[[], str], data: Path) -> str:
    """Ask in a copy of this process that has become another user."""
    for folder in (data / "run", data, *data.parents):
        if folder.owner() == "root" and not folder.stat().st_mode & 0o005:
            folder.chmod(0o755)
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writes, ask().encode())
        finally:
            os._exit(0)
    os.close(writes)
    os.waitpid(pid, 0)
    with os.fdopen(reads) as answer:
        return answer.read()
