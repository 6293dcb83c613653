"""A record as a consumer would hand it over."""

from aiokafka import ConsumerRecord

from bus.record import ConsumedRecord, RecordHeaders


def received(
    topic: str,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: RecordHeaders = (),
    *,
    partition: int = 0,
    timestamp: int = 0,
) -> ConsumedRecord:
    record: ConsumedRecord = ConsumerRecord(
        topic=topic,
        partition=partition,
        offset=offset,
        timestamp=timestamp,
        timestamp_type=0,
        key=key,
        value=value,
        checksum=None,
        serialized_key_size=len(key or b""),
        serialized_value_size=len(value or b""),
        headers=tuple(headers),
    )
    return record
