"""Reads Avro bodies three times faster than fastavro.

A schema is turned once into Python source, one function per record, and compiled, as schemas/writer.py does. A large
record that repeats, byte for byte, the one of its kind before it is read once: the properties of a company with one
registration are those of that registration. Data may so share parts: they are to be read, not changed.

schemas.wire.decode reads with fastavro; both give equal data for the same bytes, a test compares them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from textwrap import indent
from typing import Any, Final, TypeVar

from fastavro.schema import parse_schema

from schemas import wire
from schemas.catalogue import catalogue
from schemas.problems import Unreadable
from schemas.upcasts import upcast
from schemas.writer import is_composite

_Value = TypeVar("_Value")
Seen = dict[str, tuple[bytes, Any]]
"""Records inside and fields of them, by name, each as it is written and as it was read."""
Read = Callable[[bytes, int, Seen], tuple[Any, int]]
"""Body, position, and the records before it that may come again; gives the value and the position after it."""

_LARGE: Final = 8  # fields; below, comparing costs as much as reading
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL: Final = _EPOCH.toordinal()
_DAY_BYTES: Final = 3  # of days from 1992 to 4839
_MOMENT_BYTES: Final = 8  # of microseconds from 1978 to 3111
_MOST_DAYS: Final = 65_536
_MOST_MOMENTS: Final = 4_096
_DAYS: Final[dict[bytes, date]] = {}  # read before, by their bytes
_MOMENTS: Final[dict[bytes, datetime]] = {}
_LONGEST: Final = 63  # bits before the last byte of a 64-bit number
# A first byte as a length or count: halved where it stands alone and is not negative, else to be read on.
_SHORT: Final = tuple(first >> 1 if first < 128 and not first & 1 else -1 for first in range(256))


def read(value: bytes, expected: str) -> dict[str, Any]:
    """Read a framed value of the expected record, lifted to its newest version.

    Raises UnknownSchema and Unreadable, as schemas.wire.decode.
    """
    return _read(value, expected, (), {})[0]


def read_with_parts(
    value: bytes, expected: str, parts: tuple[str, ...], seen: Seen
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Read as `read`; gives also how these records inside are written, by name, so that they need not be written again.

    Parts of an older version of the expected record are left out: they do not fit into what is written today. `seen`
    is empty, or what the value before left there: of a large part, what repeats itself is not read again.
    """
    for part in parts:
        seen.pop(part, None)
    datum, version = _read(value, expected, parts, seen)
    if version != catalogue().newest(expected).version:
        return datum, {}
    return datum, {part: seen[part][0] for part in parts if part in seen}


def _read(value: bytes, expected: str, parts: tuple[str, ...], seen: Seen) -> tuple[dict[str, Any], int]:
    version = wire.schema_of(value)
    if version.record != expected or version.reader is not None:
        return wire.decode(value, expected), version.version
    try:
        datum, end = _reader(version.record, version.version, parts)(value, wire.HEADER_BYTES, seen)
    except (IndexError, KeyError, ValueError, OverflowError) as fault:
        raise Unreadable(f"the body is no {expected} (version {version.version}): {fault!r}") from fault
    if end != len(value):
        raise Unreadable(f"the {expected} (version {version.version}) ends at byte {end} of {len(value)}")
    assert isinstance(datum, dict)
    return upcast(version.record, version.version, datum), version.version


def compiled(schema: Any, parts: tuple[str, ...] = ()) -> Read:
    """Compile a parsed record schema into a function that reads a body; it keeps how these parts are written.

    The function raises IndexError, KeyError, ValueError or OverflowError where the body is none of the schema, or
    gives a position past the end where the body ends too soon.
    """
    source = _Source(_referred(schema), parts)
    name = source.record(schema)
    scope: dict[str, Any] = {
        "SHORT": _SHORT, "long_tail": _long_tail, "long_length": _long_length, "long_count": _long_count,
        "DAYS": _DAYS, "MOMENTS": _MOMENTS, "read_day": _read_day, "read_moment": _read_moment,
        "bad_branch": _bad_branch, **source.constants,
    }  # fmt: skip
    exec(compile("\n".join(source.functions), f"<avro {name}>", "exec"), scope)  # noqa: S102  (our own schemas)
    reader: Read = scope[name]
    return reader


@cache
def _reader(record: str, version: int, parts: tuple[str, ...] = ()) -> Read:
    return compiled(parse_schema(dict(catalogue().version(record, version).standalone)), parts)


