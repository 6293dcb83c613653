"""Makes the simulation that a command line describes."""

import math
from dataclasses import fields
from typing import Any, Final

from operations.options import among
from services.problems import UsageProblem
from simulation.knobs import Knobs
from simulation.simulation import Simulation

MOST_COMPANIES: Final = 10_000_000  # more than the six states have


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
