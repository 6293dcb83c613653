"""Says what was applied of a rebuild, to a person and to a machine."""

from collections.abc import Iterator
from typing import Any

from services.rebuilding.applying import ApplyProgress, RebuildApplied


def progress_document(progress: ApplyProgress) -> dict[str, Any]:
    """Bring the progress into the form of a line of `--json`."""
    return {"step": "apply", "done": progress.companies, "total": progress.total, "repairs": progress.repairs}


def progress_line(progress: ApplyProgress) -> str:
    """Say how far it is.

    >>> progress_line(ApplyProgress(companies=500, total=1200, repairs=612))
    'mended 500 of 1,200 companies, with 612 repairs'
    """
    return f"mended {progress.companies:,} of {progress.total:,} companies, with {progress.repairs:,} repairs"


def applied_document(applied: RebuildApplied) -> dict[str, Any]:
    """Bring what was applied into the form of the last line of `--json`."""
    return {
        "companies": applied.companies,
        "repairs": {str(state): count for state, count in applied.repairs.items()},
        "left": [one.company_id for one in applied.left],
        "unsettled": list(applied.unsettled),
        "stopped": applied.stopped,
    }


def applied_lines(applied: RebuildApplied) -> Iterator[str]:
    """Say what was applied, and what is left."""
    by_state = ", ".join(f"{count:,} of {state}" for state, count in applied.repairs.items() if count)
    yield f"{applied.companies:,} companies mended; repairs of states: {by_state or 'none'}"
    if applied.stopped:
        yield f"stopped with {len(applied.left):,} companies left: start it again to go on"
    elif applied.left or applied.unsettled:
        yield f"{len({*(one.company_id for one in applied.left), *applied.unsettled}):,} companies still differ"


def is_mended(applied: RebuildApplied) -> bool:
    """Tell whether nothing is left."""
    return not (applied.left or applied.unsettled or applied.stopped)
