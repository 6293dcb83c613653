"""Opens the files of feeds: JSON (one record or a list), JSON Lines and CSV, each record with where it stands."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from producers.problems import UnusableFile

ENCODING: Final = "utf-8-sig"  # UTF-8, with or without the mark that spreadsheets put before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record of a file, or why it cannot be read."""

    number: int
    record: Mapping[str, Any]
    fault: str | None = None


def json_rows(path: Path) -> Iterator[Row]:
    """Read a JSON file that holds one record or a list of them; raises UnusableFile."""
    try:
        content = json.loads(_bytes(path).decode(ENCODING))
    except (ValueError, RecursionError) as fault:
        raise UnusableFile(f"{path} is no JSON in UTF-8: {fault}") from fault
    for number, record in enumerate(content if isinstance(content, list) else [content], 1):
        yield _row(number, record)


def json_line_rows(path: Path) -> Iterator[Row]:
    """Read a file with one JSON record per line; empty lines mean nothing."""
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as fault:
            yield Row(number=number, record={}, fault=f"the line is no JSON: {fault}")
            continue
        yield _row(number, record)


def csv_rows(path: Path, mandatory: Sequence[str]) -> Iterator[Row]:
    """Read a CSV file with a header line; raises UnusableFile where that names not all mandatory columns."""
    reader = csv.reader(_lines(path), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as fault:
        raise UnusableFile(f"{path}, line 1: {fault}") from fault
    if missing := [name for name in mandatory if name not in header]:
        raise UnusableFile(f"{path} has no column {', '.join(missing)}: its first line is {','.join(header)[:200]!r}")
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise UnusableFile(f"{path} has more than one column {', '.join(twice)}")
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            yield Row(number=line, record={}, fault=str(fault))
            continue
        if values:
            yield _csv_row(line, header, values)


def _csv_row(line: int, header: Sequence[str], values: Sequence[str]) -> Row:
    if len(values) != len(header):
        return Row(number=line, record={}, fault=f"it has {len(values)} values for {len(header)} columns")
    return _row(line, dict(zip(header, values, strict=True)))


def _row(number: int, record: Any) -> Row:
    if not isinstance(record, dict):
        return Row(number=number, record={}, fault=f"expected a record, found {record!r:.60}")
    if _has_surrogates(record):
        return Row(number=number, record={}, fault="it is not in UTF-8")
    return Row(number=number, record=record)


def _has_surrogates(value: Any) -> bool:
    """Tell whether a text holds half a character: it cannot be written as UTF-8."""
    if isinstance(value, str):
        return not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return any(_has_surrogates(name) or _has_surrogates(inner) for name, inner in value.items())
    return isinstance(value, list) and any(map(_has_surrogates, value))


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding=ENCODING, errors="surrogateescape", newline="") as file:
            yield from file
    except OSError as fault:
        raise UnusableFile(f"{path} cannot be read: {fault.strerror or fault}") from fault


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UnusableFile(f"{path} cannot be read: {fault.strerror or fault}") from fault
