"""Reads the simulation that a command line describes."""

import math

from operations.options import among
from operations.problems import UsageProblem
from services.simulating import KNOBS, MOST_COMPANIES, Simulation
from services.simulating import simulated as made

__all__ = ["MOST_COMPANIES", "simulated"]


def simulated(seed: str, companies: int, knobs: list[str]) -> Simulation:
    """Make the simulation that a command line describes; raises UsageProblem for an unknown knob."""
    return made(seed, companies, dict(_knob(one) for one in knobs))


def _knob(text: str) -> tuple[str, int | float]:
    name, _, value = text.partition("=")
    among("knob", (name,), KNOBS)
    try:
        number = int(value) if value.isdigit() else float(value)
        if not math.isfinite(number):
            raise UsageProblem(f"--knob {text}: it must be finite")
        return name, number
    except (ValueError, OverflowError):
        raise UsageProblem(f"--knob {text}: expected NAME=NUMBER") from None
