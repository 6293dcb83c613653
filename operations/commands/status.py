"""`sijill status`: what was accepted and refused, what the register holds, and how far each process is."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Final

import typer

from operations.options import AsJson
from operations.output import emit_json, note, say, table
from runtime.settings import load
from services.counting import CountedRegister, Totals, Unmapped, counts
from services.dead_letters import decided_places
from services.lags import lags
from services.open_register import reading

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
    decided = decided_places(settings)
    with reading(settings) as register:
        found = counts(register, decided)
    if as_json:
        emit_json(
            {
                "totals": asdict(found.totals),
                "publishers": {name: asdict(totals) for name, totals in found.publishers.items()},
                "open_letters": {"count": sum(found.open_letters.values()), "publishers": found.open_letters},
                "stages": {name: {"lag": records} for name, records in behind.items()},
                "refusals": [asdict(one) for one in found.refusals],
                "unmapped_words": [asdict(one) for one in found.unmapped_words],
            }
        )
        return
    _show(found, behind)


def show_counts(title: str, counts: Iterable[tuple[str, Totals]]) -> None:
    """Show what was counted, a line per publisher."""
    columns = ["dead" if name == "dead_letters" else name for name in _COUNTS]
    rows = ((name, *(getattr(totals, count) for count in _COUNTS)) for name, totals in counts)
    table(title, ("publisher", *columns), rows, numbers=columns)


def show_unmapped(unmapped: Sequence[Unmapped]) -> None:
    """Show the words that no map has, the most frequent first, and where to map them."""
    rows = ((one.authority, one.count, one.property, one.word, one.registration_id) for one in unmapped[:MOST_WORDS])
    columns = ("authority", "count", "property", "word", "for example")
    table("Words not in the maps: kept as stated, unknown to us", columns, rows, numbers=("count",))
    if len(unmapped) > MOST_WORDS:
        note(f"and {len(unmapped) - MOST_WORDS} more words: --json lists all")
    note("statuses and legal forms are mapped in schemas/authorities/, a file per member state")


def _show(found: CountedRegister, behind: Mapping[str, int]) -> None:
    show_counts("Events and what came of them", [*found.publishers.items(), ("all", found.totals)])
    if found.open_letters:
        each = ", ".join(f"{publisher} {count:,}" for publisher, count in sorted(found.open_letters.items()))
        say(f"Open dead letters: {sum(found.open_letters.values()):,} ({each}); sijill dlq list says why")
    if found.refusals:
        table(
            "Refused, by reason (the latest of each)",
            ("publisher", "count", "code", "what it says"),
            ((r.publisher, r.count, r.code, r.message) for r in found.refusals),
            numbers=("count",),
        )
    if found.unmapped_words:
        show_unmapped(found.unmapped_words)
    table("Records still to be read", ("stage", "lag"), behind.items(), numbers=("lag",))
