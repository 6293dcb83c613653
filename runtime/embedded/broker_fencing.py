"""Reads the state of our broker from the cluster's log: alive (unfenced) or gone (fenced). Only while no broker runs.

The metadata topic of KRaft is a Kafka log like any other (KIP-595, KIP-631). Its values are frames of frame version,
record type, record version and body.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from aiokafka.record.memory_records import MemoryRecords

METADATA: Final = "__cluster_metadata-0"
_FORMATTED: Final = "00000000000000000000-"  # the snapshot that formatting leaves knows no broker
_REGISTERED: Final = 0  # RegisterBrokerRecord: a broker is fenced when it registers (27 is a controller's)
_CHANGED: Final = 17  # BrokerRegistrationChangeRecord
_BROKER_ID_AND_EPOCH: Final = 4 + 8
_FENCED_TAG: Final = 0


def is_fenced(data: Path) -> bool | None:
    """Tell whether the latest record about the broker fences it; None if there has never been a broker."""
    folder = data / METADATA
    last = _fenced_in_snapshots(folder)
    for segment in sorted(folder.glob("*.log")):
        for value in _values(segment.read_bytes()):
            fenced = _fenced_by(value)
            last = last if fenced is None else fenced
    return last


def _fenced_in_snapshots(folder: Path) -> bool | None:
    """Read the snapshots: a running broker writes them, so it was unfenced then."""
    taken = [path for path in folder.glob("*.checkpoint") if not path.name.startswith(_FORMATTED)]
    return False if taken else None


def _values(log: bytes) -> Iterator[bytes]:
    records = MemoryRecords(log)
    while records.has_next():
        batch = records.next_batch()
        if batch is not None and not batch.is_control_batch:
            yield from (record.value for record in batch)


def _fenced_by(value: bytes) -> bool | None:
    """Tell whether one record fences the broker; None: it is not about that."""
    _, position = _unsigned_varint(value, 0)
    record_type, position = _unsigned_varint(value, position)
    _, position = _unsigned_varint(value, position)
    if record_type == _REGISTERED:
        return True
    if record_type != _CHANGED:
        return None
    fenced = _tagged_fields(value, position + _BROKER_ID_AND_EPOCH).get(_FENCED_TAG)
    return None if fenced is None else int.from_bytes(fenced, signed=True) > 0


def _tagged_fields(value: bytes, position: int) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    count, position = _unsigned_varint(value, position)
    for _ in range(count):
        tag, position = _unsigned_varint(value, position)
        size, position = _unsigned_varint(value, position)
        fields[tag] = value[position : position + size]
        position += size
    return fields


def _unsigned_varint(value: bytes, position: int) -> tuple[int, int]:
    """Read the number at `position`; returns it and the position after it."""
    number = shift = 0
    while True:
        byte = value[position]
        number, shift, position = number | (byte & 0x7F) << shift, shift + 7, position + 1
        if byte < 0x80:
            return number, position
