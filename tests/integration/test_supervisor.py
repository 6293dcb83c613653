"""The supervisor, run as a process of its own: it restarts what ends, and ends all of it when told."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from runtime.processes import PidFile, kill
from runtime.settings import Settings

MAIN = """
import sys
from pathlib import Path
from runtime.logs import configure
from runtime.settings import load
from runtime.supervisor import Child, Supervisor
settings = load(None)
configure(settings, process="supervisor")
def child(name, code, log):
    if {forked}:
        return Child(name, (sys.executable, "-c", "child", name), Path(log), run=lambda: exec(code, {{}}))
    return Child(name, (sys.executable, "-c", code), Path(log))
children = [child(*one) for one in {children!r}]
Supervisor(children, settings, patience_s={patience_s}).run()
"""
STEADY = "import os, time; print(os.environ['SIJILL_TOPIC_PREFIX'], flush=True); time.sleep(60)"
FAILING = "print('tried', flush=True); raise SystemExit(3)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


class Arena:
    """A data directory with a supervisor of the given children."""

    def __init__(self, folder: Path, *, forked: bool) -> None:
        self.forked = forked
        self.settings = Settings(data_dir=folder, topic_prefix="arena.", log_format="json")
        self.folder = folder
        self.supervisors: list[subprocess.Popen[str]] = []

    def supervise(
        self, *, patience_s: float = 8.0, under: tuple[str, ...] = (), **children: str
    ) -> subprocess.Popen[str]:
        named = [(name, code, str(self.log(name))) for name, code in children.items()]
        command = [*under, sys.executable, "-c", MAIN.format(children=named, patience_s=patience_s, forked=self.forked)]
        environment = {**os.environ, **self.settings.environment()}
        started = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        self.supervisors.append(started)
        return started

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def logged(self, name: str) -> str:
        return self.log(name).read_text() if self.log(name).exists() else ""

    def pid(self, name: str) -> int | None:
        running = PidFile(self.folder / "run" / f"{name}.pid").running()
        return None if running is None else running.pid


@pytest.fixture(params=["executed", "forked"])
def arena(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Arena]:
    arena = Arena(tmp_path, forked=request.param == "forked")
    yield arena
    for one in arena.supervisors:
        one.kill()
        one.wait()
    for path in (tmp_path / "run").glob("*.pid"):
        running = PidFile(path).running()
        if running is not None:
            kill(running)


def _until(reached: Callable[[], object], *, within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_children_run_with_the_settings_of_the_supervisor_and_end_with_it(arena: Arena, told: signal.Signals) -> None:
    supervisor = arena.supervise(one=STEADY, two=STEADY)
    _until(lambda: arena.logged("one") == arena.logged("two") == "arena.\n")
    pids = [arena.pid("one"), arena.pid("two")]
    supervisor.send_signal(told)
    assert supervisor.wait(timeout=20) == 0
    assert not any(pid is not None and psutil.pid_exists(pid) for pid in pids)
    assert not list((arena.folder / "run").glob("*.pid"))


def test_a_closed_terminal_does_not_end_what_nohup_runs(arena: Arena) -> None:
    supervisor = arena.supervise(under=("nohup",), one=STEADY)
    _until(lambda: arena.logged("one"))
    supervisor.send_signal(signal.SIGHUP)
    supervisor.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        supervisor.wait(timeout=1)
    assert arena.pid("one") is not None


def test_a_child_that_ends_is_started_again_after_longer_and_longer_pauses(arena: Arena) -> None:
    supervisor = arena.supervise(one=FAILING)
    _until(lambda: arena.logged("one") == "tried\n" * 3)
    supervisor.send_signal(signal.SIGTERM)
    _, logged = supervisor.communicate(timeout=20)
    ends = [line for line in map(json.loads, logged.splitlines()) if line["event"] == "process.ended"]
    assert [(line["child"], line["exit_code"], line["starts_again_in_s"]) for line in ends[:2]] == [
        ("one", 3, 0.5),
        ("one", 3, 1.0),
    ]


def test_a_killed_child_comes_back_and_the_other_is_left_alone(arena: Arena) -> None:
    arena.supervise(one=STEADY, two=STEADY)
    _until(lambda: arena.logged("one") and arena.logged("two"))
    first, other = arena.pid("one"), arena.pid("two")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    _until(lambda: arena.pid("one") not in (None, first))
    assert arena.pid("two") == other


def test_a_child_that_does_not_listen_is_killed_when_patience_is_over(arena: Arena) -> None:
    supervisor = arena.supervise(one=DEAF, patience_s=1.0)
    _until(lambda: arena.logged("one"))
    supervisor.send_signal(signal.SIGTERM)
    supervisor.communicate(timeout=20)
    assert arena.pid("one") is None


def test_asking_twice_ends_a_deaf_child_at_once(arena: Arena) -> None:
    supervisor = arena.supervise(one=DEAF, patience_s=60.0)
    _until(lambda: arena.logged("one"))
    supervisor.send_signal(signal.SIGINT)
    _until(lambda: _ended_when_asked_again(supervisor))
    supervisor.communicate(timeout=20)


def _ended_when_asked_again(supervisor: subprocess.Popen[str]) -> bool:
    if supervisor.poll() is None:
        supervisor.send_signal(signal.SIGINT)
    return supervisor.poll() is not None


def test_children_of_a_killed_supervisor_are_stopped_by_the_next_one(arena: Arena) -> None:
    killed = arena.supervise(one=STEADY)
    _until(lambda: arena.logged("one") and arena.pid("one") is not None)  # the child may log before its pid is noted
    orphan = arena.pid("one")
    killed.kill()
    killed.wait()
    assert arena.pid("one") == orphan
    arena.supervise(one=STEADY)
    _until(lambda: arena.pid("one") not in (None, orphan))
    assert orphan is not None
    assert not psutil.pid_exists(orphan)


def test_two_supervisors_do_not_fight_over_a_child(arena: Arena) -> None:
    arena.supervise(one=STEADY)
    _until(lambda: arena.logged("one"))
    child = arena.pid("one")
    second = arena.supervise(one=STEADY)
    _, said = second.communicate(timeout=20)
    assert second.returncode != 0
    assert "one is kept running by another supervisor" in said
    assert arena.pid("one") == child
