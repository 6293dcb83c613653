"""Whoever installed less than a command needs is told what to install, in a sentence."""

import subprocess
import sys

import pytest

from operations.missing_library import extra_to_install


def _ran_without(module: str, *words: str) -> "subprocess.CompletedProcess[str]":
    program = f"import sys; sys.modules[{module!r}] = None; from operations.main import main; main()"
    return subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("module", "words", "extra"),
    [
        ("typer", ("--help",), "cli"),
        ("rich", ("authorities",), "cli"),
        pytest.param("sqlalchemy", ("search", "najm"), "worker", marks=pytest.mark.slow),
    ],
)
def test_a_command_without_its_library_names_the_extra(module: str, words: tuple[str, ...], extra: str) -> None:
    ran = _ran_without(module, *words)
    assert ran.returncode == 1
    assert ran.stderr == f"sijill: {module} is not installed, and this needs it: pip install 'sijill[{extra}]'\n"


@pytest.mark.slow
def test_a_module_that_no_extra_brings_is_a_bug_and_has_its_traceback() -> None:
    assert extra_to_install(ModuleNotFoundError(name="operations.gone")) is None
    ran = _ran_without("operations.commands.authorities", "authorities")
    assert ran.returncode == 1
    assert "Traceback" in ran.stderr
