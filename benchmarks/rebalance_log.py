"""What became of the tasks at the rebalances, by what their workers logged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

LINES = ("partitions_assigned", "task_opened")


@dataclass(slots=True, kw_only=True)
class Handover:
    """Counts over all rebalances of some workers."""

    stayed: int = 0
    """Open tasks that a rebalance left with their worker, counted at each rebalance."""
    opened_again: int = 0
    """Of those, the ones that were opened again all the same."""
    restored_again: int = 0
    """States that those read again."""
    moved: int = 0
    """Tasks that were opened by a worker that had not had them open."""
    restored_moved: int = 0
    """States that those read."""

    def __add__(self, other: Self) -> "Handover":
        return Handover(**{name: getattr(self, name) + getattr(other, name) for name in Handover.__dataclass_fields__})


def handover(lines: Iterable[Mapping[str, Any]]) -> Handover:
    """Count over the log of one worker, in order; its first tasks count as moved to it."""
    found = Handover()
    opened: set[int] = set()
    for line in lines:
        if line["event"] == "partitions_assigned":
            opened &= set(line["partitions"])
            found.stayed += len(opened)
        elif line["partition"] in opened:
            found.opened_again += 1
            found.restored_again += line["restored"]
        else:
            opened.add(line["partition"])
            found.moved += 1
            found.restored_moved += line["restored"]
    return found
