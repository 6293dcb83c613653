"""The steps of opening a task, in this order: fence, restore, read the offsets, recall."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition

from bus.batches import BATCH_BYTES, Batches
from bus.transaction import commit
from streams.tasks.problems import Hole, OffsetsLost
from streams.tasks.processor import Recalls
from streams.tasks.recorded_offsets import recorded
from streams.tasks.restore import open_store, restore
from streams.tasks.stats import TaskStats
from streams.tasks.store import Identity, Store
from streams.tasks.worker_context import WorkerContext

RECALLED: Final = 500  # states at a time: some 0.05 s of this process's time
TRANSACTION_TIMEOUT_MS: Final = 20_000  # after this the broker aborts it: a dead task holds readers up no longer

log = structlog.get_logger(__name__)


async def fence(site: WorkerContext, partition: int, stats: TaskStats) -> AIOKafkaProducer:
    """Take over the transactional id: Kafka aborts the open transaction and refuses older producers from now on."""
    producer = AIOKafkaProducer(
        bootstrap_servers=site.ledger.bootstrap_servers,
        transactional_id=site.task(partition),
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        max_batch_size=BATCH_BYTES,
    )
    try:
        await producer.start()
    except BaseException:
        await producer.stop()
        raise
    stats.fences += 1
    return producer


async def local_state(site: WorkerContext, partition: int, stats: TaskStats) -> Store | None:
    """Open the partition's store, whatever its content; None if the processor keeps no state."""
    topic = site.processor.state_topic
    if topic is None:
        return None
    identity = Identity(cluster=site.ledger.cluster, topic=topic, partition=partition)
    store = await open_store(site.state_dir / str(partition), identity=identity, memory=site.memory)
    stats.stores_wiped += store.wiped is not None
    return store


async def continuation(
    site: WorkerContext,
    inputs: Sequence[TopicPartition],
    store: Store | None,
    producer: AIOKafkaProducer,
    stats: TaskStats,
) -> dict[TopicPartition, int]:
    """Bring the store up to date, and give the next offset of each input. Call it after fencing.

    What the consumer group did not know it knows afterwards.

    Raises Hole if what comes next is not there any more, and OffsetsLost if nobody knows what comes next.
    """
    source = site.processor.inputs[0]  # it has as many partitions as every other input
    site.partitions[source] = len(await producer.partitions_for(source))
    committed = await site.ledger.committed(inputs)
    if store is not None:
        await restore(store, site.ledger, stats)
    if None not in committed.values():
        return {tp: await _next(site, tp, offset) for tp, offset in committed.items()}
    remembered = await _remembered(site, committed, store)
    offsets = {tp: await _next(site, tp, offset) for tp, offset in remembered.items()}
    await commit(producer, Batches(producer, site.partitions), offsets, site.group, stats)
    return offsets


async def _remembered(
    site: WorkerContext, committed: Mapping[TopicPartition, int | None], store: Store | None
) -> dict[TopicPartition, int | None]:
    """Take offsets that the group does not have from the topic of offsets, which is written with the states."""
    task, topic = site.task(next(iter(committed)).partition), site.processor.offsets_topic
    kept = {} if topic is None else await recorded(site.ledger, topic, task)
    recovered = {tp.topic: kept[tp.topic] for tp, offset in committed.items() if offset is None and tp.topic in kept}
    if recovered:  # an input that an upgrade has added is in neither
        log.warning("offsets_recovered", processor=site.group, task=task, offsets=recovered)
    known = {tp: kept.get(tp.topic) if offset is None else offset for tp, offset in committed.items()}
    if all(offset is None for offset in known.values()) and store is not None and not store.is_empty():
        raise OffsetsLost(
            f"neither the group {site.group} nor the topic {topic} knows where task {task} goes on, but "
            f"{store.identity.topic} has states. If that topic was deleted, restore it; else delete the topic "
            f"{store.identity.topic}, run `sijill topics apply`, and let the processor begin again from the first event"
        )
    return known


async def recall(step: Recalls, store: Store, stats: TaskStats) -> None:
    """Give a new step all states, and let the event loop run in between."""
    states = store.states()
    while states_read := list(islice(states, RECALLED)):
        step.recall(states_read)
        stats.recalled_states += len(states_read)
        await asyncio.sleep(0)


async def _next(site: WorkerContext, tp: TopicPartition, committed: int | None) -> int:
    begin, end = await site.ledger.bounds(tp)
    if committed is None:
        return begin
    if not begin <= committed <= end:
        raise Hole(
            f"group {site.group} is at offset {committed} of {tp.topic}-{tp.partition}, which holds {begin} to {end}: "
            "it was made anew, or records were deleted before they were processed"
        )
    return committed
