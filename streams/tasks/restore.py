"""Bring a store up to the end of its state topic."""

import asyncio
import time
from contextlib import aclosing, nullcontext
from pathlib import Path
from typing import Final

import structlog
from aiokafka import TopicPartition

from bus.broker_offsets import Ledger
from bus.committed_records import committed
from streams.tasks.problems import StoreBusy
from streams.tasks.stats import Restoring, TaskStats
from streams.tasks.store import Identity, Store, StoreMemory, discard

BUSY_S: Final = 3.0  # the previous holder of a moved partition flushes and closes in well under a second
BULK: Final = 20_000  # offsets; fewer are sorted as they come
STALE_PART: Final = 0.9  # of the time that tombstones are kept: clocks differ

log = structlog.get_logger(__name__)


async def open_store(path: Path, *, identity: Identity, memory: StoreMemory) -> Store:
    """Open the store at `path`; beside it (`path.1`, …) while another process, perhaps frozen, holds that one.

    Several workers on one machine share a data directory, and a frozen one keeps its locks. A store that was
    left behind is only an older copy: whoever opens it next reads what is missing.
    """
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            store = Store(path, identity=identity, memory=memory)
        except StoreBusy:
            if time.monotonic() > deadline:
                return _beside(path, identity, memory)
        else:
            discard_beside(path)
            return store
        await asyncio.sleep(0.05)


def discard_beside(path: Path) -> None:
    """Remove the stores beside `path` that no process holds: their process has ended, or has `path` itself now."""
    for beside in path.parent.glob(f"{path.name}.*"):
        discard(beside, "its partition has its own directory again")


def _beside(path: Path, identity: Identity, memory: StoreMemory) -> Store:
    number = 1
    while True:
        beside = path.with_name(f"{path.name}.{number}")
        try:
            store = Store(beside, identity=identity, memory=memory)
        except StoreBusy:
            number += 1
        else:
            log.warning("state_directory_held", held=str(path), using=str(beside))
            return store


async def restore(store: Store, ledger: Ledger, stats: TaskStats) -> int:
    """Read the records of its topic that the store lacks; returns their number.

    Call it after fencing: then nobody writes to this partition of the topic, and its end stands still.
    """
    tp = TopicPartition(store.identity.topic, store.identity.partition)
    begin, end = await ledger.bounds(tp)
    fault = _fault(store, begin, end) or await _age_fault(store, end, ledger)
    if fault is not None:
        stats.stores_wiped += 1
        store.wipe(fault)
    if store.position == end:
        return 0
    began = time.monotonic()
    position = max(store.position, begin)
    with store.bulk() if end - position > BULK else nullcontext():
        count = await _read(store, position, end, ledger.bootstrap_servers, stats)
    stats.restore_s += time.monotonic() - began
    return count


def _fault(store: Store, begin: int, end: int) -> str | None:
    """Say why the store cannot continue from its position; None where it can."""
    if store.position > end:
        return f"it is at {store.position}, beyond the topic's end {end}: the topic was made anew"
    if 0 < store.position < begin:
        return f"it is at {store.position}, before the topic's first offset {begin}"
    return None


async def _age_fault(store: Store, end: int, ledger: Ledger) -> str | None:
    """Say why the store is too old to continue: its topic keeps tombstones only for a time. None where it is not."""
    if not 0 < store.position < end:
        return None
    age, kept = time.time() - store.written_at, await ledger.tombstones_kept_s(store.identity.topic)
    if age <= STALE_PART * kept:
        return None
    return (
        f"it is {age / 3600:.0f} h old, and its topic keeps tombstones for {kept / 3600:.0f} h: "
        "removals that it lacks may be compacted away"
    )


async def _read(store: Store, position: int, end: int, bootstrap_servers: str, stats: TaskStats) -> int:
    tp = TopicPartition(store.identity.topic, store.identity.partition)
    progress = stats.restoring = Restoring(at=position, end=end)
    count = 0
    try:
        async with aclosing(committed(bootstrap_servers, tp, position, end)) as stretches:
            async for records, position in stretches:
                if records or position > store.position:
                    store.apply({record.key or b"": record.value for record in records}, position)
                count += len(records)
                stats.restored_states += len(records)
                progress.states, progress.at = count, position
        store.flush(wait=False)
        return count
    finally:
        stats.restoring = None
