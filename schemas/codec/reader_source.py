"""Compiles a schema to Python functions that read its bytes, one function per record.

schemas/codec/writer.py does so for writing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any, Final

from schemas.codec.reader_primitives import (
    DAY_BYTES,
    DAYS,
    MOMENT_BYTES,
    MOMENTS,
    SHORT,
    bad_branch,
    long_count,
    long_length,
    long_tail,
    read_day,
    read_moment,
)
from schemas.codec.writer import Generated, is_composite

Seen = dict[str, tuple[bytes, Any]]
"""By name, the records inside and their fields: the bytes and the value of each."""
ReadValue = Callable[[bytes, int, Seen], tuple[Any, int]]
"""Takes the body, the position and the earlier records; gives the value and the position after it."""

Made = tuple[tuple[str, Callable[..., Any]], ...]
"""By record, the function that makes a value of its fields, in their order."""

_LARGE: Final = 8  # fields; below, comparing costs as much as reading
_MARK: Final = 24  # bytes that tell most records of a list apart
CALLED_BY_READERS: Final[Mapping[str, Any]] = {
    "SHORT": SHORT, "DAYS": DAYS, "MOMENTS": MOMENTS, "read_day": read_day, "read_moment": read_moment,
    "long_tail": long_tail, "long_length": long_length, "long_count": long_count, "bad_branch": bad_branch,
}  # fmt: skip


def compiled(schema: Any, parts: tuple[str, ...] = (), made: Made = ()) -> ReadValue:
    """Compile a parsed record schema to a function that reads a body and keeps the bytes of the `parts`.

    A value made by the function in `made` takes the place of the data of such a record.

    The function raises IndexError, KeyError, ValueError or OverflowError where the body is none of the schema. Where
    the body ends too soon, it may give a position past the end instead.
    """
    source = generated(schema, parts, made)
    scope = {**CALLED_BY_READERS, **source.constants}
    exec(compile(source.functions, f"<avro {source.name}>", "exec"), scope)  # noqa: S102  (our own schemas)
    reader: ReadValue = scope[source.name]
    return reader


def generated(schema: Any, parts: tuple[str, ...] = (), made: Made = ()) -> Generated:
    """Generate what `compiled` compiles. `python -m schemas.codec --print RECORD` shows it."""
    source = _ReaderSource(_referred(schema), parts, made)
    return Generated(source.record(schema), "\n\n\n".join(source.functions), source.constants)


def _referred(schema: Any) -> set[str]:
    """Name the types that a schema refers to after it has described them."""
    if isinstance(schema, str):
        return {schema}
    if isinstance(schema, list):
        return {name for branch in schema for name in _referred(branch)}
    inner = [schema.get("items", ()), schema.get("values", ()), *(field["type"] for field in schema.get("fields", ()))]
    return {name for one in inner if one for name in _referred(one)}


class _ReaderSource:
    """The functions written so far. Names of records become names of functions, of which `b` is the body, `p` where."""

    def __init__(self, referred: set[str], parts: tuple[str, ...], made: Made) -> None:
        self.functions: list[str] = []
        self.constants: dict[str, Any] = {f"MADE_{record}": make for record, make in made}
        self._referred = referred
        self._parts = parts
        self._records: set[str] = set()
        self._named: dict[str, Callable[[str], Iterator[str]]] = {}

    def record(self, schema: Mapping[str, Any]) -> str:
        """Write the function of a record and return its name."""
        full_name: str = schema["name"]
        name = "read_" + full_name.replace(".", "_")
        self._records.add(full_name)
        self._named[full_name] = lambda target: iter([f"{target}, p = {name}(b, p, seen)"])
        fields = [(field["name"], f"field{at}", field["type"]) for at, field in enumerate(schema["fields"])]
        part = full_name.rpartition(".")[2]
        kept = part in self._parts
        lines: list[str] = []
        for field, target, kind in fields:
            if kept and self._lists_records(kind):
                lines += self._read_or_reuse_items(f"{part}.{field}", kind, target)
                continue
            its_lines = self.value(kind, target, depth=0)
            if kept and len(fields) >= _LARGE and is_composite(kind):
                its_lines = _read_or_reuse(f"{part}.{field}", target, its_lines)
            lines += its_lines
        if f"MADE_{part}" in self.constants:
            lines.append(f"datum = MADE_{part}(" + ", ".join(target for _, target, _ in fields) + ")")
        else:
            lines.append("datum = {" + ", ".join(f"{field!r}: {target}" for field, target, _ in fields) + "}")
        if full_name in self._referred and len(fields) >= _LARGE:
            lines = list(_reuse_repeated_record(full_name, lines))
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

    def _lists_records(self, schema: Any) -> bool:
        """Tell whether a value is a list of records that were described before."""
        if not isinstance(schema, dict) or schema["type"] != "array":
            return False
        return isinstance(schema["items"], str) and schema["items"] in self._records

    def _read_or_reuse_items(self, name: str, schema: Mapping[str, Any], target: str) -> Iterator[str]:
        """Find each record of a list in the earlier list of this name, by its first bytes."""
        yield f"before = seen.get({name!r})"
        yield "known = {} if before is None else before[1]"
        yield "items = {}"
        one = [
            f"mark = b[p:p + {_MARK}]",
            "repeated = known.get(mark)",
            "if repeated is not None and b.startswith(repeated[0], p):",
            "    one0 = repeated[1]",
            "    p += len(repeated[0])",
            "else:",
            "    begun = p",
            *(f"    {line}" for line in self.value(schema["items"], "one0", 1)),
            "    repeated = b[begun:p], one0",
            "items[mark] = repeated",
        ]
        yield from self._blocks(schema, target, 0, one)
        yield f"seen[{name!r}] = b'', items"

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

    def _blocks(
        self, schema: Mapping[str, Any], target: str, depth: int, lines: Iterable[str] | None = None
    ) -> Iterator[str]:
        """`lines` read one value into `one0`, `one1` …; by default as its schema says."""
        one, key, count = f"one{depth}", f"key{depth}", f"count{depth}"
        is_map = schema["type"] == "map"
        yield f"{target} = {'{}' if is_map else '[]'}"
        yield "while True:"
        yield from (f"    {line}" for line in _sized(count, "long_count"))
        yield f"    if not {count}: break"
        yield f"    for _ in range({count}):"
        if is_map:
            yield from (f"        {line}" for line in _string(key))
        kind = schema["values"] if is_map else schema["items"]
        inner = self.value(kind, one, depth + 1) if lines is None else lines
        yield from (f"        {line}" for line in inner)
        yield f"        {target}[{key}] = {one}" if is_map else f"        {target}.append({one})"


def _reuse_repeated_record(kind: str, lines: list[str]) -> Iterator[str]:
    """Compare with the earlier record of this kind: equal bytes give an equal datum of equal length."""
    yield f"before = seen.get({kind!r})"
    yield "if before is not None and b.startswith(before[0], p):"
    yield "    return before[1], p + len(before[0])"
    yield "start = p"
    yield from lines
    yield f"seen[{kind!r}] = b[start:p], datum"


def _read_or_reuse(name: str, target: str, lines: Iterator[str]) -> Iterator[str]:
    """Compare a field with the earlier field of this name, also of another value. Most are equal."""
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


def _day(target: str) -> Iterator[str]:
    yield from _found(target, "DAYS", DAY_BYTES, "read_day")


def _moment(target: str) -> Iterator[str]:
    yield from _found(target, "MOMENTS", MOMENT_BYTES, "read_moment")


def _found(target: str, known: str, size: int, read: str) -> Iterator[str]:
    """Look a value up by its bytes before reading it: nearly all values of its kind have one length."""
    yield f"{target} = {known}.get(b[p:p + {size}])"
    yield f"if {target} is None: {target}, p = {read}(b, p)"
    yield f"else: p += {size}"


_PRIMITIVE: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {
    "string": _string, "bytes": _bytes, "int": _long, "long": _long, "boolean": _boolean,
}  # fmt: skip
_LOGICAL: Final[Mapping[str, Callable[[str], Iterator[str]]]] = {"date": _day, "timestamp-micros": _moment}
