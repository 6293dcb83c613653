"""The faults: the effect of each on a running register, and when the register works again.

Each takes the stage, the process that it befalls and dice of its own, and gives what came of it.
"""

import asyncio
import fcntl
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Final

from tests.faults.outages import SERVERS, STREAMS, broker_is_away, groups_are_deleted, returns
from tests.faults.outcome import Fault, Outcome
from tests.faults.stage import Stage
from tests.faults.workers import Worker, stopped_orderly

JOIN_S: Final = 120.0


async def kill(stage: Stage, process: str, dice: Random) -> Outcome:
    """`kill -9` of a worker, started again after a moment."""
    worker, since = dice.choice(stage.crew.of(process)), time.monotonic()
    worker.kill()
    await asyncio.sleep(dice.uniform(0, 1.5))
    worker.start()
    return Outcome(recovery_s=await stage.progress.recovery((process,), since))


async def freeze(stage: Stage, process: str, dice: Random) -> Outcome:
    """SIGSTOP for longer than the session timeout, then SIGCONT: the others have its partitions by then."""
    worker, since = dice.choice(stage.crew.of(process)), time.monotonic()
    frozen_s = stage.settings.session_timeout_s + dice.uniform(1.0, 3.0)
    worker.send(signal.SIGSTOP)
    try:
        if len(stage.crew.of(process)) > 1:
            taken_over = asyncio.create_task(stage.progress.recovery((process,), since))
            await asyncio.sleep(frozen_s)
            await asyncio.wait([taken_over], timeout=2 * stage.settings.session_timeout_s)
        else:
            await asyncio.sleep(frozen_s)
            since = time.monotonic()  # nobody could take over: from waking
            taken_over = None
    finally:
        worker.send(signal.SIGCONT)
    if taken_over is None:
        return Outcome(recovery_s=await stage.progress.recovery((process,), since))
    return Outcome(recovery_s=await taken_over)


async def stop(stage: Stage, process: str, dice: Random) -> Outcome:
    """SIGTERM: an orderly stop within ten seconds; then started again."""
    worker, since = dice.choice(stage.crew.of(process)), time.monotonic()
    wrong = await _stopped(stage, worker)
    worker.start()
    return Outcome(recovery_s=await stage.progress.recovery((process,), since), wrong=wrong)


async def join_and_leave(stage: Stage, process: str, dice: Random) -> Outcome:
    """Another worker joins, works for a while, and leaves: by an orderly stop or by a kill."""
    newcomer, since = stage.newcomer(process), time.monotonic()
    newcomer.start()
    try:
        wrong = await _joined(newcomer)
        await asyncio.sleep(dice.uniform(0, 1))
        since = time.monotonic()
        if dice.random() < 0.6:
            wrong += await _stopped(stage, newcomer)
    finally:
        newcomer.kill()
    return Outcome(recovery_s=await stage.progress.recovery((process,), since), wrong=wrong)


async def partitioner_is_another(stage: Stage, process: str, dice: Random) -> Outcome:
    """A publisher with another partitioner writes for a while: each event is refused, and no company loses one."""
    since = time.monotonic()
    stage.load.astray = True
    try:
        await asyncio.sleep(dice.uniform(3, 6))
    finally:
        stage.load.astray = False
    return Outcome(recovery_s=await stage.progress.recovery(("admit",), since))


async def state_is_deleted(stage: Stage, process: str, dice: Random) -> Outcome:
    """The state directory of a task, or of all, is gone when its worker starts again."""
    worker, since = dice.choice(stage.crew.of(process)), time.monotonic()
    await _down(worker, dice)
    found = _directories(worker)
    for directory in found if dice.random() < 0.5 else dice.sample(found, min(1, len(found))):
        with _locked(directory) as free:
            if free:
                shutil.rmtree(directory.rename(directory.with_name("gone")), ignore_errors=True)
    worker.start()
    return Outcome(recovery_s=await stage.progress.recovery((process,), since))


