"""`python -m benchmarks`: measure on this machine, show a table, and write results.json and the reference page."""

import logging
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from benchmarks import first, page, results
from benchmarks.problems import BenchmarkFailed
from operations.output import emit_json, notes, table

app = typer.Typer(help="Measure the register on this machine.", add_completion=False, pretty_exceptions_enable=False)
screen: Final = Console()

Companies = Annotated[int, typer.Option("--companies", min=200, help="Simulated companies; about 11 events each.")]
Rounds = Annotated[int, typer.Option("--rounds", min=1, help="Rounds of each measurement; the median counts.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output.")]
Write = Annotated[bool, typer.Option("--write/--no-write", help="Keep the numbers in results.json and the page.")]


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Measure all that there is."""
    if context.invoked_subcommand is None:
        merge()


@app.command()
def merge(companies: Companies = 3_000, rounds: Rounds = 3, as_json: AsJson = False, write: Write = True) -> None:
    """The merge job and its stages on real Kafka, exactly once, against the same functions in memory."""
    with _reporting() as report:
        section = first.merge_job(companies, rounds, report)
    _finish({"merge": section}, as_json=as_json, write=write)


@contextmanager
def _reporting() -> Iterator[Callable[[str], None]]:
    """One line that changes on a terminal, one line per step elsewhere."""
    if notes.is_terminal:
        with notes.status("starting") as shown:
            yield shown.update
        return
    last = ""

    def line(text: str) -> None:
        nonlocal last
        step = text.partition("loading")[0] + "loading" if "loading" in text else text
        if step != last:
            notes.print(step, highlight=False)
        last = step

    yield line


def _finish(measured: Mapping[str, Any], *, as_json: bool, write: bool) -> None:
    if write:
        page.write(results.merge(measured))
    if as_json:
        emit_json(measured)
    else:
        _show(measured)
    if write:
        notes.print(f"written: {results.FILE}, {page.PAGE}", highlight=False)


def _show(measured: Mapping[str, Any]) -> None:
    section = measured.get("merge")
    if section:
        rates = section["per_second"]
        rows = [
            (meaning.replace("`", ""), *(rates[name][what] for what in ("median", "lowest", "highest")))
            for name, meaning in page.MERGE_ROWS.items()
        ]
        columns = ("what", "per second", "lowest", "highest")
        table("The merge job and its stages, exactly once", columns, rows, numbers=columns[1:])
        of_memory = section["of_memory"]
        screen.print(f"of the functions in memory: {of_memory['in_turn']} in turn, {of_memory['together']} together")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # so that every `finally` stops what it started


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it tells of every partition whose leader is just chosen
    try:
        app()
    except BenchmarkFailed as fault:
        notes.print(str(fault), style="red", highlight=False, markup=False)
        sys.exit(1)
