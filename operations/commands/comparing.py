"""`sijill compare`: is the register what it must be? So far against the truth of a simulation."""

import math
from dataclasses import asdict, fields
from typing import Annotated, Any, Final

import typer

from consumers.projection.reading import reading
from operations.options import AsJson, among
from operations.output import FOUND_SOMETHING, emit_json, say, waiting
from operations.problems import UsageProblem
from producers.simulation.comparing import compare as compare_with
from producers.simulation.knobs import Knobs
from producers.simulation.simulation import Simulation
from runtime.settings import load

app = typer.Typer()

MOST_COMPANIES: Final = 10_000_000  # more than the six states have


@app.command()
def compare(
    simulation: Annotated[str, typer.Option("--simulation", help="The seed given to `sijill simulate`.")],
    companies: Annotated[
        int, typer.Option("--companies", help="How many companies it was given.", min=1, max=MOST_COMPANIES)
    ],
    knob: Annotated[list[str], typer.Option("--knob", help="NAME=VALUE as given to `sijill simulate`.")] = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Compare every company in PostgreSQL with the truth of a simulation: who belongs together, and field by field.

    Says also how many of the pairs of registrations that were brought together are right (precision), and how many of
    those that belong together were found (recall).

    Exit code 1 when anything differs. Example: sijill compare --simulation 7 --companies 20000
    """
    world = simulated(simulation, companies, knob)
    with waiting("comparing"), reading(load()) as register:
        comparison = compare_with(world, register.records())
    if as_json:
        emit_json({"is_equal": comparison.is_equal, **asdict(comparison)})
    else:
        for line in comparison.lines():
            say(line)
    if not comparison.is_equal:
        raise typer.Exit(FOUND_SOMETHING)


def simulated(seed: str, companies: int, knobs: list[str]) -> Simulation:
    """Make the simulation that a command line describes; raises UsageProblem for a knob that is none."""
    try:
        return Simulation(seed, companies, **dict(_knob(one) for one in knobs))
    except (TypeError, ValueError, OverflowError) as fault:
        raise UsageProblem(f"no such simulation: {fault}") from fault


def _knob(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    among("knob", (name,), [one.name for one in fields(Knobs)])
    try:
        number = int(value) if value.isdigit() else float(value)
        if not math.isfinite(number):
            raise UsageProblem(f"--knob {text}: it must be finite")
        return name, number
    except (ValueError, OverflowError):
        raise UsageProblem(f"--knob {text}: expected NAME=NUMBER") from None
