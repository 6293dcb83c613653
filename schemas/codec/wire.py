"""Confluent wire framing: 0x00, the schema's id in four bytes (big endian), then the Avro body.

The bytes may come from anyone. The time and memory of reading are in proportion to the length, whatever lengths and
counts are claimed. tests/unit/schemas/test_wire.py holds fastavro to that.
"""

import re
import struct
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any, Final, Protocol

from fastavro import schemaless_reader, schemaless_writer
from fastavro.schema import parse_schema

from schemas.codec.catalogue import SchemaVersion, catalogue
from schemas.codec.upcasts import upcast
from schemas.codec.writer import LastWritten, Write, WriteReusing, compiled, compiled_reusing
from schemas.problems import UnknownSchema, Unreadable, Unwritable

MAGIC: Final = 0
_HEADER: Final = struct.Struct(">bI")
HEADER_BYTES: Final = _HEADER.size
_SAID: Final = 150  # characters of each end of a fault that go into a message: fastavro's may hold the whole value
_OF_A_MOMENT: Final = re.compile(  # what Python says of a day or a moment that no calendar has
    r"date value out of range|ordinal must be|signed integer is greater than maximum|year -?\d+ is out of|days=-?\d+"
)
_MISFITS: Final = (ValueError, TypeError, KeyError, AttributeError, OverflowError)  # of a datum that does not fit
_ADDRESS: Final = re.compile(r" from <[^>]* at 0x[0-9a-f]+>")  # a receipt that is written again must have equal bytes


class Ids(Protocol):
    """Maps schema ids to schemas, and each record to the id of its newest schema."""

    def id_of(self, record: str) -> int:
        """Give the id of a record's newest version. Raises Unwritable for a part, KeyError for no record."""
        ...

    def schema_of(self, schema_id: int) -> SchemaVersion | None:
        """Find the schema of an id; None when nobody knows it. The first time, it may ask a server and block.

        Raises UnknownSchema for a schema that this version of Sijill cannot read.
        """
        ...


class CatalogueIds:
    """The ids that Sijill ships, equal on every machine."""

    def id_of(self, record: str) -> int:
        """Give the catalogue's id of a record's newest version."""
        schema_id = catalogue().newest(record).id
        if schema_id is None:
            raise Unwritable(f"{record} is a part of other records and never stands alone")
        return schema_id

    def schema_of(self, schema_id: int) -> SchemaVersion | None:
        """Find an id in the catalogue."""
        return catalogue().by_id(schema_id)


_ids: Ids = CatalogueIds()


def use(ids: Ids) -> None:
    """Use other ids from now on, in this process. Call it at the start, before anything is read."""
    global _ids  # one process speaks to one cluster, whose ids come from one place
    _ids = ids
    _frame.cache_clear()


def encode(record: str, datum: dict[str, Any]) -> bytes:
    """Frame a datum with the newest schema of a record; raises Unwritable when it does not fit."""
    out = bytearray(_frame(record))
    try:
        _writer_of(record)(out, datum)
    except _MISFITS as fault:
        version = catalogue().newest(record).version
        raise Unwritable(f"this is no {record} (version {version}): {_field_fault(record, datum, fault)}") from fault
    return bytes(out)


def encode_part(record: str, datum: Mapping[str, Any]) -> bytes:
    """Write a record without a frame: other records accept these bytes in its place."""
    out = bytearray()
    _writer_of(record)(out, datum)
    return bytes(out)


def encode_part_reusing(record: str, datum: Mapping[str, Any], last_written: LastWritten) -> bytes:
    """Write as `encode_part`; lists and maps that are identical to those in `last_written` reuse their bytes."""
    out = bytearray()
    _reusing_writer(record)(out, datum, last_written)
    return bytes(out)


def decode(value: bytes, expected: str) -> dict[str, Any]:
    """Read a framed value of the expected record, lifted to the record's newest version.

    Raises UnknownSchema for an unknown id, and Unreadable where the value is no such record.
    """
    version = schema_of(value)
    if version.record != expected:
        raise Unreadable(f"the value is a {version.record}, expected a {expected}")
    body = BytesIO(value)
    body.seek(HEADER_BYTES)
    try:
        datum = schemaless_reader(body, version.parsed, version.reader)
    except Exception as fault:  # fastavro raises nearly any class on bytes that are not its own
        raise Unreadable(
            f"the body is no {version.record} (version {version.version}): {describe_fault(fault)}"
        ) from fault
    if body.tell() != len(value):
        raise Unreadable(f"{len(value) - body.tell()} bytes are left over after the {version.record}")
    assert isinstance(datum, dict)
    return upcast(version.record, version.version, datum)


def schema_of(value: bytes) -> SchemaVersion:
    """Find the schema in the frame of a value. Raises Unreadable or UnknownSchema."""
    schema_id = schema_id_of(value)
    if schema_id is None:
        raise Unreadable("the value does not begin with 0x00 and a four-byte schema id")
    version = _ids.schema_of(schema_id)
    if version is None:
        raise UnknownSchema(
            f"schema id {schema_id} is neither in the catalogue of this version of Sijill nor in a schema registry: "
            "register the schema, or upgrade Sijill, then redrive the record"
        )
    return version


def schema_id_of(value: bytes) -> int | None:
    """Read the id in a value's frame; None where there is no frame."""
    if len(value) < HEADER_BYTES or value[0] != MAGIC:
        return None
    return int(_HEADER.unpack_from(value)[1])


@cache
def _frame(record: str) -> bytes:
    return _HEADER.pack(MAGIC, _ids.id_of(record))


@cache
def _writer_of(record: str) -> Write:
    return compiled(parse_schema(dict(catalogue().newest(record).standalone)))


@cache
def _reusing_writer(record: str) -> WriteReusing:
    return compiled_reusing(parse_schema(dict(catalogue().newest(record).standalone)))


def _field_fault(record: str, datum: dict[str, Any], fault: Exception) -> str:
    """Write the datum with fastavro, which is slower and names the field at fault."""
    try:
        schemaless_writer(BytesIO(), catalogue().newest(record).parsed, datum, strict_allow_default=True)
    except _MISFITS as named:
        return describe_fault(named)
    return describe_fault(fault)


def describe_fault(fault: Exception) -> str:
    """Describe an error of a body or a datum: the library's message, shortened and without memory addresses."""
    if _OF_A_MOMENT.match(str(fault)) is not None:
        return "a day or a moment in it is out of range. Days are counted since 1970, moments in microseconds"
    message = _ADDRESS.sub("", str(fault)) or "the body ends too soon"  # all that some EOFErrors of fastavro do not say
    return (
        f"{type(fault).__name__}: {message if len(message) <= 2 * _SAID else f'{message[:_SAID]} … {message[-_SAID:]}'}"
    )
