"""The list of all commands: as Typer draws it, and without what Typer loads for it."""

import json
import os
import re
import subprocess
import sys
from typing import Final

import pytest
from typer import rich_utils
from typer.core import TyperGroup

from operations.commands import COMMANDS
from operations.lazy_commands import NAME, CommandLine

SGR: Final = re.compile(r"\x1b\[([\d;]*)m")
DRAWN: Final = """
from operations.lazy_commands import CommandLine, TyperGroup
class ByTyper(CommandLine):
    format_help = TyperGroup.format_help
{}()(["--help"], standalone_mode=False)
"""
LOADS: Final = """
import json, sys
{}
print("\\n" + json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
HELP: Final = """
from operations.lazy_commands import CommandLine
CommandLine()(["--help"], standalone_mode=False)
"""


def styled(page: str) -> list[list[tuple[str, frozenset[str]]]]:
    """Give the lines of a page: each character that is seen, and its style. Blanks have none."""
    lines = []
    style: frozenset[str] = frozenset()
    for line in page.splitlines():
        seen: list[tuple[str, frozenset[str]]] = []
        for place, part in enumerate(SGR.split(line)):
            if place % 2:
                style = frozenset(part.split(";")) - {"0", ""}
            else:
                seen += [(one, frozenset() if one == " " else style) for one in part]
        while seen and seen[-1][0] == " ":
            seen.pop()
        lines.append(seen)
    return lines


class ByTyper(CommandLine):
    format_help = TyperGroup.format_help


def shown(line: TyperGroup, capsys: pytest.CaptureFixture[str]) -> str:
    line(["--help"], prog_name=NAME, standalone_mode=False)
    return capsys.readouterr().out.rstrip("\n")


@pytest.mark.parametrize("columns", [60, 79, 80, 100, 101, 140, 250])
@pytest.mark.parametrize(
    "terminal",
    [{}, {"FORCE_COLOR": "1"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, {"FORCE_COLOR": "1", "TERM": "dumb"}],
    ids=["a file", "a terminal", "a terminal without colours", "a dumb terminal"],
)
def test_the_list_of_commands_looks_as_typer_draws_it(
    columns: int, terminal: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "COLORTERM", "LINES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", "COLUMNS": str(columns), **terminal}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(rich_utils, "FORCE_TERMINAL", True if "FORCE_COLOR" in terminal else None)
    ours, typers = shown(CommandLine(), capsys), shown(ByTyper(), capsys)
    assert styled(ours) == styled(typers)
    assert ("\x1b" in ours) == ("\x1b" in typers)
    assert all(name in ours for name in COMMANDS)


@pytest.mark.parametrize("columns", ["0", "1", "20"])
def test_the_list_of_commands_can_be_read_on_any_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    page = shown(CommandLine(), capsys)
    assert all(name in page for name in COMMANDS)


@pytest.mark.slow
def test_without_unicode_the_frame_is_as_typer_draws_it() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii:backslashreplace", "COLUMNS": "100"}
    pages = [
        subprocess.run([sys.executable, "-c", DRAWN.format(by)], capture_output=True, check=True, env=environment)
        for by in ("CommandLine", "ByTyper")
    ]
    ours, typers = ([line.rstrip() for line in page.stdout.decode("ascii").rstrip().splitlines()] for page in pages)
    assert ours == typers


@pytest.mark.slow
def test_the_list_of_commands_loads_what_typer_loads_and_no_other_library() -> None:
    assert loaded(HELP) - loaded("import typer") <= {"operations"} | sys.stdlib_module_names


def loaded(code: str) -> set[str]:
    """The packages and modules that a program has loaded at its end."""
    ran = subprocess.run([sys.executable, "-c", LOADS.format(code)], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout.splitlines()[-1]))
