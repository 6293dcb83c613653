"""`sijill simulate`: a synthetic world of registries, for trying, testing and measuring."""

import asyncio
from typing import Annotated

import typer

from operations.commands.comparing import simulated
from operations.options import AsJson, DryRun
from operations.output import emit_json, facts, notes, progress
from producers.simulation.sending import send
from runtime.settings import load

app = typer.Typer()


@app.command()
def simulate(
    companies: Annotated[int, typer.Option("--companies", help="How many companies to make up.", min=1)] = 2_000,
    seed: Annotated[str, typer.Option("--seed", help="Letters, digits, - and _: the same seed, the same world.")] = "1",
    shuffle: Annotated[
        str | None, typer.Option("--shuffle", help="Send the same events in another order: a seed of its own.")
    ] = None,
    knob: Annotated[list[str], typer.Option("--knob", help="NAME=VALUE, as invalid_share=0.01.")] = [],  # noqa: B006
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Publish the histories of synthetic companies over the six states; what must come of them is known.

    Example: sijill simulate --companies 20000 --seed 7
    """
    world = simulated(seed, companies, knob)
    expected = world.expected()
    deliveries = world.deliveries() if shuffle is None else world.shuffled(shuffle)
    if not dry_run:
        with progress("publishing synthetic events", total=expected.deliveries) as told:
            asyncio.run(send(load(), deliveries, world.ce_source, told))
    counts = {
        "companies": expected.companies,
        "registrations": expected.registrations,
        "events": expected.deliveries,
        "accepted": expected.accepted,
        "duplicate": expected.duplicate,
        "rejected": expected.rejected,
    }
    if as_json:
        emit_json({"seed": seed, "dry_run": dry_run, **counts})
        return
    facts(f"Simulation {seed} (synthetic): what must come of it", counts)
    notes.print(f"then: sijill wait && sijill compare --simulation {seed} --companies {companies}", highlight=False)
