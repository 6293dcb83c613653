"""Clocks: the machine's, and one that stands still."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from runtime.clock import Clock, StoppedClock, SystemClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("clock", [SystemClock(), StoppedClock(NOON)])
def test_every_clock_tells_utc_and_never_goes_back(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() <= clock.monotonic()


def test_a_stopped_clock_moves_when_it_is_told() -> None:
    clock = StoppedClock(NOON)
    clock.move(timedelta(minutes=5))
    assert clock.now() == NOON + timedelta(minutes=5)
    assert clock.monotonic() == 300.0


def test_a_stopped_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="go back"):
        StoppedClock(NOON).move(timedelta(seconds=-1))


def test_a_time_of_riyadh_is_told_in_utc() -> None:
    riyadh = timezone(timedelta(hours=3))
    assert StoppedClock(datetime(2026, 3, 1, 15, tzinfo=riyadh)).now() == NOON


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        StoppedClock(datetime(2026, 3, 1, 15))  # noqa: DTZ001  what is refused
