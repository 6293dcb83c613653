"""`sijill compare`: is the register what it must be? So far against the truth of a simulation."""

from typing import Annotated

import typer

from operations.comparisons import comparison_document, comparison_lines
from operations.exit_codes import FOUND_SOMETHING
from operations.options import AsJson
from operations.output import emit_json, say, waiting
from operations.simulation_options import MOST_COMPANIES, simulated
from runtime.settings import load
from services.open_register import reading
from services.truth_comparison import compare as compare_with

app = typer.Typer()


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

    Says also how many of the merged pairs of registrations are right (precision). And how many of the pairs that belong
    together were found (recall).

    Exit code 1 when anything differs. Example: sijill compare --simulation 7 --companies 20000
    """
    world = simulated(simulation, companies, knob)
    with waiting("comparing"), reading(load()) as register:
        comparison = compare_with(register, world)
    if as_json:
        emit_json(comparison_document(comparison))
    else:
        for line in comparison_lines(comparison):
            say(line)
    if not comparison.is_equal:
        raise typer.Exit(FOUND_SOMETHING)
