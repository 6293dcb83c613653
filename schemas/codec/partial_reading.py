"""Reads a record that nobody can read whole, as far as its bytes go. An operator so looks at a dead letter.

It follows the schema byte by byte, slowly, and keeps what it has read when a byte does not fit. It takes any schema of
Avro, also a foreign one. The bytes may come from anyone: time and memory are in proportion to their number.
"""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from schemas.codec.catalogue import SchemaVersion, catalogue, named_types
from schemas.codec.wire import HEADER_BYTES, schema_id_of, schema_of
from schemas.problems import UnknownSchema, Unreadable

LONGEST_NUMBER: Final = 10  # bytes of a long
MOST_ITEMS: Final = 100_000  # of all lists together; an item of a foreign schema may take no byte
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_Put = Callable[[Any], None]


class _Misfit(ValueError):
    """A byte does not fit the schema. `at`: its place in the value."""

    def __init__(self, at: int, fault: str) -> None:
        super().__init__(fault)
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialReading:
    """What a value says as far as it can be read.

    `fields` are plain JSON data. `failed_at` is the byte, from 0, at which the reading failed. `path` is the field that
    it had reached. Both are None where all was read. `guessed`: nobody knows the schema of the frame, so the newest
    schema of an event was tried.
    """

    record: str
    version: int
    guessed: bool
    fields: Mapping[str, Any]
    failed_at: int | None
    path: str | None
    fault: str | None


def read_as_far_as_possible(value: bytes) -> PartialReading | None:
    """Read a framed value. None where it has no frame, or a frame of no record of ours."""
    if schema_id_of(value) is None:
        return None
    try:
        version, guessed = schema_of(value), False
    except Unreadable:
        return None
    except UnknownSchema:
        version, guessed = catalogue().newest("RegistrationEvent"), True
    return _read(value, version, guessed)


def _read(value: bytes, version: SchemaVersion, guessed: bool) -> PartialReading:
    reader = _Reader(value=value, named=named_types(version.standalone), at=HEADER_BYTES)
    read: dict[str, Any] = {}
    failed_at, path, fault = None, None, None
    try:
        reader.read(version.standalone, read.update)
        if reader.at < len(value):
            raise _Misfit(reader.at, f"{len(value) - reader.at} bytes are left over")
    except _Misfit as misfit:
        failed_at, path, fault = misfit.at, ".".join(reader.path).replace(".[", "["), str(misfit)
    return PartialReading(
        record=version.record,
        version=version.version,
        guessed=guessed,
        fields=read,
        failed_at=failed_at,
        path=path,
        fault=fault,
    )


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Walks through a value. After a misfit, `path` names the field that it had reached."""

    value: bytes
    named: Mapping[str, Any]
    at: int
    path: list[str] = field(default_factory=list)
    items: int = 0

    def read(self, schema: Any, put: _Put) -> None:
        """Read a value of a schema and give it away. A record or a list is given away before it is filled."""
        if isinstance(schema, list):
            self.read(schema[self._choice(len(schema), "a union")], put)
            return
        if isinstance(schema, str) and schema.rpartition(".")[2] in self.named:
            schema = self.named[schema.rpartition(".")[2]]
        kind = schema if isinstance(schema, str) else schema["type"]
        if isinstance(kind, list | dict):
            self.read(kind, put)
        elif kind == "record":
            self._record(schema, put)
        elif kind in ("array", "map"):
            self._items(schema, kind, put)
        else:
            put(self._plain(schema, kind))

    def _record(self, schema: Any, put: _Put) -> None:
        made: dict[str, Any] = {}
        if not self.path:  # the outermost record is filled in place
            put_field = put
        else:
            put(made)
            put_field = made.update
        for one in schema["fields"]:
            self.path.append(one["name"])
            self.read(one["type"], _into(put_field, one["name"]))
            self.path.pop()

    def _items(self, schema: Any, kind: str, put: _Put) -> None:
        listed: list[Any] = []
        mapped: dict[str, Any] = {}
        put(listed if kind == "array" else mapped)
        while count := self._count():
            for _ in range(count):
                self.items += 1
                if self.items > MOST_ITEMS:
                    raise _Misfit(self.at, f"more than {MOST_ITEMS:,} items are listed")
                name = f"[{len(listed)}]" if kind == "array" else str(self._text())
                self.path.append(name)
                if kind == "array":
                    self.read(schema["items"], listed.append)
                else:
                    self.read(schema["values"], _into(mapped.update, name))
                self.path.pop()

    def _count(self) -> int:
        """Read the number of items of a block; a negative one is followed by the size of the block."""
        count = self._long()
        if count < 0:
            self._long()
        return abs(count)

    def _plain(self, schema: Any, kind: str) -> Any:
        begin = self.at
        logical = schema.get("logicalType") if isinstance(schema, dict) else None
        try:
            return self._logical(logical, self._scalar(schema, kind))
        except (OverflowError, ValueError) as fault:
            if isinstance(fault, _Misfit):
                raise
            raise _Misfit(begin, f"a {logical or kind} is out of range") from fault

    def _scalar(self, schema: Any, kind: str) -> Any:
        match kind:
            case "null":
                return None
            case "boolean":
                return self._take(1) != b"\0"
            case "int" | "long":
                return self._long()
            case "float" | "double":
                number = struct.unpack(*(("<f", self._take(4)) if kind == "float" else ("<d", self._take(8))))[0]
                return number if math.isfinite(number) else str(number)
            case "string":
                return self._text()
            case "enum":
                return schema["symbols"][self._choice(len(schema["symbols"]), "an enum")]
            case "fixed":
                return self._take(schema["size"]).hex()
            case _:
                return self._take(self._length()).hex()

    def _logical(self, logical: str | None, read: Any) -> Any:
        match logical:
            case "date":
                return (date(1970, 1, 1) + timedelta(days=read)).isoformat()
            case "timestamp-micros" | "timestamp-millis":
                unit = "microseconds" if logical == "timestamp-micros" else "milliseconds"
                return (_EPOCH + timedelta(**{unit: read})).isoformat()
            case _:
                return read

    def _choice(self, most: int, of: str) -> int:
        begin = self.at
        chosen = self._long()
        if not 0 <= chosen < most:
            raise _Misfit(begin, f"{of} has the choices 0 to {most - 1}, not {chosen}")
        return chosen

    def _text(self) -> str:
        length = self._length()
        begin = self.at
        try:
            return self._take(length).decode()
        except UnicodeDecodeError as fault:
            self.at = begin
            raise _Misfit(begin + fault.start, "a text is no UTF-8") from fault

    def _length(self) -> int:
        begin = self.at
        length = self._long()
        if not 0 <= length <= len(self.value) - self.at:
            left = len(self.value) - self.at
            raise _Misfit(begin, f"a text of {length:,} bytes is announced, and {left:,} bytes are left")
        return length

    def _long(self) -> int:
        begin, number = self.at, 0
        for shift in range(0, LONGEST_NUMBER * 7, 7):
            byte = self._take(1)[0]
            number |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return (number >> 1) ^ -(number & 1)
        raise _Misfit(begin, f"a number has more than {LONGEST_NUMBER} bytes")

    def _take(self, size: int) -> bytes:
        if self.at + size > len(self.value):
            raise _Misfit(len(self.value), "the value ends too soon")
        taken = self.value[self.at : self.at + size]
        self.at += size
        return taken


def _into(put: _Put, name: str) -> _Put:
    """Give a value away as a field of this name."""
    return lambda value: put({name: value})
