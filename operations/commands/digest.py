"""`sijill digest`: one number for the whole register."""

from dataclasses import asdict
from typing import Annotated

import typer

from operations.options import AsJson
from operations.output import emit_json, say, waiting
from runtime.settings import load
from services.digesting import DigestSource, digest_of

app = typer.Typer()


@app.command()
def digest(
    source: Annotated[
        DigestSource, typer.Option("--from", help="The topic of the companies, or the tables in PostgreSQL.")
    ] = DigestSource.TOPICS,
    as_json: AsJson = False,
) -> None:
    """Take the digest of the register: equal registers have equal digests, whatever their order and versions.

    It holds for the offsets that it names: compare two digests with equal offsets, or after `sijill wait`.

    Example: sijill digest --from postgres --json
    """
    settings = load()
    with waiting("reading"):
        taken = digest_of(settings, source)
    if as_json:
        emit_json(asdict(taken))
        return
    say(f"{taken.digest}  {taken.companies:,} companies, from {taken.source}")
    say(f"{taken.rules}  rules")
    for place, offset in taken.offsets.items():
        say(f"  {place} up to {offset:,}")
