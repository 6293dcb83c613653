"""`sijill demo`."""

import typer

app = typer.Typer()
