"""Ends a worker that holds partitions, has waiting work, and makes no progress: a supervisor starts a new one."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from runtime.logs import log_folded
from streams.tasks.problems import EXIT_STALLED

TICK_S: Final = 1.0
_FROZEN_S: Final = 3.0  # a longer tick means that the process was stopped, which is no stall

log = structlog.get_logger(__name__)


class StallObserver:
    """Measures the time with work and without progress; the time in which the process was frozen does not count."""

    def __init__(self) -> None:
        self._moved: dict[int, int] = {}
        self._stalled: dict[int, float] = {}

    def observe(self, elapsed: float, tasks: dict[int, tuple[bool, int]]) -> tuple[int, float]:
        """`tasks`: by partition, whether it is busy, and a number that rises when it moves.

        Returns the partition that has been stalled longest, and for how many seconds.
        """
        for partition, (busy, moved) in tasks.items():
            if not busy or moved != self._moved.get(partition) or elapsed > _FROZEN_S:
                self._stalled[partition] = 0.0
            else:
                self._stalled[partition] = self._stalled.get(partition, 0.0) + elapsed
            self._moved[partition] = moved
        self._stalled = {partition: s for partition, s in self._stalled.items() if partition in tasks}
        return max(self._stalled.items(), key=lambda item: item[1], default=(-1, 0.0))


@dataclass(slots=True)
class Watched:
    """The latest observation of the watchdog."""

    limit_s: float  # then it ends the process
    partition: int = -1
    stalled_s: float = 0.0

    def fault(self) -> str | None:
        """Say what is stalled, once half of the limit has passed; None before."""
        if self.stalled_s <= self.limit_s / 2:
            return None
        return (
            f"partition {self.partition} has had work and made no progress for {self.stalled_s:.0f} s; "
            f"the worker ends at {self.limit_s:.0f} s"
        )


def watch(
    tasks: Callable[[], dict[int, tuple[bool, int]]], limit_s: float, clock: Callable[[], float] = time.monotonic
) -> Watched:
    """Watch from a separate thread: the event loop itself may stall.

    `clock`: in seconds; one that stands still while Kafka is away counts no stall meanwhile.
    """
    watched = Watched(limit_s)

    def run() -> None:
        progress, last = StallObserver(), clock()
        while True:
            time.sleep(TICK_S)
            now = clock()
            partition, stalled = progress.observe(now - last, tasks())
            watched.partition, watched.stalled_s = partition, stalled
            last = now
            if stalled > limit_s:
                log.critical("worker_stalled", partition=partition, seconds=round(stalled), exit_code=EXIT_STALLED)
                log_folded()
                os._exit(EXIT_STALLED)

    threading.Thread(target=run, name="watchdog", daemon=True).start()
    return watched
