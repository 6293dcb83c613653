"""Records as a consumer reads them, for steps that run in memory."""

from aiokafka import ConsumerRecord

from bus.record import ConsumedRecord


def consumed(topic: str, key: bytes, value: bytes, *, partition: int = 0, offset: int = 0) -> ConsumedRecord:
    """Make a record of a topic without headers and with the time 0."""
    record: ConsumedRecord = ConsumerRecord(
        topic=topic,
        partition=partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=key,
        value=value,
        checksum=None,
        serialized_key_size=len(key),
        serialized_value_size=len(value),
        headers=(),
    )
    return record
