"""The output of commands: a table for a person, one JSON document for a machine, progress on a terminal.

The one door to the terminal. Whatever goes through it is text: controls are shown, and brackets are no markup.
Commands have no console of their own; a test holds them to it.
"""

import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from operations.value_texts import BETWEEN
from runtime.safe_text import as_json, isolated, shown

MANY_COLUMNS: Final = 7  # beyond, a table fits into 80 characters only without padding
LONGEST_VALUE: Final = 300  # characters of one name or the like in a table; --json has all of it
LONGEST_CELL: Final = 3_000  # characters of all values in one cell
LONGEST_SENTENCE: Final = 4_000  # characters of an error: an argument that it repeats may have a hundred thousand
MOST_MARKS: Final = 8  # on one letter: Arabic needs three, and hundreds cover the lines above and below

_CUT: Final = "…"

_screen: Final = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
_notes: Final = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)


def emit_json(document: object) -> None:
    """Write one JSON document, indented, Arabic unescaped."""
    _emit(as_json(document, indent=True))


def emit_json_line(document: object) -> None:
    """Write one JSON document on one line, for a stream of them."""
    _emit(as_json(document))


def say(*parts: object, indent: int = 0, bold: bool = False) -> None:
    """Answer with one line. A right-to-left part does not reorder the others."""
    _screen.print(_line(_screen, parts, indent, bold))


def note(*parts: object, indent: int = 0, bold: bool = False) -> None:
    """Write one line to standard error, so that it never mixes with `--json` on standard output."""
    _notes.print(_line(_notes, parts, indent, bold))


def complain(sentence: str, *more: str) -> None:
    """Write why a command ends, in one or more lines; a very long sentence is cut."""
    for number, one in enumerate((sentence, *more)):
        line = Text(_cut(shown(one), LONGEST_SENTENCE))
        _notes.print(Text.assemble(("sijill: ", "bold red"), line) if number == 0 else line)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: Iterable[str] = ()) -> None:
    """Show a table; the columns named in `numbers` are aligned to the right. A cell of several lines is a tuple."""
    right = set(numbers)
    padding = (0, 0, 0, 0 if len(columns) > MANY_COLUMNS else 1)
    made = Table(
        title=Text(shown(title)),
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        padding=padding,
        pad_edge=False,
    )
    for place, column in enumerate(columns):
        justify: JustifyMethod = "right" if column in right else "left"
        made.add_column(Text(column), justify=justify, overflow="fold", no_wrap=place == 0 or column in right)
    for row in rows:
        made.add_row(*(Text("" if cell is None else _cell(cell)) for cell in row))
    _print_table(made)


def facts(title: str, pairs: Mapping[str, object], *, bold: bool = False) -> None:
    """Show a few facts, one a line; a fact of several lines is a tuple."""
    say(title, bold=bold)
    made = Table(show_header=False, box=None, padding=(0, 2, 0, 2))
    made.add_column(overflow="fold")
    made.add_column(overflow="fold")
    for name, value in pairs.items():
        made.add_row(Text(shown(name)), Text(_cell(value)))
    _print_table(made)


@contextmanager
def progress(description: str, *, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on a terminal during a long task; the caller reports the progress."""
    counted = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), *counted)
    with Progress(*columns, console=_notes, transient=True, disable=not _notes.is_terminal) as bar:
        task = bar.add_task(shown(description), total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def stepping() -> Iterator[Callable[[str, int, int], None]]:
    """Show the steps of a long task on a terminal, with speed and time left.

    The caller names step, done and total.
    """
    counted = (BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn())
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), *counted)
    with Progress(*columns, console=_notes, transient=True, disable=not _notes.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                for earlier in tasks.values():
                    bar.stop_task(earlier)
                tasks[step] = bar.add_task(shown(step), total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield show


class _Speed(ProgressColumn):
    """How many are done a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s")


@contextmanager
def waiting(description: str) -> Iterator[Callable[[str], None]]:
    """Show a spinner on a terminal; the caller may change its text."""
    with _notes.status(Text(shown(description))) as status:
        yield lambda line: status.update(Text(shown(line)))


class _Isolated:
    """A table whose Arabic cells do not reorder the rest of their lines."""

    def __init__(self, made: Table) -> None:
        self._made = made

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._made, options):
            yield Segment(isolated(segment.text), segment.style, segment.control)


def _print_table(made: Table) -> None:
    """Print a table as wide as the terminal. Marks of direction are for a terminal, not for a file or grep."""
    _screen.print(_Isolated(made) if _screen.is_terminal else made, soft_wrap=False, crop=False)


def _line(console: Console, parts: Sequence[object], indent: int, bold: bool) -> Text:
    texts = [shown(part) for part in parts]
    if console.is_terminal and len(texts) > 1:
        texts = [isolated(text) for text in texts]
    return Text(" " * indent + "".join(texts), style="bold" if bold else "")


def _cell(value: Any) -> str:
    """Write a value unchanged, except a very long one, which is cut."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return "\n".join(_cell(one) for one in value)
    values = _with_few_marks(shown(value)).split(BETWEEN)
    return _cut(BETWEEN.join(_cut(one, LONGEST_VALUE) for one in values), LONGEST_CELL)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + _CUT


def _with_few_marks(text: str) -> str:
    """Cut very many marks on one letter, which would cover other lines."""
    if len(text) <= MOST_MARKS or text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for one in text:
        marks = marks + 1 if unicodedata.combining(one) else 0
        if marks <= MOST_MARKS:
            kept.append(one)
        elif marks == MOST_MARKS + 1:
            kept.append(_CUT)
    return "".join(kept)


def _emit(written: str) -> None:
    sys.stdout.buffer.write(written.encode() + b"\n")
    sys.stdout.flush()
