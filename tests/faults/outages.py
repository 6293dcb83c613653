"""Faults of the servers: one stops or is killed, and comes back at once or after a long while."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from random import Random
from typing import Final

import psutil
from confluent_kafka.admin import AdminClient

from tests.faults.outcome import Fault, Outcome
from tests.faults.stage import Stage
from tests.faults.workers import Worker

STREAMS: Final = ("admit", "resolve", "suggest", "unify", "notify")
SERVERS: Final = (*STREAMS, "projection")
NOTICED_S: Final = 3.0  # after this every process has found out
SHARE: Final = 0.01  # of a core, that a process may use while it waits
LINES: Final = 10  # a minute, that a process may log while it waits
SESSIONS: Final = 3  # for so many session timeouts a group may have members that are gone
ANSWER_S: Final = 10  # that the broker may take for the deletion of groups
AGAIN: Final = ("NON_EMPTY_GROUP", "_TIMED_OUT", "NOT_COORDINATOR", "COORDINATOR_LOAD_IN_PROGRESS")
_HOW: Final = {"stop": "stops in an orderly way", "kill": "is killed (`kill -9`)"}
_NAMES: Final = {"broker": "The broker", "postgres": "PostgreSQL"}


def returns(server: str, how: str) -> Fault:
    """Make the fault in which a server, `broker` or `postgres`, ends by `stop` or `kill` and starts again soon."""

    async def fault(stage: Stage, process: str, dice: Random) -> Outcome:
        since = time.monotonic()
        noted, befallen, longest_s = _case(stage, server)
        embedded = stage.ground.kafka if server == "broker" else stage.ground.postgres
        with noted:
            await asyncio.to_thread(getattr(embedded, how))
            await asyncio.sleep(dice.uniform(0, longest_s))
            await asyncio.to_thread(embedded.start)
        return Outcome(recovery_s=await stage.progress.recovery(befallen, since))

    fault.__doc__ = f"{_NAMES[server]} {_HOW[how]}, and starts again."
    return fault


async def broker_is_away(stage: Stage, process: str, dice: Random) -> Outcome:
    """The broker is away for long: all wait calmly (under 1 % of a core, ten lines a minute), then all go on."""
    end = dice.choice((stage.ground.kafka.stop, stage.ground.kafka.kill))
    with stage.broker_away():
        await asyncio.to_thread(end)
        wrong = await _waiting(stage)
        await asyncio.to_thread(stage.ground.kafka.start)
    since = time.monotonic()
    return Outcome(recovery_s=await stage.progress.recovery(_all(stage), since), wrong=wrong)


async def groups_are_deleted(stage: Stage, process: str, dice: Random) -> Outcome:
    """All processes stop, their consumer groups are deleted, and all start: each goes on where it was."""
    workers = stage.crew.workers
    await asyncio.gather(*(one.stop() for one in workers))
    since = time.monotonic()
    wrong = await _without_groups(stage)
    for one in workers:
        one.start()
    return Outcome(recovery_s=await stage.progress.recovery(_all(stage), since), wrong=wrong)


async def _without_groups(stage: Stage) -> tuple[str, ...]:
    """Delete the groups, with a client that can: aiokafka's cannot.

    A worker that had to be ended has not left its group: the group is empty once its session is over. The client may
    ask a broker that does not answer yet: its own limit would be a minute.
    """
    admin = AdminClient({"bootstrap.servers": stage.settings.bootstrap_servers})
    left = [f"{stage.settings.topic_prefix}{name}" for name in STREAMS]
    deadline = time.monotonic() + SESSIONS * stage.settings.session_timeout_s
    faults: dict[str, object] = {}
    asked: set[str] = set()
    while True:
        deletions = admin.delete_consumer_groups(left, request_timeout=ANSWER_S)
        futures = {name: asyncio.wrap_future(one) for name, one in deletions.items()}
        found = await asyncio.gather(*futures.values(), return_exceptions=True)
        faults = {name: fault for name, fault in faults.items() if name not in futures}
        faults |= {name: fault for name, fault in zip(futures, found, strict=True) if fault}
        deleted = [name for name in asked & faults.keys() if "GROUP_ID_NOT_FOUND" in str(faults[name])]
        for name in deleted:  # by the request before, whose answer did not come
            del faults[name]
        asked |= futures.keys()
        left = [name for name, fault in faults.items() if any(word in str(fault) for word in AGAIN)]
        if not left or time.monotonic() > deadline:
            return tuple(f"the group {name} was not deleted: {fault}" for name, fault in faults.items())
        await asyncio.sleep(1)


def _all(stage: Stage) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.process for one in stage.crew.workers))


def _case(stage: Stage, server: str) -> tuple[AbstractContextManager[None], tuple[str, ...], float]:
    """Describe an outage: its name, its processes, and its longest time."""
    if server == "broker":
        return stage.broker_away(), _all(stage), 1.0
    return nullcontext(), ("projection",), 3.0


async def _waiting(stage: Stage) -> tuple[str, ...]:
    """Watch the waiting processes for the stage's time; returns where they used or logged too much."""
    workers = stage.crew.workers
    lines_before = {one.name: len(one.logged().splitlines()) for one in workers}
    ended_before = stage.crew.ended.copy()
    await asyncio.sleep(NOTICED_S)
    used_before, began = _used(workers), time.monotonic()
    await asyncio.sleep(stage.away_s)
    used, seconds = _used(workers), time.monotonic() - began
    allowed = LINES * (1 + (NOTICED_S + seconds) // 60)
    lines = {one.name: len(one.logged().splitlines()) - lines_before[one.name] for one in workers}
    return (
        *(f"ended while the broker was away: {what}" for what in stage.crew.ended - ended_before),
        *_above(lambda name: (used[name] - used_before[name]) / seconds, SHARE, used_before, "of a core"),
        *_above(lambda name: lines[name], allowed, lines, "lines"),
    )


def _used(workers: list[Worker]) -> dict[str, float]:
    """Processor time in seconds, by worker."""
    times = {one.name: psutil.Process(one.pid).cpu_times() for one in workers if one.pid is not None}
    return {name: used.user + used.system for name, used in times.items()}


def _above(measured: Callable[[str], float], limit: float, names: Mapping[str, object], what: str) -> Iterator[str]:
    for name in names:
        if measured(name) > limit:
            yield f"{name} used {measured(name):.3f} {what} while the broker was away; {limit:g} is allowed"
