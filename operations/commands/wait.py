"""`sijill wait`: until the processes have caught up."""

import asyncio

import typer

from operations.options import AsJson, Timeout
from operations.output import emit_json, note, waiting
from operations.problems import CommandProblem
from runtime.settings import load
from services.waiting import Progress, wait_until_caught_up

app = typer.Typer()


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
