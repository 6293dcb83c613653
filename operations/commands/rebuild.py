"""`sijill rebuild`: rebuild the register from its topics beside the live one, and say where the live one differs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from operations.apply_texts import applied_document, applied_lines, is_mended, progress_document, progress_line
from operations.exit_codes import FOUND_SOMETHING
from operations.options import AsJson, Timeout
from operations.output import emit_json_line, note, say, stepping
from operations.rebuild_page import MOST_SHOWN, report_page
from operations.rebuild_texts import STEPS, rebuild_document, rebuild_lines, report_document
from operations.stopping import stopping_after_a_batch
from runtime.safe_text import as_json as as_json_text
from runtime.settings import load
from services.rebuilding.applying import Applying, ApplyOptions, ApplyProgress
from services.rebuilding.rebuild import opened
from services.rebuilding.rebuild_values import (
    RebuildOptions,
    RebuildProgress,
    RebuildResult,
    RebuildStep,
    ReportRebuild,
)

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
    rules: Annotated[
        Path | None,
        typer.Option("--rules", help="Folder with other rules: what would change. Else SIJILL_RULES.", file_okay=False),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Mend what differs, through the topics.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who applies it; else SIJILL_PRINCIPAL, where it is set.")] = "",
    why: Annotated[str, typer.Option("--why", help="Why, in that person's words.")] = "",
    batch: Annotated[int, typer.Option("--batch", help="Companies that are mended at once.", min=1, max=10_000)] = 500,
    yes_all: Annotated[bool, typer.Option("--yes-all", help="Apply it, however many companies differ.")] = False,
    report_to: Annotated[
        Path | None,
        typer.Option("--report", help="Folder for the report; by default rebuild/reports in the data directory."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Rebuild the register from its topics beside the live one, and say where the live one differs.

    It reads all events and judgements, and folds each registration once. Without --apply it changes nothing. An event
    on its way through the live processors is no difference. A rebuild that was killed goes on when it is started again.

    With --apply it repairs the damaged states. Agencies get notices of what really changes. More differences than one
    in a hundred companies, and more than ten, need --yes-all. Ctrl-C stops after a batch; start it again to go on.

    --rules DIR rebuilds with the rules of a folder: the differences are what these rules change. --apply then changes
    the rules. The processes must run with them: SIJILL_RULES.

    The report is an HTML page for a browser, and the same as JSON: REBUILD_ID.html and REBUILD_ID.json.

    With --json, each line is one document: the progress, and at last the result. Exit code 1 when a company differs.

    Example: sijill rebuild --json
    """
    settings = load() if rules is None else load().model_copy(update={"rules": rules.absolute()})
    options = RebuildOptions(processes=processes, fresh=fresh, timeout_s=timeout, with_cases=apply)
    with _reporting(as_json=as_json) as report, opened(settings, options) as one:
        found = one.run(report)
        page = _write_report(found, report_to or settings.data_dir / "rebuild" / "reports")
        applied = None
        if apply and found.differences:
            wanted = ApplyOptions(by=by, why=why, batch=batch, however_many=yes_all, new_rules=rules is not None)
            with stopping_after_a_batch() as stop:
                applied = Applying(settings, one, wanted).apply(found, _applying(as_json=as_json), report, stop)
    if as_json:
        document = {**rebuild_document(found), "report": str(page)}
        emit_json_line(document if applied is None else {**document, "applied": applied_document(applied)})
    else:
        for line in (*rebuild_lines(found, show), f"report: {page}", *(applied_lines(applied) if applied else ())):
            say(line)
    if found.unsettled if applied is None and not found.differences else applied is None or not is_mended(applied):
        raise typer.Exit(FOUND_SOMETHING)


def _write_report(found: RebuildResult, folder: Path) -> Path:
    """Write the report; returns the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{found.rebuild_id}.html"
    page.write_text(report_page(found), encoding="utf-8")
    document = as_json_text(report_document(found, MOST_SHOWN), indent=True)
    page.with_suffix(".json").write_text(document, encoding="utf-8")
    return page


def _applying(*, as_json: bool) -> Callable[[ApplyProgress], None]:
    def report(progress: ApplyProgress) -> None:
        if as_json:
            emit_json_line(progress_document(progress))
        else:
            note(progress_line(progress))

    return report


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
