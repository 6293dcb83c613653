"""`sijill publish` and `sijill simulate`: a file of a registry's feed, and a synthetic world of registries."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from operations.exit_codes import FOUND_SOMETHING
from operations.options import AsJson, DryRun
from operations.output import emit_json, facts, note, progress, table
from operations.simulation_options import MOST_COMPANIES, simulated
from runtime.settings import load
from services.publishing import FEED_NAMES, PublishReport, RefusedRow, publish_file
from services.simulating import send

app = typer.Typer()
_SHOWN: Final = 20


@app.command()
def publish(
    feed: Annotated[str, typer.Argument(help=f"One of {', '.join(FEED_NAMES)}.")],
    file: Annotated[Path, typer.Argument(help="The file, as the registry gives it.")],
    recorded_on: Annotated[
        datetime | None,
        typer.Option(
            "--recorded-on", formats=["%Y-%m-%d"], help="Day on which the registry stated it; else the file's own."
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Publish a file of a feed; the same file again changes nothing. Exit code 1 when anything in it is not taken.

    Example: sijill publish gleif gcc_lei.csv --dry-run
    """
    day = None if recorded_on is None else recorded_on.replace(tzinfo=UTC).date()
    with progress(f"publishing {file.name}") as report_progress:
        report = asyncio.run(publish_file(load(), feed, file, day, dry_run=dry_run, progress=report_progress))
    if as_json:
        emit_json({"clean": report.is_clean, **asdict(report)})
    else:
        _show(report)
    if not report.is_clean:
        raise typer.Exit(FOUND_SOMETHING)


def _show(report: PublishReport) -> None:
    extent = report.extent
    counts = {
        f"{extent.unit}s": (
            f"{extent.found:,}: {extent.taken:,} taken, {extent.refused:,} refused, {extent.blank:,} blank"
        ),
        "rows": report.rows,
        "events": report.events,
        "published": report.published,
        "recorded on": f"{report.recorded_on}{'' if report.recorded_on_said else ', when the file was last changed'}",
        "rows refused here": len(report.refused_rows),
        "not sent": len(report.not_sent),
        "the register will refuse": len(report.will_be_refused),
        "odd, published all the same": len(report.warnings),
    }
    facts(f"{report.file} ({report.feed}){', dry run: nothing was sent' if report.dry_run else ''}", counts)
    _list("Rows refused here", ((_lines(one), one.field, one.reason) for one in report.refused_rows))
    _list("Not sent", ((one.row, one.field, one.message) for one in report.not_sent))
    _list("The register will refuse", ((one.row, one.code, one.message) for one in report.will_be_refused))
    _list("Odd", ((one.row, one.field, one.message) for one in report.warnings))
    for unknown in report.unknown_fields:
        rows = ", ".join(str(row) for row in unknown.first_rows)
        note(f"field {unknown.name!r} is not known to this feed and was not taken: {unknown.rows} rows ({rows} …)")


def _lines(refused: RefusedRow) -> str:
    over = refused.last_row is not None and refused.last_row != refused.row
    return f"{refused.row}-{refused.last_row}" if over else str(refused.row)


def _list(title: str, rows: Iterable[tuple[int | str, str | None, str]]) -> None:
    listed = list(rows)
    if listed:
        table(title, ("row", "field", "what it says"), listed[:_SHOWN], numbers=("row",))
    if len(listed) > _SHOWN:
        note(f"and {len(listed) - _SHOWN:,} more: --json lists all")


@app.command()
def simulate(
    companies: Annotated[
        int, typer.Option("--companies", help="How many companies to make up.", min=1, max=MOST_COMPANIES)
    ] = 2_000,
    seed: Annotated[str, typer.Option("--seed", help="Letters, digits, - and _: the same seed, the same world.")] = "1",
    shuffle: Annotated[
        str | None, typer.Option("--shuffle", help="Send the same events in another order: a seed of its own.")
    ] = None,
    knob: Annotated[list[str], typer.Option("--knob", help="NAME=VALUE, as invalid_share=0.01.")] = [],  # noqa: B006
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Publish the histories of synthetic companies over the six member states; what must come of them is known.

    Example: sijill simulate --companies 20000 --seed 7
    """
    world = simulated(seed, companies, knob)
    expected = world.expected()
    if not dry_run:
        with progress("publishing synthetic events", total=expected.deliveries) as report_progress:
            asyncio.run(send(load(), world, shuffle=shuffle, progress=report_progress))
    counts = {
        "companies": expected.companies,
        "registrations": expected.registrations,
        "withdrawn_whole": expected.void,
        "events": expected.deliveries,
        "accepted": expected.accepted,
        "duplicate": expected.duplicate,
        "rejected": expected.rejected,
    }
    if as_json:
        emit_json({"seed": seed, "dry_run": dry_run, **counts})
        return
    facts(f"Simulation {seed} (synthetic): what must come of it", counts)
    note(f"then: sijill wait && sijill compare --simulation {seed} --companies {companies}")
