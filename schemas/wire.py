"""Confluent wire framing: 0x00, the schema's id in four bytes (big endian), then the Avro body."""

import struct
from functools import cache
from io import BytesIO
from typing import Any, Final

from fastavro import schemaless_reader, schemaless_writer

from schemas.catalogue import SchemaVersion, catalogue
from schemas.problems import UnknownSchema, Unreadable, Unwritable
from schemas.upcasts import upcast

MAGIC: Final = 0
_HEADER: Final = struct.Struct(">bI")
HEADER_BYTES: Final = _HEADER.size


def encode(record: str, datum: dict[str, Any]) -> bytes:
    """Frame a datum with the newest schema of a record; raises Unwritable when it does not fit."""
    written = catalogue().newest(record)
    out = BytesIO()
    out.write(_frame(record))
    try:
        schemaless_writer(out, written.parsed, datum)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        raise Unwritable(f"this is no {record} (version {written.version}): {fault}") from fault
    return out.getvalue()


def decode(value: bytes, expected: str) -> dict[str, Any]:
    """Read a framed value of the expected record, lifted to the record's newest version.

    Raises UnknownSchema for an id nobody knows, Unreadable for anything that is not such a record.
    """
    version = schema_of(value)
    if version.record != expected:
        raise Unreadable(f"the value is a {version.record}, expected a {expected}")
    body = BytesIO(value)
    body.seek(HEADER_BYTES)
    try:
        datum = schemaless_reader(body, version.parsed, None)
    except Exception as fault:  # noqa: BLE001  (fastavro raises nearly any class on bytes that are not its own)
        raise Unreadable(f"the body is no {version.record} (version {version.version}): {fault!r}") from fault
    if body.tell() != len(value):
        raise Unreadable(f"{len(value) - body.tell()} bytes are left over after the {version.record}")
    assert isinstance(datum, dict)
    return upcast(version.record, version.version, datum)


def schema_of(value: bytes) -> SchemaVersion:
    """Find the schema that a value is framed with; raises Unreadable or UnknownSchema."""
    schema_id = schema_id_of(value)
    if schema_id is None:
        raise Unreadable("the value does not begin with 0x00 and a four-byte schema id")
    version = catalogue().by_id(schema_id)
    if version is None:
        raise UnknownSchema(f"schema id {schema_id} is in no catalogue that this version of Sijill has")
    return version


def schema_id_of(value: bytes) -> int | None:
    """Read the id in a value's frame; None where there is no frame."""
    if len(value) < HEADER_BYTES or value[0] != MAGIC:
        return None
    return int(_HEADER.unpack_from(value)[1])


@cache
def _frame(record: str) -> bytes:
    schema_id = catalogue().newest(record).id
    if schema_id is None:
        raise Unwritable(f"{record} is a part of other records and never stands alone")
    return _HEADER.pack(MAGIC, schema_id)
