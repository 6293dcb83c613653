"""Read a stretch of one partition, committed records only, from one offset up to another."""

from collections.abc import AsyncGenerator, Sequence
from typing import Final, NamedTuple

from aiokafka import TopicPartition

from bus.consumer import AIOKafkaConsumer
from bus.record import ConsumedRecord

FETCH_BYTES: Final = 4 << 20
CHUNK: Final = 10_000  # records at a time
_POLL_MS: Final = 100


class Stretch(NamedTuple):
    """Some records in order, and the next offset."""

    records: Sequence[ConsumedRecord]
    position: int


async def committed(bootstrap_servers: str, tp: TopicPartition, begin: int, end: int) -> AsyncGenerator[Stretch]:
    """Give the records from `begin` to before `end`, in chunks; a chunk without committed records is empty."""
    if begin >= end:
        return  # aiokafka's consumer raises CancelledError when it is stopped before it has begun
    reader: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",  # a position that cannot be read is an error, not a jump to somewhere else
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    try:
        await reader.start()
        reader.assign([tp])
        reader.seek(tp, begin)
        position = begin
        while position < end:
            records = (await reader.getmany(tp, timeout_ms=_POLL_MS, max_records=CHUNK)).get(tp, [])
            position = await reader.position(tp)
            if position > end:  # the last chunk: more was written since
                records, position = [record for record in records if record.offset < end], end
            yield Stretch(records, position)
    finally:
        await reader.stop()
