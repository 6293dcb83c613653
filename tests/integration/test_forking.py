"""A forked program of the tests does what an executed one does: what it says, and how it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.forking import Program, execute, start

WITHIN_S: Final = 60
PROGRAMS: Final = {
    "nothing": "",
    "a code": "raise SystemExit(3)",
    "a sentence": "raise SystemExit('it is over')",
    "an exception": "raise ValueError('no')",
    "both streams": "import sys; print('out', flush=True); print('err', file=sys.stderr)",
    "what is not flushed": "print('later', end='')",
    "any letter": "print('سجل'); import sys; print('\\udcff', file=sys.stderr)",
    "words, directory and environment": "import os, sys; print(sys.argv[1:], os.getcwd(), os.environ['NAMED'])",
    "nothing on standard input": "import sys; print(repr(sys.stdin.read()))",
    "a handler at the end": "import atexit; atexit.register(print, 'the end')",
    "a thread": "import threading, time; threading.Timer(0.2, print, ['from a thread']).start()",
    "a signal": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "the name of a script": "import sys; print(__name__, sys.argv[0] == __file__)",
    "a file of its own": "import os; print(sorted(os.listdir('/dev/fd')), os.fstat(0).st_rdev, os.isatty(1))",
}


def _start(folder: Path, text: str) -> tuple[Program, Program]:
    script = folder / "program"
    script.write_text(f"#!{sys.executable}\n{text}\n", encoding="utf-8")
    script.chmod(0o755)
    environment = {**os.environ, "NAMED": "yes"}
    words = ("one", "two words")
    forked = start(script, words, environment=environment, cwd=folder)
    return forked, execute(script, words, environment=environment, cwd=folder)


def _ended(program: Program) -> tuple[int, str, str]:
    out, err = program.communicate(timeout=WITHIN_S)
    return program.wait(), out, err.splitlines()[-1] if err else ""  # of a traceback, its last line


@pytest.mark.parametrize("what", PROGRAMS)
def test_a_forked_program_says_and_ends_as_an_executed_one(tmp_path: Path, what: str) -> None:
    forked, executed = _start(tmp_path, PROGRAMS[what])
    assert _ended(forked) == _ended(executed)


def test_a_forked_program_is_interrupted_ended_and_killed_as_an_executed_one(tmp_path: Path) -> None:
    hears = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # even if we run in the background
    )
    waits = f"{hears}; print('up', flush=True); import time; time.sleep(120)"
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        for program in _start(tmp_path, waits):
            assert program.stdout is not None
            assert program.stdout.readline() == "up\n"
            assert program.poll() is None
            with pytest.raises(subprocess.TimeoutExpired):
                program.wait(0.01)
            program.send_signal(number)
            assert program.wait(WITHIN_S) == program.poll() == -number


def test_a_module_is_forked_by_its_name_and_writes_into_a_file(tmp_path: Path) -> None:
    with (tmp_path / "log").open("ab") as output:
        program = start("operations", ["--version"], environment=os.environ, output=output)
        assert program.wait(WITHIN_S) == 2
    assert "`python -m operations --help` says how it is used" in (tmp_path / "log").read_text(encoding="utf-8")
