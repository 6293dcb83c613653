"""`sijill status`: what was accepted and refused, what the register holds, and how far each process is."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Final

import typer

from operations.options import AsJson
from operations.output import emit_json, note, table
from readmodel.counting import Refused, RegisterCounts, Totals
from readmodel.oddities import Unmapped
from readmodel.reading import reading
from runtime.settings import load
from services.waiting import lags

app = typer.Typer()
MOST_WORDS: Final = 20  # shown; a table of thousands helps nobody
_COUNTS: Final = [field.name for field in fields(Totals)]


@app.command()
def status(as_json: AsJson = False) -> None:
    """Count receipts by outcome, dead letters, companies, changes and notices, and how far each stage is behind.

    Also lists why events were refused, and the registries' words that are in no map of ours.

    The counts are those of the projection: `sijill wait` first for exact ones. Example: sijill status --json
    """
    settings = load()
    behind = asyncio.run(lags(settings))
    with reading(settings) as register:
        counted, refusals, unmapped = register.totals(), register.rejections(), register.unmapped_words()
    if as_json:
        emit_json(
            {
                "totals": asdict(counted.totals),
                "publishers": {name: asdict(totals) for name, totals in counted.publishers.items()},
                "stages": {name: {"lag": records} for name, records in behind.items()},
                "refusals": [asdict(one) for one in refusals],
                "unmapped_words": [asdict(one) for one in unmapped],
            }
        )
        return
    _show(counted, refusals, unmapped, behind)


def show_counts(title: str, counts: Iterable[tuple[str, Totals]]) -> None:
    """Show what was counted, a line per publisher."""
    columns = ["dead" if name == "dead_letters" else name for name in _COUNTS]
    rows = ((name, *(getattr(totals, count) for count in _COUNTS)) for name, totals in counts)
    table(title, ("publisher", *columns), rows, numbers=columns)


def show_unmapped(unmapped: list[Unmapped]) -> None:
    """Show the words that no map has, the most frequent first, and where to map them."""
    rows = ((one.authority, one.count, one.property, one.word, one.registration_id) for one in unmapped[:MOST_WORDS])
    columns = ("authority", "count", "property", "word", "for example")
    table("Words not in the maps: kept as stated, unknown to us", columns, rows, numbers=("count",))
    if len(unmapped) > MOST_WORDS:
        note(f"and {len(unmapped) - MOST_WORDS} more words: --json lists all")
    note("statuses and legal forms are mapped in schemas/authorities/, a file per state")


def _show(
    counted: RegisterCounts, refusals: list[Refused], unmapped: list[Unmapped], behind: Mapping[str, int]
) -> None:
    show_counts("Events and what came of them", [*counted.publishers.items(), ("all", counted.totals)])
    if refusals:
        table(
            "Refused, by reason (the latest of each)",
            ("publisher", "count", "code", "what it says"),
            ((r.publisher, r.count, r.code, r.message) for r in refusals),
            numbers=("count",),
        )
    if unmapped:
        show_unmapped(unmapped)
    table("Records still to be read", ("stage", "lag"), behind.items(), numbers=("lag",))
