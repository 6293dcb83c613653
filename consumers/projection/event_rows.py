"""The events of registries as rows: their bytes as they came, and the keys by which they may link registrations."""

from typing import NamedTuple

from bus.record import ConsumedRecord
from consumers.projection.copy_format import text
from consumers.projection.rows import timepoint
from schemas.codec.event_bytes import keys_in, registration_of


class EventRow(NamedTuple):
    """The row's key in its table, its line for COPY, and the keys that the event states."""

    key: tuple[str, str, int, int]
    line: str
    stated: frozenset[str]


def event_row(record: ConsumedRecord) -> EventRow | None:
    """Make the row of a registration event; None for a record that cannot have been accepted."""
    value = record.value or b""
    own = registration_of(record.key, value)
    if own is None:
        return None
    line = f"{text(own)}\t{record.topic}\t{timepoint(record)}\t\\\\x{value.hex()}\n"
    return EventRow((own, record.topic, record.partition, record.offset), line, keys_in(own, value))
