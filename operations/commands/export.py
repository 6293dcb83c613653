"""`sijill export`: all companies as they were then, one JSON document a line."""

from enum import StrEnum
from typing import Annotated

import typer

from operations.output import emit_json_line, note, waiting
from operations.then import AsOf, From, KnownAt, moment_text, reported
from runtime.settings import load
from services.as_of import MemorySource, companies_then, record_then, times

app = typer.Typer()


class ExportFormat(StrEnum):
    """How companies are written."""

    JSONL = "jsonl"
    """One JSON document a line."""


@app.command()
def export(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    source: From = MemorySource.POSTGRES,
    form: Annotated[ExportFormat, typer.Option("--format", help="How companies are written.")] = ExportFormat.JSONL,
) -> None:
    """Write the records of all companies to standard output, by id: of today, or as they were then.

    With --as-of, what had taken effect up to a day; with --known-at, what the register knew at a moment. The same
    question gives the same bytes, from PostgreSQL and from the topics.

    Example: sijill export --as-of 2024-12-31 --known-at 2025-03-31T00:00:00Z --format jsonl
    """
    then, settings, written = times(as_of, known_at), load(), 0
    with waiting("reading") as show, companies_then(settings, then, source, reported(show)) as companies:
        for written, one in enumerate(companies, 1):
            emit_json_line(record_then(one))
            if written % 1_000 == 0:
                show(f"written: {written:,} companies")
    note(f"{written:,} companies, as known at {moment_text(then.known_at)}")
