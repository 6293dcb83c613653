"""`sijill rebuild`: rebuild the register from its topics beside the live one, and say where the live one differs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

from operations.exit_codes import FOUND_SOMETHING
from operations.options import AsJson, Timeout
from operations.output import emit_json_line, say, stepping
from operations.rebuild_texts import STEPS, rebuild_document, rebuild_lines
from runtime.settings import load
from services.rebuilding.rebuild import opened
from services.rebuilding.rebuild_values import RebuildOptions, RebuildProgress, RebuildStep, ReportRebuild

app = typer.Typer()

MOST_PROCESSES: Final = 256
A_LINE_S: Final = 1.0  # between two lines of progress of one step


@app.command()
def rebuild(
    processes: Annotated[
        int,
        typer.Option("--processes", help="Processes that share the work; 0: one per core.", min=0, max=MOST_PROCESSES),
    ] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start anew, even if a killed rebuild can go on.")] = False,
    timeout: Timeout = 600,
    show: Annotated[int, typer.Option("--show", help="How many companies to name.", min=0, max=1_000)] = 20,
    as_json: AsJson = False,
) -> None:
    """Rebuild the register from its topics beside the live one, and say where the live one differs.

    It reads all events and judgements, folds each registration once, and changes nothing. An event on its way through
    the live processors is no difference. A rebuild that was killed goes on when it is started again.

    With --json, each line is one document: the progress, and at last the result. Exit code 1 when a company differs.

    Example: sijill rebuild --json
    """
    options = RebuildOptions(processes=processes, fresh=fresh, timeout_s=timeout)
    with _reporting(as_json=as_json) as report, opened(load(), options) as one:
        found = one.run(report)
    if as_json:
        emit_json_line(rebuild_document(found))
    else:
        for line in rebuild_lines(found, show):
            say(line)
    if found.differences or found.unsettled:
        raise typer.Exit(FOUND_SOMETHING)


@contextmanager
def _reporting(*, as_json: bool) -> Iterator[ReportRebuild]:
    if as_json:
        yield _lines()
        return
    with stepping() as show:
        yield lambda progress: show(STEPS[progress.step], progress.done, progress.total)


def _lines() -> ReportRebuild:
    """Write at most one line a second for each step, and one when it is done."""
    last: dict[RebuildStep, float] = {}

    def line(progress: RebuildProgress) -> None:
        now = time.monotonic()
        if progress.done == progress.total or now - last.get(progress.step, 0.0) >= A_LINE_S:
            last[progress.step] = now
            emit_json_line({"step": progress.step, "done": progress.done, "total": progress.total})

    return line
