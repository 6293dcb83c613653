"""The outcome of a fault."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from tests.faults.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of a fault: seconds until the process worked again (None: it never did), and what was wrong."""

    recovery_s: float | None
    wrong: tuple[str, ...] = ()


Fault = Callable[[Stage, str, Random], Awaitable[Outcome]]
"""Acts on a process of the stage, with its own random numbers."""
