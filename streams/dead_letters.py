"""Dead letters: a record that cannot be used, kept byte for byte with its headers and the reason."""

from collections.abc import Iterator
from typing import Final

from register.verdicts import Rejected
from schemas.consumed import Headers, Record
from schemas.wire import schema_id_of
from streams.processor import Work
from streams.receipts import shortened

HEADER_PREFIX: Final = "sijill_"
FIRST_ATTEMPT: Final = 1


def park(work: Work, topic: str, record: Record, rejected: Rejected) -> None:
    """Send a record to the dead-letter topic in the transaction of its receipt, under its own key."""
    ours: Headers = [(HEADER_PREFIX + name, value.encode()) for name, value in _about(record, rejected)]
    names = {name for name, _ in ours}  # a redriven record brings those of its last time: this time's take their place
    headers = [(name, value) for name, value in record.headers if name not in names]  # a value may be null
    work.emit(topic, record.key, record.value, (*headers, *ours), partition=work.partition)


def _about(record: Record, rejected: Rejected) -> Iterator[tuple[str, str]]:
    yield "origin_topic", record.topic
    yield "origin_partition", str(record.partition)
    yield "origin_offset", str(record.offset)
    yield "origin_timestamp", str(record.timestamp)
    yield "reason", rejected.code.value
    yield "message", shortened(rejected.message)
    yield "field", rejected.field or ""
    schema_id = schema_id_of(record.value or b"")
    yield "schema_id", "" if schema_id is None else str(schema_id)
    yield "attempt", str(_attempt(record))


def _attempt(record: Record) -> int:
    """Count how often a record was parked: a redriven one carries the count of its last time."""
    for name, value in record.headers:
        if name == HEADER_PREFIX + "attempt" and value is not None and value.isdigit():
            return int(value) + 1
    return FIRST_ATTEMPT
