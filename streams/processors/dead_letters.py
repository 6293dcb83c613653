"""Dead letters: a record that cannot be accepted, kept byte for byte with its headers and the reason.

A record that was small only when compressed may not fit into the topic of dead letters. Then it is cut, and headers
give the original sizes.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from bus.damaged_batches import NAMES
from bus.record import ConsumedRecord, RecordHeaders
from register.codes import Rejected
from schemas.codec.wire import schema_id_of
from streams.processors.receipts import shortened
from streams.tasks.processor import Work

HEADER_PREFIX: Final = "sijill_"
FIRST_ATTEMPT: Final = 1
LETTER_BYTES: Final = 2_097_152  # max.message.bytes of their topics
KEY_BYTES: Final = 64 * 1024  # of a key that is cut; one that can be accepted has fewer than 400
HEADERS_BYTES: Final = 256 * 1024  # of the other headers of a record that is cut

_RECORD_BYTES: Final = 256  # what Kafka adds to a record that is alone in its batch, at most 61 + 36
_HEADER_BYTES: Final = 10  # what it adds to each header
_OURS_BYTES: Final = 16 * 1024  # our own headers, of which the message is the longest
_ATTEMPT_DIGITS: Final = 9  # a registry may write anything into this header
_CUT: Final = ("cut", "key_size", "key_sha256", "value_size", "value_sha256", "headers_size", "headers_sha256")

_Parts: TypeAlias = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes | None]]]


def park(work: Work, topic: str, record: ConsumedRecord, rejected: Rejected) -> None:
    """Send a record to the dead-letter topic in the transaction of its receipt, under its own key."""
    about = dict(_reason_headers(record, rejected))
    names = {HEADER_PREFIX + name for name in (*about, *_CUT)}  # a redriven record brings those of its last time
    headers = [(name, value) for name, value in record.headers if name not in names]  # a value may be null
    value = record.value if record.value is None else bytes(record.value)
    whole = (record.key, value, headers)
    kept = whole if _fits(whole) else _cut(whole)
    if kept is not whole:
        about |= _fields_before_cut(whole, kept)
    ours = ((HEADER_PREFIX + name, fields.encode("utf-8", "replace")) for name, fields in about.items())
    work.emit(topic, kept[0], kept[1], (*kept[2], *ours), partition=work.partition)


def _size(headers: RecordHeaders) -> int:
    return sum(len(name.encode("utf-8", NAMES)) + len(value or b"") + _HEADER_BYTES for name, value in headers)


def _fits(parts: _Parts) -> bool:
    key, value, headers = parts
    return len(key or b"") + len(value or b"") + _size(headers) + _OURS_BYTES + _RECORD_BYTES <= LETTER_BYTES


def _cut(whole: _Parts) -> _Parts:
    """Cut the key, the headers and then the value to the size of a dead letter; keep their beginnings."""
    key, value, headers = whole
    key = None if key is None else key[:KEY_BYTES]
    kept: list[tuple[str, bytes | None]] = []
    room = HEADERS_BYTES
    for one in headers:
        room -= _size((one,))
        if room < 0:
            break
        kept.append(one)
    left = LETTER_BYTES - _RECORD_BYTES - _OURS_BYTES - len(key or b"") - _size(kept)
    return key, None if value is None else value[:left], kept


def _fields_before_cut(whole: _Parts, kept: _Parts) -> dict[str, str]:
    """Give the size in bytes and the SHA-256 of each part of the record that was cut."""
    key, value, headers = whole
    names = ("key", "value", "headers")
    cut = [name for name, before, after in zip(names, whole, kept, strict=True) if before != after]
    joined = b"".join(name.encode("utf-8", NAMES) + (one or b"") for name, one in headers)
    fields = {"cut": ",".join(cut)}
    for name, content in zip(names, (key or b"", value or b"", joined), strict=True):
        if name in cut:
            fields |= {f"{name}_size": str(len(content)), f"{name}_sha256": sha256(content).hexdigest()}
    return fields


def _reason_headers(record: ConsumedRecord, rejected: Rejected) -> Iterator[tuple[str, str]]:
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


def _attempt(record: ConsumedRecord) -> int:
    """Count how often a record was parked: a redriven record has the last count in a header."""
    for name, value in record.headers:
        if name == HEADER_PREFIX + "attempt" and value is not None and _is_count(value):
            return int(value) + 1
    return FIRST_ATTEMPT


def _is_count(value: bytes) -> bool:
    return value.isdigit() and len(value) <= _ATTEMPT_DIGITS
