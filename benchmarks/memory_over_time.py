"""How much memory a worker takes over time, looked at from outside."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.problems import BenchmarkFailed
from benchmarks.workers import Worker

SAMPLE_S: Final = 0.1
DRAWN_S: Final = 0.5  # one point of the curve, the highest of its samples


@dataclass(slots=True)
class Footprint:
    """Resident memory in MB, at seconds since it is being looked at."""

    samples: list[tuple[float, float]] = field(default_factory=list)

    def document(self, began: float, ended: float) -> dict[str, Any]:
        """As it stands in results.json; the work was done between these seconds.

        A memory that grows with what was worked off is higher in the second half than in the first.
        """
        first = self._highest(began, (began + ended) / 2)
        second = self._highest((began + ended) / 2, ended)
        return {
            "start_mb": round(next(mb for moment, mb in self.samples if moment >= began)),
            "highest_mb": round(max(first, second)),
            "first_half_mb": round(first),
            "second_half_mb": round(second),
            "end_mb": round(self.samples[-1][1]),
            "curve_mb": self.curve(),
        }

    def curve(self) -> list[int]:
        """The highest in each step of DRAWN_S, from the first sample on."""
        steps = int(self.samples[-1][0] / DRAWN_S) + 1
        highest = [0.0] * steps
        for moment, mb in self.samples:
            step = int(moment / DRAWN_S)
            highest[step] = max(highest[step], mb)
        return [round(one) for one in highest]

    def _highest(self, began: float, ended: float) -> float:
        within = [mb for moment, mb in self.samples if began <= moment <= ended]
        if not within:
            raise BenchmarkFailed("it was worked off between two looks at the memory: measure with more records")
        return max(within)


@asynccontextmanager
async def sampled(worker: Worker, began: float) -> AsyncIterator[Footprint]:
    """Look at a worker's memory for as long as the block lasts; `began` is the curve's second 0."""
    footprint = Footprint()

    async def look() -> None:
        while True:
            footprint.samples.append((time.monotonic() - began, worker.rss_mb()))
            await asyncio.sleep(SAMPLE_S)

    looking = asyncio.create_task(look())
    try:
        yield footprint
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
