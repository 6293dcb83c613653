"""Calls any command with any arguments, in this process: the commands and their options are read off the program."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from hypothesis import strategies as st

from operations.lazy_commands import everything
from operations.main import main
from tests.unit.runtime.test_safe_text import acts

LONG: Final = os.environ.get("SIJILL_TEST_FUZZ") == "long"
STARTING: Final = {("up",), ("demo",), ("run",), ("down",)}  # they start and stop servers and processes

FIXED: Final = (
    "", " ", "\0", "\x1b[2J\x1b[31m", "\udce9", "caf\udcff", "%", "_", "\\", "'", '"', "'; DROP TABLE companies; --",
    "[red]", "[/]", ":smile:", "\u202e", "\n", "-", "--", "-1", "0", "1", "2147483648", "9" * 4_400, "9" * 19, "٣", "²",
    "1e400", "nan", "inf", "-inf", "0000-00-00", "0001-01-01", "2026-01-01", "9999-12-31", "99999-01-01", "2025-02-30",
    "GCC.", "GCC.KW.MOCI.5", "KW.MOCI.5", "KW.MOCI./../5", "name/KW.MOCI.1/SA.MC.2", "stem/BH.SIJILAT.9",
    "J-2026-01-01-a",
    "A" * 100_000, "ا" * 20_000, "a " * 5_000, "&|!():*<->", "sa", "SA", "kw-tax", "legal_name", "62", "ACTIVE",
    "acts=1", "acts=nan", "acts=-1", "invalid_share=1e400", "invalid_share=0.5", "acts=" + "9" * 4_400, "x=1", "=",
    "csv",
    "SIMILAR_NAME", "malformed_number", "registrations", "\U0001f680", "شركة", "/dev/null", "/", ".", "good.csv",
)  # fmt: skip
VALUES: Final = st.sampled_from(FIXED) | st.text(st.characters(exclude_categories=()), max_size=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The exit code and the output of a call."""

    code: object
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """The words of a command, and its parameters."""

    words: tuple[str, ...]
    arguments: int
    flags: tuple[str, ...]
    options: tuple[str, ...]


def commands() -> list[Called]:
    """List all commands but those that start and stop servers and processes."""
    return [one for one in _walk(everything(), ()) if one.words not in STARTING]


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[Called]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from _walk(inner, (*words, name))
    if words and (not hasattr(command, "commands") or command.invoke_without_command):
        options = [one for one in command.params if one.param_type_name == "option" and one.name != "help"]
        yield Called(
            words=words,
            arguments=sum(one.param_type_name == "argument" for one in command.params),
            flags=tuple(one.opts[0] for one in options if one.is_flag),
            options=tuple(one.opts[0] for one in options if not one.is_flag),
        )


@st.composite
def calls(draw: st.DrawFn) -> list[str]:
    """Draw the words of a call."""
    command = draw(st.sampled_from(commands()))
    count = draw(st.sampled_from([command.arguments] * 4 + [0, command.arguments + 1]))
    words = [draw(VALUES) for _ in range(count)]
    for option in command.options:
        for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2)))):
            words += [option, draw(VALUES)]
    words += [flag for flag in command.flags if draw(st.booleans()) and flag != "--keep-going"]
    return [*command.words, *words]


def call(words: list[str], environment: Mapping[str, str], folder: Path) -> Ended:
    """Run a command to its end, in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    code: object = None
    with (
        contextlib.chdir(folder),
        patch.dict(os.environ, environment),
        patch.object(sys, "argv", ["sijill", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    return Ended(code=code, out=_written(out), err=_written(err))


def require_sentence(words: list[str], ended: Ended) -> None:
    """Require an answer or a clear error: the code says which, nothing acts on the terminal, nothing is a traceback."""
    asked = [one[:80] for one in words]
    assert ended.code in (0, 1, 2), (asked, ended)
    said = ended.out + ended.err
    assert said.strip(), (asked, ended)
    assert "Traceback" not in said, (asked, ended)
    assert "object at 0x" not in said, (asked, ended)
    assert [one for one in said.replace("\n", "") if acts(one)] == [], (asked, ended)
    if ended.code == 2:
        assert len(ended.err.strip()) > len("sijill: "), (asked, ended)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()
