"""Bring a store up to the end of its state topic."""

import asyncio
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Final

import structlog
from aiokafka import TopicPartition

from runtime.kafka_reading import AIOKafkaConsumer
from streams.errors import StoreBusy
from streams.ledger import Ledger
from streams.stats import Restoring, TaskStats
from streams.store import STALE_S, Identity, Store, StoreMemory

BUSY_S: Final = 3.0  # the previous holder of a moved partition flushes and closes in well under a second
FETCH_BYTES: Final = 4 << 20
BULK: Final = 20_000  # offsets; fewer are sorted as they come
CHUNK: Final = 10_000  # records per write: about 0.1 s of this process's time
_POLL_MS: Final = 100

log = structlog.get_logger(__name__)


async def open_store(path: Path, *, identity: Identity, memory: StoreMemory) -> Store:
    """Open the store at `path`; beside it (`path.1`, …) while another process, perhaps frozen, holds that one.

    Several workers on one machine share a data directory, and a frozen one keeps its locks. A store that was
    left behind is only an older copy: whoever opens it next reads what is missing.
    """
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            return Store(path, identity=identity, memory=memory)
        except StoreBusy:
            if time.monotonic() > deadline:
                break
        await asyncio.sleep(0.05)
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
    """Read what the store lacks of its topic; returns how many records that were.

    Call it after fencing: then nobody writes to this partition of the topic, and its end stands still.
    """
    tp = TopicPartition(store.identity.topic, store.identity.partition)
    begin, end = await ledger.bounds(tp)
    fault = _fault(store, begin, end)
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
    """Why the store cannot be continued from where it is."""
    if store.position > end:
        return f"it is at {store.position}, beyond the topic's end {end}: the topic was made anew"
    if 0 < store.position < begin:
        return f"it is at {store.position}, before the topic's first offset {begin}"
    age = time.time() - store.written_at
    if 0 < store.position < end and age > STALE_S:
        return f"it is {age / 3600:.0f} h old: removals that it lacks may be compacted away"
    return None


async def _read(store: Store, position: int, end: int, bootstrap_servers: str, stats: TaskStats) -> int:
    tp = TopicPartition(store.identity.topic, store.identity.partition)
    reader: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",  # a position that cannot be read is an error, not a jump to somewhere else
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    progress = stats.restoring = Restoring(at=position, end=end)
    try:
        await reader.start()
        reader.assign([tp])
        reader.seek(tp, position)
        count = 0
        while position < end:
            fetched = (await reader.getmany(tp, timeout_ms=_POLL_MS, max_records=CHUNK)).get(tp, [])
            position = await reader.position(tp)
            if fetched or position > store.position:
                store.apply({record.key: record.value for record in fetched}, position)
            count += len(fetched)
            stats.restored_states += len(fetched)
            progress.states, progress.at = count, position
        store.flush(wait=False)
        return count
    finally:
        stats.restoring = None
        await reader.stop()
