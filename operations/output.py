"""How a command answers: a table for a person, one JSON document for a machine, progress on a terminal."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

DONE: Final = 0
FOUND_SOMETHING: Final = 1
WRONG_USAGE: Final = 2

MANY_COLUMNS: Final = 7  # beyond, a table fits into 80 characters only without padding

screen: Final = Console()
notes: Final = Console(stderr=True, soft_wrap=True, highlight=False)
"""What is said beside the answer: it never mixes with `--json` on standard output."""


def emit_json(document: object) -> None:
    """Write one JSON document, indented, Arabic unescaped."""
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str))
    sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()


def emit_json_line(document: object) -> None:
    """Write one JSON document on one line, for a stream of them."""
    sys.stdout.buffer.write(orjson.dumps(document, default=str) + b"\n")
    sys.stdout.flush()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: Iterable[str] = ()) -> None:
    """Show a table; the columns named in `numbers` are aligned to the right."""
    right = set(numbers)
    padding = (0, 0, 0, 0 if len(columns) > MANY_COLUMNS else 1)
    shown = Table(
        title=title, title_justify="left", header_style="bold", box=SIMPLE_HEAD, padding=padding, pad_edge=False
    )
    for place, column in enumerate(columns):
        justify: JustifyMethod = "right" if column in right else "left"
        shown.add_column(column, justify=justify, overflow="fold", no_wrap=place == 0 or column in right)
    for row in rows:
        shown.add_row(*("" if cell is None else _cell(cell) for cell in row))
    screen.print(shown)


def facts(title: str, pairs: Mapping[str, object]) -> None:
    """Show a few facts, one a line."""
    screen.print(title)
    shown = Table(show_header=False, box=None, padding=(0, 2, 0, 2))
    for name, value in pairs.items():
        shown.add_row(name, _cell(value))
    screen.print(shown)


@contextmanager
def progress(description: str, *, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal while something long runs; the caller says how far it is."""
    counted = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    columns = (SpinnerColumn(), TextColumn("{task.description}"), *counted)
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as bar:
        task = bar.add_task(description, total=total)
        yield lambda done: bar.update(task, completed=done)


def _cell(value: Any) -> str:
    """Write a value as it is: brackets in a name are no markup."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return escape(str(value))
