"""`sijill run`: the processes."""

import asyncio
import sys
from contextlib import suppress
from typing import Annotated

import typer
from aiokafka.errors import KafkaConnectionError

from operations.output import note
from runtime.settings import Settings, load
from services import topics
from services.background import start_processes
from services.problems import UsageProblem
from services.processes import PROCESSES, run_process, supervise

app = typer.Typer()


@app.command()
def run(
    processes: Annotated[list[str], typer.Argument(help=f"Any of {', '.join(PROCESSES)}, or all.")],
    detach: Annotated[bool, typer.Option("--detach", help="Run in the background until `sijill down`.")] = False,
    supervised: Annotated[bool, typer.Option("--supervised", help="Watch even a single process.")] = False,
) -> None:
    """Run processes of the register; several are watched, and started again when they end.

    Example: sijill run all --detach
    """
    settings = load()
    names = PROCESSES if "all" in processes else tuple(dict.fromkeys(processes))
    unknown = [name for name in names if name not in PROCESSES]
    if unknown:
        raise UsageProblem(f"no process {', '.join(unknown)}: choose from {', '.join(PROCESSES)}, or all")
    if detach or (len(names) > 1 and not supervised):
        _require_topics(settings)
    if detach:
        start_processes(settings, names, report=note)
    elif len(names) == 1 and not supervised:
        sys.exit(run_process(names[0], settings))
    else:
        supervise(names, settings)


def _require_topics(settings: Settings) -> None:
    """Say now what would only stand in a log; while Kafka is away, the processes wait for it themselves."""
    with suppress(KafkaConnectionError):
        topics.require(asyncio.run(topics.present(settings)), settings)
