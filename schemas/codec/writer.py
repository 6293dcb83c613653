"""Writes Avro bodies several times faster than fastavro, which validates each union it meets.

A schema is turned once into Python source, one function per record, and compiled. The bytes are fastavro's, to the
letter: a test writes random data with both. schemas/codec/reader_source.py does so for reading. A record inside another
may be given as its bytes. So what several records hold is written once.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from textwrap import indent
from typing import Any, Final, NamedTuple

Write = Callable[[bytearray, Any], None]
LastWritten = dict[str, tuple[Any, bytes]]
"""Lists and maps of a record by field, each with its bytes. A value that equals the one before reuses its bytes."""
WriteReusing = Callable[[bytearray, Any, LastWritten], None]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL: Final = _EPOCH.toordinal()
_SMALL: Final = tuple(
    bytes([number << 1]) if number < 64 else bytes([number << 1 & 0x7F | 0x80, number >> 6]) for number in range(8_192)
)  # the lengths and numbers of one and two bytes
_LONGEST: Final = 1 << 63


class Generated(NamedTuple):
    """The name of a generated function, the source of all functions that it needs, and the constants of these."""

    name: str
    functions: str
    constants: Mapping[str, Any]


def compiled(schema: Any) -> Write:
    """Compile a parsed record schema into a function that appends a datum's body to a bytearray.

    The function raises KeyError, TypeError, AttributeError, ValueError or OverflowError for a datum that does not fit.
    """
    written: Write = _compiled(schema, reusing=False)
    return written


def compiled_reusing(schema: Any) -> WriteReusing:
    """Compile as `compiled`; the function reuses the bytes of lists and maps that it wrote before."""
    written: WriteReusing = _compiled(schema, reusing=True)
    return written


def _compiled(schema: Any, *, reusing: bool) -> Any:
    source = generated(schema, reusing=reusing)
    scope = {**called_by_writers(), **source.constants}
    exec(compile(source.functions, f"<avro {source.name}>", "exec"), scope)  # noqa: S102  (our own schemas)
    return scope[source.name]


def generated(schema: Any, *, reusing: bool = False) -> Generated:
    """Generate what `compiled` compiles. `python -m schemas.codec --print RECORD` shows it."""
    source = _WriterSource()
    return Generated(source.record(schema, reusing=reusing), "\n\n\n".join(source.functions), source.constants)


def called_by_writers() -> dict[str, Any]:
    """Give the functions and tables that the generated functions use, by name."""
    return {
        "write_long": write_long, "SMALL": _SMALL, "EPOCH": _EPOCH,
        "day_bytes": _day_bytes, "moment_bytes": _moment_bytes, "bad_union": _bad_union, "bad_field": _bad_field,
    }  # fmt: skip


def write_long(out: bytearray, number: int) -> None:
    """Append a number as Avro's zigzag varint; raises OverflowError past 64 bits."""
    if not -_LONGEST <= number < _LONGEST:
        raise OverflowError(f"{number} does not fit into 64 bits")
    rest = number << 1 if number >= 0 else (-number << 1) - 1
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)


def _bad_union(value: object) -> None:
    raise TypeError(f"{value!r} is of no branch of its union")


def _bad_field(fields: frozenset[str], datum: Mapping[str, object]) -> None:
    """Raise for a field that the schema does not have: it would be lost without an error."""
    raise ValueError(f"no such field: {', '.join(sorted(set(datum) - fields))}")


