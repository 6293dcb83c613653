"""Reads JSON (one record or a list) and JSON Lines strictly: no name stands twice, and numbers stay as written.

A record that is no JSON is refused by itself where its brackets separate it from the others.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from producers.feeds.amounts import JsonNumber
from producers.feeds.feed import CountedRows
from producers.feeds.files import DEEPEST, ENCODING, FileRow, bytes_of, check_encoding, fault_in_text, lines_of
from producers.problems import FileFault, UnusableFile


class NoJsonValue(str):
    """`NaN` or `Infinity`: programs write them into JSON, which has no such values."""

    __slots__ = ()
    __repr__ = str.__str__


class _Twice(dict[str, Any]):
    """A record in which a name stands twice."""

    __slots__ = ("twice",)

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = Counter(name for name, _ in pairs)
        self.twice = sorted(ascii(name) if not name.isprintable() else name for name in names if names[name] > 1)


def json_rows(path: Path, counted: CountedRows) -> Iterator[FileRow]:
    """Read a JSON file that holds one record or a list of them; raises UnusableFile."""
    counted.unit = "record"
    content = bytes_of(path)
    check_encoding(path, content[:4])
    try:
        text = content.decode(ENCODING)
        found = _parsed(text)
    except UnicodeDecodeError as fault:
        raise UnusableFile(str(path), FileFault.NO_JSON, why=str(fault)) from fault
    except (ValueError, RecursionError) as fault:
        apart = _records_in(text)
        if apart is None:
            raise UnusableFile(str(path), FileFault.NO_JSON, why=str(fault)) from fault
        rows = (_read(number, one) for number, one in enumerate(apart, 1))
    else:
        rows = (_row(number, one) for number, one in enumerate(found if isinstance(found, list) else [found], 1))
    for row in rows:
        counted.found += 1
        yield row


def json_line_rows(path: Path, counted: CountedRows) -> Iterator[FileRow]:
    """Read a file with one JSON record per line; empty lines mean nothing."""
    for number, line in enumerate(lines_of(path), 1):
        counted.found += 1
        if line.strip():
            yield _read(number, line)
        else:
            counted.blank += 1


def _read(number: int, text: str) -> FileRow:
    try:
        return _row(number, _parsed(text))
    except (ValueError, RecursionError) as fault:
        return FileRow(number=number, record={}, fault=f"it is no JSON: {fault}")


def _row(number: int, record: Any) -> FileRow:
    if not isinstance(record, dict):
        return FileRow(number=number, record={}, fault=f"expected a record, found {record!r:.60}")
    fault = _fault_in(record)
    return FileRow(number=number, record={} if fault else record, fault=fault)


def _fault_in(record: dict[str, Any]) -> str | None:
    """Say why a record cannot be taken, whatever its fields mean."""
    level: Sequence[Any] = [record]
    for _ in range(DEEPEST):
        for one in level:
            fault = _fault_of(one)
            if fault is not None:
                return fault
        level = [inner for one in level if isinstance(one, (dict, list)) for inner in _values_in(one)]
        if not level:
            return None
    return f"records stand in it more than {DEEPEST} deep"


def _values_in(value: dict[str, Any] | list[Any]) -> Iterator[Any]:
    return iter(value.values()) if isinstance(value, dict) else iter(value)


def _fault_of(value: Any) -> str | None:
    if isinstance(value, _Twice):
        return f"a name stands twice in it: {', '.join(value.twice):.200}"
    if isinstance(value, dict):
        return fault_in_text("".join(value))
    return fault_in_text(value) if isinstance(value, str) else None


def _named_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    return record if len(record) == len(pairs) else _Twice(pairs)


_parsed: Final = partial(
    json.loads,
    object_pairs_hook=_named_once,
    parse_int=JsonNumber,
    parse_float=JsonNumber,
    parse_constant=NoJsonValue,
)

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|["\[\]{},]', re.DOTALL)
_CLOSES: Final = {"]": "[", "}": "{"}


def _records_in(text: str) -> list[str] | None:
    """Cut a malformed JSON list into its records; None where quotes and brackets do not match."""
    opened: list[str] = []
    cuts: list[int] = []
    for token in _TOKEN.finditer(text):
        if not opened and (token[0] != "[" or cuts or text[: token.start()].strip()):
            return None
        if not _matches(token[0], opened):
            return None
        if (token[0] == "[" and not cuts) or (token[0] == "," and len(opened) == 1) or not opened:
            cuts.append(token.end())
    if opened or not cuts or text[cuts[-1] :].strip():
        return None
    return [text[begin : end - 1] for begin, end in pairwise(cuts)]


def _matches(sign: str, opened: list[str]) -> bool:
    """Record a bracket that opens or closes; tell whether this sign may stand here."""
    if sign in "[{":
        opened.append(sign)
    elif sign in _CLOSES:
        return opened.pop() == _CLOSES[sign]
    return sign != '"'
