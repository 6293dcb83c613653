"""The time as a parameter: repeatable code never reads the machine's clock itself."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Never blocks, never raises."""

    def now(self) -> datetime:
        """The time of day, in UTC and aware of it; it jumps when the machine's clock is set."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment in the past; it never goes back, so durations and deadlines are taken from it."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class StoppedClock:
    """A clock that stands still until it is moved: for tests."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError(f"a clock needs a time with its zone, and {now.isoformat()} has none")
        self._now = now.astimezone(UTC)
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed_s

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        if by < timedelta(0):
            raise ValueError("time does not go back")
        self._now += by
        self._elapsed_s += by.total_seconds()
