"""`sijill authorities`: who registers companies, and what their numbers look like."""

from dataclasses import asdict

import typer

from operations.options import AsJson
from operations.output import emit_json, table
from register.authorities import Authority
from services.authorities import authorities as known_authorities

app = typer.Typer()


@app.command()
def authorities(as_json: AsJson = False) -> None:
    """List the registration authorities: the kind of each, its publisher, and what its numbers look like.

    Example: sijill authorities --json
    """
    known = known_authorities()
    if as_json:
        emit_json([{**asdict(one), "number": one.number and one.number.pattern} for one in known])
        return
    rows = (
        (one.authority, one.kind.replace("_", " "), one.publisher, _numbers(one), one.name_en, one.name_ar)
        for one in known
    )
    table("Registration authorities", ("authority", "kind", "publisher", "number", "name", "الاسم"), rows)


def _numbers(one: Authority) -> str:
    return one.number_in_words or "not verified"
