"""The results as tables on the terminal: those of the page, without its words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks import sections
from operations.output import say


def show(measured: Mapping[str, Any]) -> None:
    """Show what was measured."""
    for title, table in _tables(measured):
        columns, _, *rows = [_cells(line) for line in table.splitlines()]
        say()
        say(title, bold=True)
        for line in _aligned([columns, *rows]):
            say(line)


def _tables(measured: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The tables of the sections that there are, as Markdown, each under the heading that it has on the page."""
    for name, section in sections.ALL.items():
        heading = ""
        for part in section(measured) if name in measured else ():
            if part.startswith("## "):
                heading = part.removeprefix("## ")
            elif part.startswith("| "):
                yield heading, part


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Words to the left, numbers to the right, whatever the width of the terminal."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        numbers = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join([first.ljust(widths[0]), *numbers])
