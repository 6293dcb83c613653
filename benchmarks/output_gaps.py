"""How steadily records come out: of each partition, at every moment at which it was looked at."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

BUCKET_S: Final = 0.25
SMOOTHED: Final = 4  # buckets: a rate is back when it holds for a second
BACK: Final = 0.9  # of the load's rate
ORDINARY_S: Final = 0.5  # a partition that gives nothing for less than this is not standing still


@dataclass(frozen=True, slots=True)
class Standstill:
    """A time without output."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.begin


@dataclass(slots=True)
class Flow:
    """Seconds since the load began, and how far each partition's outputs were then."""

    moments: list[float] = field(default_factory=list)
    reached: list[Mapping[int, int]] = field(default_factory=list)

    def add(self, moment: float, reached: Mapping[int, int]) -> None:
        self.moments.append(moment)
        self.reached.append(reached)

    def rates(self, events: int) -> list[float]:
        """Events per second in each bucket; all the outputs together are of so many events.

        Offsets count control markers too: only fractions are used.
        """
        totals = [sum(one.values()) for one in self.reached]
        events_each = events / (totals[-1] - totals[0])
        edges = [
            totals[max(0, bisect_right(self.moments, n * BUCKET_S) - 1)]
            for n in range(int(self.moments[-1] / BUCKET_S) + 1)
        ]
        return [(after - before) * events_each / BUCKET_S for before, after in pairwise(edges)]

    def silence(self, begin: float, end: float) -> Standstill:
        """The longest time within which nothing at all came out."""
        return self._longest([sum(one.values()) for one in self.reached], begin, end)

    def standstill(self, begin: float, end: float) -> Standstill:
        """The longest time within which nothing came out of some partition."""
        partitions = self.reached[-1]
        return max(
            (self._longest([one[number] for one in self.reached], begin, end) for number in partitions),
            key=lambda one: one.seconds,
        )

    def _longest(self, positions: Sequence[int], begin: float, end: float) -> Standstill:
        """The part within `begin` and `end` of the times between two outputs."""
        seen = zip(self.moments, pairwise([-1, *positions]), strict=True)
        moved = [moment for moment, (before, after) in seen if after != before]
        times = (Standstill(max(a, begin), min(b, end)) for a, b in pairwise([*moved, self.moments[-1]]))
        return max(times, key=lambda one: one.seconds)


def back_after(rates: Sequence[float], begin: float, standstill: Standstill, load: float) -> float:
    """Seconds from `begin` until the rate is that of the load again for a second; 0 if nothing stood still.

    If it never is, until the last bucket: by then all was worked off.
    """
    if standstill.seconds < ORDINARY_S:
        return 0.0
    for bucket in range(int(standstill.end / BUCKET_S), len(rates) - SMOOTHED + 1):
        if sum(rates[bucket : bucket + SMOOTHED]) >= BACK * load * SMOOTHED:
            return max(bucket * BUCKET_S, standstill.end) - begin
    return len(rates) * BUCKET_S - begin
