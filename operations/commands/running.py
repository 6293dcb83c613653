"""`sijill run` and `sijill wait`: the processes, and waiting until they have caught up."""

import asyncio
import sys
from contextlib import suppress
from typing import Annotated

import typer
from aiokafka.errors import KafkaConnectionError

from operations import topics
from operations.background import start_processes
from operations.options import AsJson, Timeout
from operations.output import emit_json, note, waiting
from operations.problems import CommandProblem, UsageProblem
from operations.processes import PROCESSES, run_process, supervise
from operations.waiting import Progress, wait_until_caught_up
from runtime.settings import Settings, load

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


@app.command()
def wait(timeout: Timeout = 600, as_json: AsJson = False) -> None:
    """Return when every process has caught up with what is in the topics now.

    Example: sijill publish gleif companies.csv && sijill wait
    """
    with waiting("waiting") as tell:
        waited = asyncio.run(wait_until_caught_up(load(), timeout, lambda progress: tell(_line(progress))))
    if as_json:
        emit_json({"caught_up": waited.caught_up, "seconds": waited.seconds, "behind": waited.behind})
    if not waited.caught_up:
        behind = ", ".join(f"{stage} ({records:,} records)" for stage, records in waited.behind.items())
        idle = f"; no process answers for {', '.join(waited.idle)}: start it with `sijill run`" if waited.idle else ""
        raise CommandProblem(f"not caught up within {timeout:g} s: {behind}{idle}")
    if not as_json:
        note(f"caught up in {waited.seconds:.1f} s")


def _line(progress: Progress) -> str:
    return f"waiting for {progress.stage}: {progress.behind:,} records behind"