def _referred(schema: Any) -> set[str]:
    """Name the types that a schema refers to after it has described them."""
    if isinstance(schema, str):
        return {schema}
    if isinstance(schema, list):
        return {name for branch in schema for name in _referred(branch)}
    inner = [schema.get("items", ()), schema.get("values", ()), *(field["type"] for field in schema.get("fields", ()))]
    return {name for one in inner if one for name in _referred(one)}


class _Source:
    """The functions written so far. Names of records become names of functions, of which `b` is the body, `p` where."""

    def __init__(self, referred: set[str], parts: tuple[str, ...]) -> None:
        self.functions: list[str] = []
        self.constants: dict[str, Any] = {}
        self._referred = referred
        self._parts = parts
        self._named: dict[str, Callable[[str], Iterator[str]]] = {}

    def record(self, schema: Mapping[str, Any]) -> str:
        """Write the function of a record and return its name."""
        full_name: str = schema["name"]
        name = "read_" + full_name.replace(".", "_")
        self._named[full_name] = lambda target: iter([f"{target}, p = {name}(b, p, seen)"])
        fields = [(field["name"], f"field{at}", field["type"]) for at, field in enumerate(schema["fields"])]
        part = full_name.rpartition(".")[2]
        kept = part in self._parts
        lines: list[str] = []
        for field, target, kind in fields:
            its_lines = self.value(kind, target, depth=0)
            if kept and len(fields) >= _LARGE and is_composite(kind):
                its_lines = _read_unless_again(f"{part}.{field}", target, its_lines)
            lines += its_lines
        lines.append("datum = {" + ", ".join(f"{field!r}: {target}" for field, target, _ in fields) + "}")
        if full_name in self._referred and len(fields) >= _LARGE:
            lines = list(_read_once(full_name, lines))
        elif kept:
            lines = ["start = p", *lines, f"seen[{part!r}] = b[start:p], datum"]
        lines.append("return datum, p")
        self.functions.append(f"def {name}(b, p, seen):\n" + indent("\n".join(lines), "    "))
        return name

    def value(self, schema: Any, target: str, depth: int) -> Iterator[str]:
        """Write the lines that read a value into the variable `target`."""
        if isinstance(schema, list):
            yield from self._union(schema, target, depth)
        elif isinstance(schema, str):
            yield from (self._named.get(schema) or _PRIMITIVE[schema])(target)
        elif schema["type"] == "record":
            yield f"{target}, p = {self.record(schema)}(b, p, seen)"
        elif schema["type"] == "enum":
            yield from self._enum(schema)(target)
        elif schema["type"] in ("array", "map"):
            yield from self._blocks(schema, target, depth)
        elif "logicalType" in schema:
            yield from _LOGICAL[schema["logicalType"]](target)
        else:
            yield from self.value(schema["type"], target, depth)

    def _enum(self, schema: Mapping[str, Any]) -> Callable[[str], Iterator[str]]:
        constant = "SYMBOLS_" + schema["name"].replace(".", "_")
        self.constants[constant] = dict(enumerate(schema["symbols"]))

        def lines(target: str) -> Iterator[str]:
            yield from _long(target)
            yield f"{target} = {constant}[{target}]"

        self._named[schema["name"]] = lines
        return lines

    def _union(self, branches: list[Any], target: str, depth: int) -> Iterator[str]:
        if len(branches) != 2 or branches[0] != "null":
            raise NotImplementedError(f"only unions of null and one other type are in our contract, not {branches}")
        yield "branch = b[p]"
        yield "p += 1"
        yield f"if branch == 0: {target} = None"
        yield "elif branch == 2:"
        yield from (f"    {line}" for line in self.value(branches[1], target, depth))
        yield "else: bad_branch(branch)"

    def _blocks(self, schema: Mapping[str, Any], target: str, depth: int) -> Iterator[str]:
        one, key, count = f"one{depth}", f"key{depth}", f"count{depth}"
        is_map = schema["type"] == "map"
        yield f"{target} = {'{}' if is_map else '[]'}"
        yield "while True:"
        yield from (f"    {line}" for line in _sized(count, "long_count"))
        yield f"    if not {count}: break"
        yield f"    for _ in range({count}):"
        if is_map:
            yield from (f"        {line}" for line in _string(key))
        inner = self.value(schema["values"] if is_map else schema["items"], one, depth + 1)
        yield from (f"        {line}" for line in inner)
        yield f"        {target}[{key}] = {one}" if is_map else f"        {target}.append({one})"


def _read_once(kind: str, lines: list[str]) -> Iterator[str]:
    """Compare with the record of this kind before; equal bytes are an equal datum, and end where it ended."""
    yield f"before = seen.get({kind!r})"
    yield "if before is not None and b.startswith(before[0], p):"
    yield "    return before[1], p + len(before[0])"
    yield "start = p"
    yield from lines
    yield f"seen[{kind!r}] = b[start:p], datum"


