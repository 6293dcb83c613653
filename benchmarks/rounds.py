"""One number measured in several rounds."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """The rounds of one measurement, in the order in which they were taken."""

    rounds: tuple[float, ...]

    @classmethod
    def of(cls, rounds: Iterable[float]) -> "Measured":
        return cls(tuple(rounds))

    @property
    def median(self) -> float:
        return median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest."""
        return min(self.rounds), max(self.rounds)

    def document(self, digits: int = 0) -> dict[str, Any]:
        """As it stands in results.json."""
        lowest, highest = self.spread
        return {
            "median": _rounded(self.median, digits),
            "lowest": _rounded(lowest, digits),
            "highest": _rounded(highest, digits),
            "rounds": [_rounded(one, digits) for one in self.rounds],
        }


def ratio(ours: Measured, theirs: Measured) -> float:
    """Ours divided by theirs, medians."""
    return round(ours.median / theirs.median, 3)


def _rounded(number: float, digits: int) -> float:
    return round(number, digits) if digits else round(number)
