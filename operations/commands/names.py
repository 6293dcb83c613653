"""`sijill names`: how well names suggest companies."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from matching.measuring.known_pairs import Measures, ask, measures
from matching.suggesting.suggester import THRESHOLD, Suggester
from operations.options import AsJson
from operations.output import emit_json, note, table
from schemas.facts.name_glossary import name_glossary
from services.bilingual import read_bilingual

app = typer.Typer(help="Names: what they suggest, and how well.", no_args_is_help=True)

_COLUMNS = ("source", "names", "recall@1", "recall@5", "precision", "recall", "names/s")


@app.callback()
def names() -> None:
    """Names: what they suggest, and how well."""


@app.command()
def score(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with the columns country, source, local_id, name_ar, name_en.", exists=True, dir_okay=False
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Measure whether Arabic names find their English ones within the same source; precision and recall at the
    queue's threshold.

    Example: sijill names score exchange_lists.csv
    """
    answers = ask(read_bilingual(file), lambda: Suggester(name_glossary()))
    sources = {one.asked.source: None for one in answers}
    found = {name: measures([one for one in answers if one.asked.source == name]) for name in sources}
    total = measures(answers)
    if as_json:
        by_source = {name: one.document() for name, one in found.items()}
        emit_json({"threshold": THRESHOLD, "total": total.document(), "sources": by_source})
        return
    _show(found, total)


def _show(found: Mapping[str, Measures], total: Measures) -> None:
    rows = [(name, *_cells(one)) for name, one in (*found.items(), ("in total", total))]
    table(f"{total.names:,} names", _COLUMNS, rows, numbers=_COLUMNS[1:])
    note(f"precision and recall are those of the queue: best suggestions with a score of {THRESHOLD} or more")
    note("names/s: by the processor's time")


def _cells(one: Measures) -> tuple[object, ...]:
    shares = (one.recall_at_1, one.recall_at_5, one.precision, one.recall)
    return (one.names, *(f"{share:.3f}" for share in shares), round(one.names_per_s))
