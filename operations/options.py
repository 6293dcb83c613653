"""Options that many commands share, with one spelling and one explanation."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from operations.problems import UsageProblem

MOST_LISTED: Final = 1_000_000  # of anything; more fit into no answer


AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
LONGEST_WAIT_S: Final = 604_800.0  # a week
Timeout = Annotated[
    float, typer.Option("--timeout", help="Give up after this many seconds.", min=1, max=LONGEST_WAIT_S)
]


def among(option: str, given: tuple[str, ...], known: Sequence[str]) -> tuple[str, ...]:
    """Require words of an option to be known; raises UsageProblem."""
    unknown = [one for one in given if one not in known]
    if unknown:
        raise UsageProblem(f"--{option} {', '.join(unknown)} is not known: choose from {', '.join(known)}")
    return given