class _WriterSource:
    """The functions written so far. Names of records become names of functions."""

    def __init__(self) -> None:
        self.functions: list[str] = []
        self.constants: dict[str, Any] = {}
        self._records: dict[str, str] = {}
        self._enums: dict[str, str] = {}

    def record(self, schema: Mapping[str, Any], *, reusing: bool = False) -> str:
        """Write the function of a record and return its name."""
        full_name: str = schema["name"]
        name = "write_" + full_name.replace(".", "_")
        self._records[full_name] = name
        self.constants[f"FIELDS_{name}"] = frozenset(field["name"] for field in schema["fields"])
        lines = [f"if not FIELDS_{name}.issuperset(datum): bad_field(FIELDS_{name}, datum)"]
        for field in schema["fields"]:
            lines.append(_value_of(field))
            its_lines = self.value(field["type"], "value", depth=0)
            lines += _write_or_reuse(field["name"], its_lines) if reusing and is_composite(field["type"]) else its_lines
        written = "if type(datum) is bytes:\n    out += datum\n    return"
        parameters = "out, datum, last_written" if reusing else "out, datum"
        self.functions.append(f"def {name}({parameters}):\n" + indent("\n".join((written, *lines)), "    "))
        return name

    def value(self, schema: Any, name: str, depth: int) -> Iterator[str]:
        """Write the lines that append the variable `name`."""
        if isinstance(schema, list):
            yield from self._union(schema, name, depth)
        elif isinstance(schema, str):
            yield from self._named(schema, name)
        elif schema["type"] == "record":
            yield f"{self.record(schema)}(out, {name})"
        elif schema["type"] == "enum":
            self._enums[schema["name"]] = constant = "SYMBOLS_" + schema["name"].replace(".", "_")
            self.constants[constant] = {symbol: _long_bytes(at) for at, symbol in enumerate(schema["symbols"])}
            yield f"out += {constant}[{name}]"
        elif schema["type"] in ("array", "map"):
            yield from self._blocks(schema, name, depth)
        elif "logicalType" in schema:
            yield from _LOGICAL[schema["logicalType"]](name)
        else:
            yield from self._named(schema["type"], name)

    def _union(self, branches: list[Any], name: str, depth: int) -> Iterator[str]:
        if len(branches) != 2 or branches[0] != "null":
            raise NotImplementedError(f"only unions of null and one other type are in our contract, not {branches}")
        yield f"if {name} is None: out.append(0)"
        yield "else:"
        yield "    out.append(2)"
        yield from (f"    {line}" for line in self.value(branches[1], name, depth))

    def _blocks(self, schema: Mapping[str, Any], name: str, depth: int) -> Iterator[str]:
        one, key = f"one{depth}", f"key{depth}"
        yield f"if {name}:"
        yield f"    write_long(out, len({name}))"
        if schema["type"] == "map":
            yield f"    for {key}, {one} in {name}.items():"
            yield from (f"        {line}" for line in _string(key))
            inner = self.value(schema["values"], one, depth + 1)
        else:
            yield f"    for {one} in {name}:"
            inner = self.value(schema["items"], one, depth + 1)
        yield from (f"        {line}" for line in inner)
        yield f"elif {name} is None: bad_union({name})"
        yield "out.append(0)"

    def _named(self, schema: str, name: str) -> Iterator[str]:
        if schema in self._records:
            yield f"{self._records[schema]}(out, {name})"
        elif schema in self._enums:
            yield f"out += {self._enums[schema]}[{name}]"
        else:
            yield from _PRIMITIVE[schema](name)


def is_composite(schema: Any) -> bool:
    """Tell whether a value is a list or a map, or may be one."""
    if isinstance(schema, list):
        return any(is_composite(branch) for branch in schema)
    return isinstance(schema, dict) and schema["type"] in ("array", "map")


def _value_of(field: Mapping[str, Any]) -> str:
    if "default" in field:
        return f"value = datum.get({field['name']!r}, {field['default']!r})"
    return f"value = datum[{field['name']!r}]"


def _write_or_reuse(field: str, lines: Iterator[str]) -> Iterator[str]:
    yield f"before = last_written.get({field!r})"
    yield "if before is not None and before[0] is value: out += before[1]"
    yield "else:"
    yield "    begun = len(out)"
    yield from (f"    {line}" for line in lines)
    yield f"    last_written[{field!r}] = value, bytes(out[begun:])"


def _string(name: str) -> Iterator[str]:
    yield f"text = {name}.encode()"
    yield from _sized("text")


def _bytes(name: str) -> Iterator[str]:
    yield f"text = bytes({name}) if type({name}) is not bytes else {name}"
    yield from _sized("text")


def _sized(name: str) -> Iterator[str]:
    yield f"size = len({name})"
    yield "if size < 8192: out += SMALL[size]"
    yield "else: write_long(out, size)"
    yield f"out += {name}"


def _integer(name: str) -> Iterator[str]:
    yield f"if 0 <= {name} < 8192: out += SMALL[{name}]"
    yield f"else: write_long(out, {name})"


def _boolean(name: str) -> Iterator[str]:
    yield f"out.append((False, True).index({name}))"


def _date(name: str) -> Iterator[str]:
    yield f"out += day_bytes({name}.toordinal())"


def _timestamp_micros(name: str) -> Iterator[str]:
    yield f"out += moment_bytes({name} - EPOCH)"


@lru_cache(maxsize=65_536)
def _day_bytes(ordinal: int) -> bytes:
    return _long_bytes(ordinal - _EPOCH_ORDINAL)


@lru_cache(maxsize=4_096)
def _moment_bytes(since: timedelta) -> bytes:
    """Write the time since 1970, from the cache: a moment occurs in receipt, statement, state and change."""
    return _long_bytes((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _long_bytes(number: int) -> bytes:
    out = bytearray()
    write_long(out, number)
    return bytes(out)


_PRIMITIVE: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {
    "string": _string, "bytes": _bytes, "int": _integer, "long": _integer, "boolean": _boolean,
}  # fmt: skip
_LOGICAL: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {
    "date": _date, "timestamp-micros": _timestamp_micros,
}  # fmt: skip