async def state_is_corrupted(stage: Stage, process: str, dice: Random) -> Outcome:
    """Files of a task's state are cut, overwritten or gone when its worker starts again."""
    worker, since = dice.choice(stage.crew.of(process)), time.monotonic()
    await _down(worker, dice)
    for directory in _directories(worker):
        with _locked(directory) as free:
            files = sorted(path for path in directory.iterdir() if path.is_file() and path.name not in ("LOCK", "LOG"))
            for path in dice.sample(files, min(2, len(files))) if free else ():
                _corrupt(path, dice)
    worker.start()
    return Outcome(recovery_s=await stage.progress.recovery((process,), since))


async def disk_is_full(stage: Stage, process: str, dice: Random) -> Outcome:
    """Nothing more can be written to a host's state; a worker there ends and starts again meanwhile."""
    worker, since = dice.choice(stage.crew.of(process)), time.monotonic()
    disk = stage.ground.disks[stage.disk_of(worker)]
    disk.fill()
    try:
        if dice.random() < 0.5:
            worker.kill()
        else:
            await worker.stop()  # it may fail to flush, and say so by its code
        worker.start()
        await asyncio.sleep(dice.uniform(2, 5))
    finally:
        disk.free()
    return Outcome(recovery_s=await stage.progress.recovery((process,), since))


KINDS: Final[Mapping[str, Fault]] = {
    "kill": kill,
    "freeze": freeze,
    "stop": stop,
    "join and leave": join_and_leave,
    "broker restart": returns("broker", "stop"),
    "broker kill": returns("broker", "kill"),
    "broker away": broker_is_away,
    "state deleted": state_is_deleted,
    "state corrupted": state_is_corrupted,
    "disk full": disk_is_full,
    "wrong partition": partitioner_is_another,
    "groups deleted": groups_are_deleted,
    "postgres restart": returns("postgres", "stop"),
    "postgres kill": returns("postgres", "kill"),
}
BEFALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "kill": SERVERS,
    "freeze": SERVERS,
    "stop": SERVERS,
    "join and leave": STREAMS,
    "broker restart": ("broker",),
    "broker kill": ("broker",),
    "broker away": ("broker",),
    "state deleted": STREAMS,
    "state corrupted": STREAMS,
    "disk full": STREAMS,
    "wrong partition": ("publisher",),
    "groups deleted": ("broker",),
    "postgres restart": ("postgres",),
    "postgres kill": ("postgres",),
}
"""The processes on which each kind can act."""
ALONE: Final = frozenset({"broker away", "groups deleted"})
"""Kinds that never come together with another: all processes must wait, or must be stopped."""


async def _joined(newcomer: Worker) -> tuple[str, ...]:
    """Wait until it works; it is started again, as a supervisor would, when it ends because the broker is away."""
    deadline = time.monotonic() + JOIN_S
    while not await newcomer.says("worker_ready", max(0.0, deadline - time.monotonic())):
        if time.monotonic() > deadline:
            return (f"{newcomer.name} joined and was not ready within {JOIN_S} s",)
        newcomer.start()
    return ()


async def _stopped(stage: Stage, worker: Worker) -> tuple[str, ...]:
    since = time.monotonic()
    code, took = await worker.stop()
    if stopped_orderly(code, took, broker_away=stage.was_broker_away(since)):
        return ()
    return (f"{worker.name} was told to stop and ended with {code} after {took:.1f} s",)


async def _down(worker: Worker, dice: Random) -> None:
    """End it so that its state is flushed, or so that it is not."""
    if dice.random() < 0.6:
        await worker.stop()
    else:
        worker.kill()


def _directories(worker: Worker) -> list[Path]:
    state = worker.state_dir
    return sorted(path for path in state.iterdir() if path.is_dir()) if state.is_dir() else []


@contextmanager
def _locked(directory: Path) -> Iterator[bool]:
    """Keep others from opening a store; False if one has it open: the worker is down, but may share its directory."""
    with (directory / "LOCK").open("ab") as lock:
        free = False
        with suppress(OSError):
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as RocksDB does
            free = True
        yield free


def _corrupt(path: Path, dice: Random) -> None:
    size = path.stat().st_size
    way = dice.choice(("cut", "overwrite", "remove"))
    if way == "remove" or size == 0:
        path.unlink()
    elif way == "cut":
        with path.open("r+b") as file:
            file.truncate(dice.randrange(size))
    else:
        with path.open("r+b") as file:
            file.seek(dice.randrange(size))
            file.write(dice.randbytes(64))
