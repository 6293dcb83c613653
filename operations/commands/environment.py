"""`sijill up` and `sijill down`: the embedded Kafka and PostgreSQL, and our own processes."""

from dataclasses import asdict

import typer

from operations.exit_codes import FOUND_SOMETHING
from operations.options import AsJson
from operations.output import emit_json, facts, note
from runtime.embedded import down as embedded_down
from runtime.embedded import up as embedded_up
from runtime.settings import load
from services.background import stop_processes

app = typer.Typer()


@app.command()
def up(as_json: AsJson = False) -> None:
    """Start the embedded Kafka and PostgreSQL, or find them running.

    Example: sijill up
    """
    endpoints = embedded_up(load(), report=note)
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
    settings = load()
    ended = stop_processes(settings, report=note)
    processes = ("processes",) if ended.stopped else ()
    stopped = (*processes, *embedded_down(settings, report=note))
    if as_json:
        emit_json({"stopped": stopped, **({"left": [asdict(one) for one in ended.left]} if ended.left else {})})
    else:
        note(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
    for one in ended.left:
        note(f"left: {one.command} {one.why}")
    if ended.left:
        raise typer.Exit(FOUND_SOMETHING)
