"""Killed, frozen, stopped and joining workers: every count stays right (the long plans are in tests/faults)."""

import asyncio
import signal

from runtime.settings import Settings
from tests.integration.arena import Arena, WorkerProcess, arena, some_keys


async def test_every_count_is_right_through_kills_freezes_stops_and_rebalances(settings: Settings) -> None:
    async with arena(settings) as ring:
        first, second = ring.start(0), ring.start(1)
        load = asyncio.create_task(_load(ring))
        await asyncio.gather(_counts(first), _counts(second))

        first.kill()
        first = ring.start(0)
        await _counts(first)

        second.send(signal.SIGSTOP)
        await first.says(
            r"worker_ready .*partitions=\[0, 1, 2, 3\]", since=len(first.logged())
        )  # it has taken over the frozen one's
        await ring.counted()
        second = await _woken(ring, second)

        third = ring.start(2)
        await _counts(third)
        third.send(signal.SIGTERM)
        assert await third.ends(within_s=10) == 0

        first.send(signal.SIGTERM)
        assert await first.ends(within_s=10) == 0
        await ring.counted()

        load.cancel()
        await asyncio.gather(load, return_exceptions=True)
        await ring.check()


async def test_a_task_that_stays_where_it_is_does_not_restore_again(settings: Settings) -> None:
    async with arena(settings) as ring:
        await ring.publish(some_keys(5_000, seed=1))
        first = ring.start(0)
        await ring.check()
        assert first.logged().count("task_opened") == 4
        second = ring.start(1)
        await _counts(second)
        await ring.publish(some_keys(5_000, seed=2))
        await ring.check()
        assert first.logged().count("task_opened") == 4
        assert second.logged().count("task_opened") == 2


async def test_a_worker_that_was_frozen_with_nothing_to_do_goes_on(settings: Settings) -> None:
    async with arena(settings) as ring:
        await ring.publish(some_keys(1_000, seed=1))
        first, second = ring.start(0), ring.start(1)
        await asyncio.gather(_counts(first), _counts(second))
        await ring.check()
        second.send(signal.SIGSTOP)
        await first.says(r"worker_ready .*partitions=\[0, 1, 2, 3\]", since=len(first.logged()))
        second.send(signal.SIGCONT)
        await second.says(
            "worker_ready", since=len(second.logged())
        )  # reopened, not resumed: another had its partitions
        await ring.publish(some_keys(1_000, seed=2))
        await ring.check()
        assert second.process.poll() is None


async def _load(ring: Arena) -> None:
    for seed in range(1_000_000):
        await ring.publish(some_keys(100, seed=seed))
        await asyncio.sleep(0.02)  # the pace of the load, not a wait for something


async def _counts(worker: WorkerProcess) -> None:
    await worker.says(r"worker_ready .*partitions=\[\d")


async def _woken(ring: Arena, frozen: WorkerProcess) -> WorkerProcess:
    """It was in a transaction, and ends, fenced; or between two, and joins again. Returns the one that goes on."""
    frozen.send(signal.SIGCONT)
    await frozen.says("ProducerFenced|worker_ready", since=len(frozen.logged()))
    if "ProducerFenced" not in frozen.logged():
        return frozen
    assert await frozen.ends() == 3
    fresh = ring.start(1)
    await _counts(fresh)
    return fresh
