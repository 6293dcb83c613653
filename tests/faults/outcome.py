"""What comes of a fault."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from tests.faults.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a fault: seconds until the process worked again (None: it never did), and what was wrong."""

    recovery_s: float | None
    wrong: tuple[str, ...] = ()


Fault = Callable[[Stage, str, Random], Awaitable[Outcome]]
"""Takes the stage, the process that it befalls and dice of its own."""
