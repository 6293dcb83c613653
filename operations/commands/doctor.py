"""`sijill doctor`: checks a deployment, and says in words what to do."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

import typer

from operations.doctor_texts import advice
from operations.exit_codes import FOUND_SOMETHING
from operations.options import AsJson
from operations.output import emit_json, note, say, table, waiting
from runtime.clock import SystemClock
from runtime.settings import load
from services.health.examination import Examined, chosen_subjects, examine
from services.health.findings import Health, HealthFinding

app = typer.Typer()
_WRONG: Final = (Health.BROKEN, Health.UNCHECKED)


@app.command()
def doctor(
    check: Annotated[list[str], typer.Option("--check", help="Only this check; may be given several times.")] = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Check this deployment: versions, disk, clocks, topics, states, processes, tables, and what waits for a person.

    It says of each thing whether it is well, and what to do where it is not. It changes nothing. A server that is away
    stops only the checks that need it. Exit code 1 when something is broken or could not be checked; warnings give 0.

    Example: sijill doctor --check topics --check lag
    """
    subjects = chosen_subjects(check)
    with waiting("checking") as tell:
        found = asyncio.run(examine(load(), SystemClock(), subjects, lambda subject: tell(f"checking {subject}")))
    if as_json:
        emit_json({"healthy": not _wrong(found), "checks": [_document(one) for one in found]})
    else:
        _show(found)
    if _wrong(found):
        raise typer.Exit(FOUND_SOMETHING)


def _wrong(found: Sequence[Examined]) -> list[Examined]:
    return [one for one in found if one.health in _WRONG]


def _document(one: Examined) -> dict[str, Any]:
    return {"check": one.subject, "health": one.health, "findings": [_finding(found) for found in one.findings]}


def _finding(finding: HealthFinding) -> dict[str, Any]:
    says, remedy = advice(finding)
    kind = type(finding).__name__
    return {"kind": kind, "health": finding.health, "says": says, "remedy": remedy or None}


def _show(found: Sequence[Examined]) -> None:
    """Show a line per finding, then what to do, the worst first."""
    rows = [(one.subject, finding.health, advice(finding).says) for one in found for finding in one.findings]
    table("This deployment", ("check", "health", "what was found"), rows)
    to_do = list(_to_do(found))
    if not to_do:
        note("all is well")
    for subject, says, remedy in to_do:
        say(f"{subject}: {says}", bold=True)
        say(remedy, indent=2)


def _to_do(found: Sequence[Examined]) -> Iterator[tuple[str, str, str]]:
    order = list(Health)
    flat = [(one.subject, finding) for one in found for finding in one.findings if finding.health is not Health.OK]
    for subject, finding in sorted(flat, key=lambda one: -order.index(one[1].health)):
        says, remedy = advice(finding)
        if remedy:  # what only waits for a server has none of its own
            yield subject, says, remedy
