"""Draws the list of all commands as Typer does, without Rich: importing Rich takes longer than all the rest.

A test compares each character and its style with Typer's own page.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from textwrap import wrap
from typing import Final

_BOLD, _DIM, _YELLOW, _CYAN = 1, 2, 33, 36  # of SGR, ECMA-48
_COLOURS: Final = {_YELLOW, _CYAN}
_FORCED: Final = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS")
_DUMB: Final = ("dumb", "unknown")
USUAL_COLUMNS: Final = 80
LEAST_COLUMNS: Final = 40  # narrower terminals break the lines themselves
_FRAME: Final = 4  # columns: a border and a space on both sides
_GAP: Final = "  "  # between a name and its help
_PLAIN_FRAME: Final = str.maketrans("╭╮╰╯─│", "++++-|")
_NAMED: Final = re.compile(r"(?<!\S)--[\w-]+")  # an option that a help names
_OPTION: Final = "--help"
_TYPE: Final = "bool"
_OPTION_GAP: Final = " " * 8  # where other options have their short form


class HelpPage:
    """A page for this terminal."""

    def __init__(self) -> None:
        terminal = sys.stdout.isatty() or any(map(os.environ.get, _FORCED))
        dumb = terminal and os.environ.get("TERM") in _DUMB
        self._styled = terminal and not dumb
        self._columns = USUAL_COLUMNS if dumb else max(_columns(), LEAST_COLUMNS)
        self._without = _COLOURS if os.environ.get("NO_COLOR") else set()
        self._unicode = (sys.stdout.encoding or "").lower().startswith("utf")

    def show(self, usage: str, about: str, option: str, commands: Mapping[str, str]) -> None:
        """Write the page. `option`: what --help does; `commands`: their helps by name. All are texts of ours."""
        first, _, rest = usage.partition(" ")
        lines = [
            "",
            f" {self._style(first + ' ', _BOLD, _YELLOW)}{self._style(rest, _BOLD)}",
            "",
            *(f" {line}" for line in wrap(about, self._columns - 2, break_on_hyphens=False)),
            "",
            *self._panel("Options", [self._option(option)]),
            *self._panel("Commands", self._commands(commands)),
        ]
        sys.stdout.write("\n".join(lines) + "\n")

    def _option(self, says: str) -> tuple[str, str]:
        plain = f"{_OPTION}{_OPTION_GAP}<{_TYPE}>{_GAP}{says}"
        left, right = (self._style(one, _BOLD, _DIM, _YELLOW) for one in "<>")
        kind = left + self._style(_TYPE, _BOLD, _YELLOW) + right
        return plain, f"{self._style(_OPTION, _BOLD, _CYAN)}{_OPTION_GAP}{kind}{_GAP}{says}"

    def _commands(self, commands: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        longest = max(map(len, commands))
        for name, says in commands.items():
            shown = name
            for line in wrap(says, self._columns - _FRAME - longest - len(_GAP), break_on_hyphens=False):
                styled = _NAMED.sub(lambda found: self._style(found[0], _BOLD, _CYAN), line)
                name_styled = self._style(f"{shown:{longest}}", _BOLD, _CYAN)
                yield f"{shown:{longest}}{_GAP}{line}", f"{name_styled}{_GAP}{styled}"
                shown = ""

    def _panel(self, title: str, lines: Iterable[tuple[str, str]]) -> Iterator[str]:
        """Frame lines, each of which is given without and with its styles."""
        inner = self._columns - 2
        side = self._frame("│")
        yield self._frame(f"╭─ {title} ".ljust(inner + 1, "─") + "╮")
        for plain, line in lines:
            yield f"{side} {line}{' ' * (self._columns - _FRAME - len(plain))} {side}"
        yield self._frame("╰" + "─" * inner + "╯")

    def _frame(self, line: str) -> str:
        return self._style(line if self._unicode else line.translate(_PLAIN_FRAME), _DIM)

    def _style(self, text: str, *codes: int) -> str:
        shown = [str(code) for code in codes if code not in self._without]
        return f"\x1b[{';'.join(shown)}m{text}\x1b[0m" if self._styled and shown else text


def _columns() -> int:
    """Give the width of the terminal, even when only one of the three streams is one."""
    if os.environ.get("COLUMNS", "").isdigit():
        return int(os.environ["COLUMNS"])
    for descriptor in range(3):
        with suppress(OSError):  # it is no terminal, or is closed
            columns = os.get_terminal_size(descriptor).columns
            if columns:  # some terminals do not know theirs
                return columns
    return USUAL_COLUMNS
