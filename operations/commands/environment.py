"""`sijill up` and `sijill down`: the embedded Kafka and PostgreSQL, and our own processes."""

from dataclasses import asdict

import typer

from operations.background import stop_processes
from operations.options import AsJson
from operations.output import emit_json, facts, note
from runtime.embedded import down as embedded_down
from runtime.embedded import up as embedded_up
from runtime.settings import load

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
    """Stop Sijill's processes of this data directory, then the embedded PostgreSQL and Kafka. Data stays.

    Example: sijill down
    """
    settings = load()
    stopped = (*stop_processes(settings, report=note), *embedded_down(settings, report=note))
    if as_json:
        emit_json({"stopped": stopped})
    else:
        note(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
