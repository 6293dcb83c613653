"""Whether what was written with one schema can be read with another: Avro's rules of schema resolution.

Used where a release is made (tests/contract), and where a publisher writes with a schema of its own
(schemas/codec/schema_registry.py). The rules are those of the Avro specification 1.12, "Schema Resolution". A contract
test compares them with the checker of Apache Avro. Two things are stricter here: a logical type must stay, and what
would be dropped is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from schemas.codec.catalogue import named_types

BACKWARD: Final = "BACKWARD_TRANSITIVE"
FULL: Final = "FULL_TRANSITIVE"

_PROMOTIONS: Final = frozenset({
    ("int", "long"), ("int", "float"), ("int", "double"), ("long", "float"), ("long", "double"), ("float", "double"),
    ("string", "bytes"), ("bytes", "string"),
})  # fmt: skip
_NAMED: Final = frozenset({"record", "enum", "fixed"})


class Harm(StrEnum):
    """What a difference between two schemas does to a reader."""

    UNREADABLE = "unreadable"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference that does harm. `at` is the path of the field; empty for the record itself."""

    at: str
    message: str
    harm: Harm

    def __str__(self) -> str:
        return f"{self.at or 'the record'}: {self.message}"


def findings(reader: Any, writer: Any) -> tuple[Finding, ...]:
    """List the harm of reading with one standalone schema what another one wrote; empty: none."""
    return tuple(_Resolution(reader, writer).of(reader, writer, ""))


def refusals(level: str, new: Any, older: Sequence[Any]) -> tuple[str, ...]:
    """Say why a new version of a record may not be released after the older ones; empty when it may.

    The new one must read all that was kept and drop none of it. At FULL_TRANSITIVE, the older ones must also read the
    new one.
    """
    if level not in (BACKWARD, FULL):
        raise ValueError(f"{level!r} is no level of compatibility that Sijill uses: expected {BACKWARD} or {FULL}")
    refused = [str(finding) for old in older for finding in findings(new, old)]
    if level == FULL:
        refused += [
            f"{finding} (for a reader of an older version)"
            for old in older
            for finding in findings(old, new)
            if finding.harm is Harm.UNREADABLE
        ]
    return tuple(dict.fromkeys(refused))


class _Resolution:
    """One comparison. Named types are looked up by their short names, as the specification has it."""

    def __init__(self, reader: Any, writer: Any) -> None:
        self._read = named_types(reader)
        self._written = named_types(writer)
        self._compared: set[tuple[str, str]] = set()

    def of(self, reader: Any, writer: Any, at: str) -> Iterator[Finding]:
        reader, writer = _resolved(reader, self._read), _resolved(writer, self._written)
        if isinstance(writer, list):
            for branch in writer:
                yield from self.of(reader, branch, at)
        elif isinstance(reader, list):
            yield from self._branch(reader, writer, at)
        elif not _alike(reader, writer):
            yield _unreadable(at, f"{_kind(writer)} cannot be read as {_kind(reader)}")
        else:
            yield from self._same(reader, writer, at)

    def _branch(self, branches: list[Any], writer: Any, at: str) -> Iterator[Finding]:
        """Take the branch of the same type, else a branch to which the written type can be promoted."""
        resolved = [_resolved(branch, self._read) for branch in branches]
        fitting = [branch for branch in resolved if _kind(branch) == _kind(writer)] or [
            branch for branch in resolved if _alike(branch, writer)
        ]
        if fitting:
            yield from self.of(fitting[0], writer, at)
        else:
            yield _unreadable(at, f"{_kind(writer)} is no branch of {' or '.join(_kind(one) for one in resolved)}")

    def _same(self, reader: Any, writer: Any, at: str) -> Iterator[Finding]:
        kind = _type(reader)
        if kind in _NAMED:
            if (reader["name"], writer["name"]) in self._compared:
                return
            self._compared.add((reader["name"], writer["name"]))
        if kind == "record":
            yield from self._fields(reader, writer, at)
        elif kind == "enum":
            yield from _symbols(reader, writer, at)
        elif kind == "fixed" and reader["size"] != writer["size"]:
            yield _unreadable(at, f"{writer['size']} bytes cannot be read as {reader['size']}")
        elif kind in ("array", "map"):
            part = "items" if kind == "array" else "values"
            yield from self.of(reader[part], writer[part], f"{at}[]")

    def _fields(self, reader: Mapping[str, Any], writer: Mapping[str, Any], at: str) -> Iterator[Finding]:
        written = {field["name"]: field for field in writer["fields"]}
        for field in reader["fields"]:
            names = [field["name"], *field.get("aliases", ())]
            source = next((written.pop(name) for name in names if name in written), None)
            path = f"{at}.{field['name']}".lstrip(".")
            if source is not None:
                yield from self.of(field["type"], source["type"], path)
            elif "default" not in field:
                yield _unreadable(path, "the field is not written and has no default")
        for name in written:
            yield Finding(at=f"{at}.{name}".lstrip("."), message="the field would be dropped", harm=Harm.DROPPED)


def _symbols(reader: Mapping[str, Any], writer: Mapping[str, Any], at: str) -> Iterator[Finding]:
    unknown = [symbol for symbol in writer["symbols"] if symbol not in reader["symbols"]]
    if unknown and "default" not in reader:
        yield _unreadable(at, f"{', '.join(unknown)} cannot be read: the enum has no default")
    elif unknown:
        message = f"{', '.join(unknown)} would be read as {reader['default']}"
        yield Finding(at=at, message=message, harm=Harm.DROPPED)


def _alike(reader: Any, writer: Any) -> bool:
    """Tell whether two types, unions aside, can be matched at all."""
    if _logical(reader) != _logical(writer):
        return False
    if _type(reader) in _NAMED:
        return _type(reader) == _type(writer) and _answers_to(reader, writer["name"])
    return _type(reader) == _type(writer) or (_type(writer), _type(reader)) in _PROMOTIONS


def _answers_to(reader: Mapping[str, Any], name: str) -> bool:
    return _short(name) in {_short(one) for one in (reader["name"], *reader.get("aliases", ()))}


def _resolved(schema: Any, named: Mapping[str, Any]) -> Any:
    """Follow a name to its definition, and a type wrapped in a type to its inside."""
    if isinstance(schema, str):
        return named.get(_short(schema), schema)
    if isinstance(schema, dict) and isinstance(schema["type"], dict | list):
        return _resolved(schema["type"], named)
    return schema


def _type(schema: Any) -> str:
    return str(schema["type"]) if isinstance(schema, dict) else str(schema)


def _logical(schema: Any) -> str | None:
    return schema.get("logicalType") if isinstance(schema, dict) else None


def _kind(schema: Any) -> str:
    """Name a type as a person would: `enum Cause`, `date`, `string`."""
    if _type(schema) in _NAMED:
        return f"{_type(schema)} {_short(schema['name'])}"
    return _logical(schema) or _type(schema)


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _unreadable(at: str, message: str) -> Finding:
    return Finding(at=at, message=message, harm=Harm.UNREADABLE)