def _read_unless_again(name: str, target: str, lines: Iterator[str]) -> Iterator[str]:
    """Compare a field with the one of this name before, which may be of another value; most say the same again."""
    yield f"before = seen.get({name!r})"
    yield "if before is not None and b.startswith(before[0], p):"
    yield f"    {target} = before[1]"
    yield "    p += len(before[0])"
    yield "else:"
    yield "    begun = p"
    yield from (f"    {line}" for line in lines)
    yield f"    seen[{name!r}] = b[begun:p], {target}"


def _sized(target: str, read_on: str) -> Iterator[str]:
    yield f"{target} = SHORT[b[p]]"
    yield f"if {target} < 0: {target}, p = {read_on}(b, p)"
    yield "else: p += 1"


def _string(target: str) -> Iterator[str]:
    yield from _bytes(target)
    yield f"{target} = {target}.decode()"


def _bytes(target: str) -> Iterator[str]:
    yield from _sized("size", "long_length")
    yield "end = p + size"
    yield f"{target} = b[p:end]"
    yield "p = end"


def _long(target: str) -> Iterator[str]:
    yield f"{target} = b[p]"
    yield "p += 1"
    yield f"if {target} > 127: {target}, p = long_tail(b, p, {target})"
    yield f"{target} = {target} >> 1 ^ -({target} & 1)"


def _boolean(target: str) -> Iterator[str]:
    yield f"{target} = b[p] != 0"
    yield "p += 1"


def _long_tail(body: bytes, position: int, first: int) -> tuple[int, int]:
    """Read on from the first byte of a number of several bytes."""
    number, shift = first & 127, 7
    while True:
        more = body[position]
        position += 1
        number |= (more & 127) << shift
        if more < 128:
            return number, position
        shift += 7
        if shift > _LONGEST:
            raise OverflowError("a number does not fit into 64 bits")


def _number(body: bytes, position: int) -> tuple[int, int]:
    first, position = body[position], position + 1
    if first > 127:
        first, position = _long_tail(body, position, first)
    return first >> 1 ^ -(first & 1), position


def _long_length(body: bytes, position: int) -> tuple[int, int]:
    length, position = _number(body, position)
    if not 0 <= length <= len(body) - position:
        raise ValueError(f"a length of {length} bytes at byte {position} of {len(body)}")
    return length, position


def _long_count(body: bytes, position: int) -> tuple[int, int]:
    """Read the count of a block; a negative one is followed by the block's size in bytes, which is of no use here."""
    count, position = _number(body, position)
    if count < 0:
        count = -count
        _, position = _number(body, position)
    if count > len(body):
        raise ValueError(f"a block of {count} values at byte {position} of {len(body)}")
    return count, position


def _bad_branch(branch: int) -> None:
    raise ValueError(f"a union has no branch {branch}")


def _read_day(body: bytes, position: int) -> tuple[date, int]:
    number, end = _number(body, position)
    day = date.fromordinal(_EPOCH_ORDINAL + number)
    if end - position == _DAY_BYTES:
        _keep(_DAYS, body[position:end], day, _MOST_DAYS)
    return day, end


def _read_moment(body: bytes, position: int) -> tuple[datetime, int]:
    number, end = _number(body, position)
    moment = _EPOCH + timedelta(microseconds=number)
    if end - position == _MOMENT_BYTES:
        _keep(_MOMENTS, body[position:end], moment, _MOST_MOMENTS)
    return moment, end


def _keep(found: dict[bytes, _Value], written: bytes, value: _Value, most: int) -> None:
    if len(found) >= most:
        found.clear()
    found[written] = value


def _day(target: str) -> Iterator[str]:
    yield from _found(target, "DAYS", _DAY_BYTES, "read_day")


def _moment(target: str) -> Iterator[str]:
    yield from _found(target, "MOMENTS", _MOMENT_BYTES, "read_moment")


def _found(target: str, known: str, size: int, read: str) -> Iterator[str]:
    """Look for a value by the bytes of the length that nearly all of its kind have, before reading them."""
    yield f"{target} = {known}.get(b[p:p + {size}])"
    yield f"if {target} is None: {target}, p = {read}(b, p)"
    yield f"else: p += {size}"


_PRIMITIVE: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {
    "string": _string, "bytes": _bytes, "int": _long, "long": _long, "boolean": _boolean,
}  # fmt: skip
_LOGICAL: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {"date": _day, "timestamp-micros": _moment}
