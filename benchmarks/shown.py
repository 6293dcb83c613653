"""The results as tables on the terminal: those of the page, without its words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks import sections
from operations.output import table


def show(measured: Mapping[str, Any]) -> None:
    """Show what was measured."""
    for title, lines in _tables(measured):
        columns, _, *rows = [_cells(line) for line in lines.splitlines()]
        table(title, columns, rows, numbers=columns[1:])


def _tables(measured: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The tables of the sections that there are, as Markdown, each under the heading that it has on the page."""
    for name, maker in sections.ALL.items():
        heading = ""
        for part in maker(measured) if name in measured else ():
            if part.startswith("## "):
                heading = part.removeprefix("## ")
            elif part.startswith("| "):
                yield heading, part


def _cells(line: str) -> Sequence[str]:
    return [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
