"""`sijill compare`: is the register what it must be? Against the truth of a simulation, or another instance."""

from typing import Annotated

import typer

from operations.comparisons import (
    comparison_document,
    comparison_lines,
    instances_document,
    instances_lines,
)
from operations.exit_codes import FOUND_SOMETHING
from operations.options import AsJson
from operations.output import emit_json, say, waiting
from operations.problems import UsageProblem
from operations.simulation_options import MOST_COMPANIES, simulated
from runtime.settings import Settings, load
from services.instance_comparison import compare_instances
from services.open_register import reading
from services.truth_comparison import compare as compare_with

app = typer.Typer()


@app.command()
def compare(
    simulation: Annotated[str | None, typer.Option("--simulation", help="The seed given to `sijill simulate`.")] = None,
    companies: Annotated[
        int | None, typer.Option("--companies", help="How many companies it was given.", min=1, max=MOST_COMPANIES)
    ] = None,
    other_kafka: Annotated[
        str | None, typer.Option("--other-kafka", help="Kafka of another instance, host:port,…; else the same.")
    ] = None,
    other_prefix: Annotated[
        str | None, typer.Option("--other-prefix", help="Topic prefix of another instance; else the same.")
    ] = None,
    show: Annotated[int, typer.Option("--show", help="How many differing companies to name.", min=0, max=1_000)] = 20,
    knob: Annotated[list[str], typer.Option("--knob", help="NAME=VALUE as given to `sijill simulate`.")] = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Compare every company with the truth of a simulation, or with another instance: field by field.

    With --simulation: who belongs together, too. It says how many of the merged pairs of registrations are right
    (precision). And how many of the pairs that belong together were found (recall).

    With --other-kafka or --other-prefix: names the first companies that differ and their fields, and counts. `sijill
    rebuild` compares the live register with the rebuilt one.

    Exit code 1 when anything differs. Example: sijill compare --simulation 7 --companies 20000
    """
    if simulation is None or companies is None:
        if other_kafka is None and other_prefix is None:
            raise UsageProblem(
                "say what to compare with: --simulation and --companies, --other-kafka or --other-prefix"
            )
        _compare_with(_other(load(), other_kafka, other_prefix), show, as_json=as_json)
        return
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


def _other(settings: Settings, kafka: str | None, prefix: str | None) -> Settings:
    changed = {"kafka": kafka, "topic_prefix": prefix}
    update = {name: value for name, value in changed.items() if value is not None}
    return Settings.model_validate({**settings.model_dump(), **update})


def _compare_with(other: Settings, show: int, *, as_json: bool) -> None:
    with waiting("comparing"):
        found = compare_instances(load(), other, show)
    if as_json:
        emit_json(instances_document(found))
    else:
        for line in instances_lines(found):
            say(line)
    if found.different:
        raise typer.Exit(FOUND_SOMETHING)
