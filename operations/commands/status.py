"""`sijill status`: what was accepted and refused, what the register holds, and how far each process is."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields

import typer

from consumers.projection.counting import Counted, Refused, Totals
from consumers.projection.reading import reading
from operations.options import AsJson
from operations.output import emit_json, table
from operations.waiting import lags
from runtime.settings import load

app = typer.Typer()
_COUNTS = [field.name for field in fields(Totals)]


@app.command()
def status(as_json: AsJson = False) -> None:
    """Count receipts by outcome, dead letters, companies, changes and notices, and how far each stage is behind.

    The counts are those of the projection: `sijill wait` first for exact ones. Example: sijill status --json
    """
    settings = load()
    behind = asyncio.run(lags(settings))
    with reading(settings) as register:
        counted, refusals = register.totals(), register.rejections()
    if as_json:
        emit_json(
            {
                "totals": asdict(counted.totals),
                "publishers": {name: asdict(totals) for name, totals in counted.publishers.items()},
                "stages": {name: {"lag": records} for name, records in behind.items()},
                "refusals": [asdict(one) for one in refusals],
            }
        )
        return
    _show(counted, refusals, behind)


def show_counts(title: str, counts: Iterable[tuple[str, Totals]]) -> None:
    """Show what was counted, a line per publisher."""
    columns = ["dead" if name == "dead_letters" else name for name in _COUNTS]
    rows = ((name, *(getattr(totals, count) for count in _COUNTS)) for name, totals in counts)
    table(title, ("publisher", *columns), rows, numbers=columns)


def _show(counted: Counted, refusals: list[Refused], behind: Mapping[str, int]) -> None:
    show_counts("Events and what came of them", [*counted.publishers.items(), ("all", counted.totals)])
    if refusals:
        table(
            "Refused, by reason (the latest of each)",
            ("publisher", "count", "code", "what it says"),
            ((r.publisher, r.count, r.code, r.message) for r in refusals),
            numbers=("count",),
        )
    table("Records still to be read", ("stage", "lag"), behind.items(), numbers=("lag",))
