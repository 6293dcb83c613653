"""`sijill up` and `sijill down`: the embedded Kafka and PostgreSQL, and our own processes."""

from dataclasses import asdict

import typer

from operations.exit_codes import FOUND_SOMETHING
from operations.options import AsJson
from operations.output import emit_json, facts, note
from runtime.settings import load
from services import environment

app = typer.Typer()


@app.command()
def up(as_json: AsJson = False) -> None:
    """Start the embedded Kafka and PostgreSQL, or find them running.

    Example: sijill up
    """
    endpoints = environment.up(load(), report=note)
    if as_json:
        emit_json(asdict(endpoints))
    else:
        facts("Running", {"Kafka": endpoints.kafka, "PostgreSQL": endpoints.postgres, "stop with": "sijill down"})


@app.command()
def down(as_json: AsJson = False) -> None:
    """Stop every process of this data directory, then the embedded PostgreSQL and Kafka. Data stays.

    How a process was started makes no difference. One that cannot be stopped is named with the reason: exit code 1.

    Example: sijill down
    """
    ended = environment.down(load(), report=note)
    stopped = ended.stopped
    if as_json:
        emit_json({"stopped": stopped, **({"left": [asdict(one) for one in ended.left]} if ended.left else {})})
    else:
        note(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
    for one in ended.left:
        note(f"left: {one.command} {one.why}")
    if ended.left:
        raise typer.Exit(FOUND_SOMETHING)
