"""One transaction: outputs, states and the inputs' offsets, committed together or not at all."""

import asyncio
import time
from collections.abc import Mapping
from typing import Protocol

from aiokafka import AIOKafkaProducer, TopicPartition

from bus.batches import Batches


class TransactionStats(Protocol):
    """Sums over transactions: seconds, records and bytes."""

    send_s: float
    commit_s: float
    outputs: int
    output_bytes: int


async def commit(
    producer: AIOKafkaProducer,
    batches: Batches,
    offsets: Mapping[TopicPartition, int],
    group: str,
    stats: TransactionStats,
) -> dict[TopicPartition, int]:
    """Send and commit. Returns the offset after the last record of each partition that was written.

    If it raises, the transaction is not committed, and the task must not go on.
    """
    began = time.perf_counter()
    await producer.begin_transaction()
    sent = await batches.send()
    # aiokafka's own commit waits for the batches, but does not look whether they failed. The offsets come after
    # them: a coordinator that is adding the group to the transaction makes leaders refuse batches for 100 ms.
    delivered = await asyncio.gather(*(delivery for _, delivery in sent))
    await producer.send_offsets_to_transaction(dict(offsets), group)
    sent_at = time.perf_counter()
    await producer.commit_transaction()
    stats.send_s += sent_at - began
    stats.commit_s += time.perf_counter() - sent_at
    stats.outputs += batches.records
    stats.output_bytes += batches.bytes
    following: dict[TopicPartition, int] = {}
    for (tp, _), offset in zip(sent, delivered, strict=True):
        following[tp] = max(offset, following.get(tp, 0))
    return following
