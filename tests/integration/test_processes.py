"""Pid files and detached processes: whose pid it is, and how processes are ended. Short-lived real processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from runtime.processes import PidFile, Running, command_of, kill, start_detached, stop

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time;"
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True);"
    "time.sleep(60)",
]


@pytest.fixture
def pid_file(tmp_path: Path) -> PidFile:
    return PidFile(tmp_path / "run" / "one.pid")


@pytest.fixture
def ended() -> Iterator[list[int]]:
    """Pids of processes that must not outlive the test."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        if command_of(pid):
            os.kill(pid, signal.SIGKILL)


def _start(command: list[str], log: Path, ended: list[int]) -> int:
    with log.open("wb") as output:
        pid = start_detached(command, output=output)
    ended.append(pid)
    return pid


def _first_line(log: Path) -> str:
    deadline = time.monotonic() + 10
    while not (text := log.read_text()).endswith("\n"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return text.strip()


def test_a_process_is_found_again_by_its_pid_file(pid_file: PidFile, tmp_path: Path, ended: list[int]) -> None:
    noted = pid_file.note(_start(SLEEPER, tmp_path / "log", ended), port=7)
    assert pid_file.running() == noted
    assert (noted.port, noted.command) == (7, tuple(SLEEPER))


def test_there_is_no_process_without_a_pid_file(pid_file: PidFile) -> None:
    assert pid_file.running() is None


def test_the_pid_file_of_a_process_that_ended_is_stale_and_removed(pid_file: PidFile, tmp_path: Path) -> None:
    pid = start_detached(["true"], output=(tmp_path / "log").open("wb"))
    pid_file.note(pid)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10)
    assert pid_file.running() is None
    assert not pid_file.path.exists()


def test_a_pid_that_another_program_bears_now_is_stale(pid_file: PidFile) -> None:
    pid_file.path.parent.mkdir()
    pid_file.path.write_text(json.dumps({"pid": os.getpid(), "command": ["java", "kafka.Kafka", "x"], "port": 1}))
    assert pid_file.running() is None
    assert not pid_file.path.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', "12345"])
def test_a_pid_file_that_was_cut_off_counts_as_stale(pid_file: PidFile, content: str) -> None:
    pid_file.path.parent.mkdir()
    pid_file.path.write_text(content)
    assert pid_file.running() is None
    assert not pid_file.path.exists()


def test_a_script_is_recognised_although_its_interpreter_stands_before_it(
    pid_file: PidFile, tmp_path: Path, ended: list[int]
) -> None:
    script = tmp_path / "script"
    script.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    script.chmod(0o755)
    pid_file.note(_start([str(script), "run", "admit"], tmp_path / "log", ended))
    assert pid_file.running() is not None


def test_a_process_without_arguments_is_not_mistaken_for_another(tmp_path: Path) -> None:
    assert not Running(pid=os.getpid(), command=("/bin/cat",)).is_alive()


def test_a_process_that_listens_goes_when_asked(tmp_path: Path, ended: list[int]) -> None:
    running = Running(pid=_start(SLEEPER, tmp_path / "log", ended), command=tuple(SLEEPER))
    assert stop(running, patience_s=10)
    assert not running.is_alive()


def test_a_process_that_does_not_listen_is_killed(tmp_path: Path, ended: list[int]) -> None:
    running = Running(pid=_start(DEAF, tmp_path / "log", ended), command=tuple(DEAF))
    assert _first_line(tmp_path / "log") == "deaf"
    assert not stop(running, patience_s=0.2)
    assert not running.is_alive()


def test_what_a_process_has_started_ends_with_it(tmp_path: Path, ended: list[int]) -> None:
    running = Running(pid=_start(PARENT, tmp_path / "log", ended), command=tuple(PARENT))
    grandchild = int(_first_line(tmp_path / "log"))
    stop(running, patience_s=0.5)
    assert not command_of(grandchild)


def test_a_killed_process_is_gone_when_kill_returns(tmp_path: Path, ended: list[int]) -> None:
    running = Running(pid=_start(SLEEPER, tmp_path / "log", ended), command=tuple(SLEEPER))
    kill(running)
    assert not running.is_alive()


def test_another_program_with_the_same_pid_is_left_alone() -> None:
    with subprocess.Popen(SLEEPER) as stranger:
        stop(Running(pid=stranger.pid, command=("java", "kafka.Kafka", "x")), patience_s=0.1)
        assert stranger.poll() is None
        stranger.kill()
