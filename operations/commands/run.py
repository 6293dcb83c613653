"""`sijill run`: the processes."""

import asyncio
import sys
from typing import Annotated

import typer

from operations.background import RUN, start
from runtime.settings import load
from services import topics
from services.processes import PROCESSES, chosen, run_process, supervise

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
    names = chosen(processes)
    if detach or (len(names) > 1 and not supervised):
        asyncio.run(topics.require_where_kafka_is(settings))  # say now what would only stand in a log
    if detach:
        start(settings, names)
    elif len(names) == 1 and not supervised:
        sys.exit(run_process(names[0], settings))
    else:
        supervise(names, settings, RUN)
