"""`sijill names`: how well names suggest companies."""

from pathlib import Path
from typing import Annotated

import typer

from operations.options import AsJson
from operations.output import emit_json, note, table
from services.name_accuracy import Measures, Scores
from services.name_accuracy import score as measured

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
    found = measured(file)
    if as_json:
        by_source = {name: one.document() for name, one in found.sources.items()}
        emit_json({"threshold": found.threshold, "total": found.total.document(), "sources": by_source})
        return
    _show(found)


def _show(found: Scores) -> None:
    rows = [(name, *_cells(one)) for name, one in (*found.sources.items(), ("in total", found.total))]
    table(f"{found.total.names:,} names", _COLUMNS, rows, numbers=_COLUMNS[1:])
    note(f"precision and recall are those of the queue: best suggestions with a score of {found.threshold} or more")
    note("names/s: by the processor's time")


def _cells(one: Measures) -> tuple[object, ...]:
    shares = (one.recall_at_1, one.recall_at_5, one.precision, one.recall)
    return (one.names, *(f"{share:.3f}" for share in shares), round(one.names_per_s))
