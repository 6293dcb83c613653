"""Reads CSV: every line below the header is part of a row or of a refusal, or counts as blank.

A quote that is out of place makes one row of many lines. Such a row is refused with its lines where one of them could
be a row by itself. A value may also run over lines and hold commas, as an address does; then the row says so.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from producers.feeds.feed import CountedRows, Odd
from producers.feeds.files import FileRow, fault_in_text, lines_of
from producers.problems import FileFault, UnusableFile
from register.invisible_characters import without_invisible

_ENDS_INSIDE: Final = "unexpected end of data"  # what csv says of a quote that nothing closes


def csv_rows(path: Path, mandatory: Sequence[str], counted: CountedRows) -> Iterator[FileRow]:
    """Read a CSV file with a header line; raises UnusableFile where that names not all mandatory columns."""
    lines: list[str] = []  # those of the row that is being read
    reader = csv.reader(_copied_lines(lines_of(path), lines), strict=True)
    try:
        names = next(reader, [])
    except csv.Error as fault:
        raise UnusableFile(str(path), FileFault.NO_CSV, why=str(fault)) from fault
    header = _header(path, names, mandatory, reader.line_num)
    above = reader.line_num
    while True:
        lines.clear()
        first = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            counted.found = reader.line_num - above
            yield FileRow(
                number=first, record={}, fault=_fault_of_row(fault, first, reader.line_num), last=reader.line_num
            )
            continue
        counted.found = reader.line_num - above
        if values and (len(values) > 1 or values[0].strip()):
            yield _row(first, reader.line_num, header, values, lines)
        else:
            counted.blank += reader.line_num - first + 1


def _copied_lines(lines: Iterator[str], into: list[str]) -> Iterator[str]:
    for line in lines:
        into.append(line)
        yield line


def _header(path: Path, names: Sequence[str], mandatory: Sequence[str], lines: int) -> list[str]:
    header = [without_invisible(name).strip() for name in names]
    first = ",".join(header)[:200]
    if any(fault_in_text(name) for name in header):
        raise UnusableFile(str(path), FileFault.NO_UTF8, header=first)
    if lines > 1:
        raise UnusableFile(str(path), FileFault.LONG_HEADER, lines=lines)
    if missing := [name for name in mandatory if name not in header]:
        raise UnusableFile(str(path), FileFault.COLUMNS_MISSING, columns=missing, header=first)
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise UnusableFile(str(path), FileFault.COLUMNS_TWICE, columns=twice)
    return header


def _row(first: int, last: int, header: Sequence[str], values: Sequence[str], lines: Sequence[str]) -> FileRow:
    fault = fault_in_text("".join(values))
    if len(values) != len(header):
        fault = f"it has {len(values)} values for {len(header)} columns{_lines_of_row(first, last)}"
    elif last > first and any(_is_a_row(line, len(header)) for line in lines[1:]):
        fault = f"it has taken in what seems to be another row{_lines_of_row(first, last)}"
    if fault is not None:
        return FileRow(number=first, record={}, fault=fault, last=last)
    odd = tuple(_values_over_lines(first, last, header, values)) if last > first else ()
    return FileRow(number=first, record=dict(zip(header, values, strict=True)), last=last, odd=odd)


def _is_a_row(line: str, columns: int) -> bool:
    """Tell whether a line alone has as many values as a row."""
    try:
        return columns > 1 and len(next(csv.reader([line]), ())) == columns
    except csv.Error:
        return True


def _values_over_lines(first: int, last: int, header: Sequence[str], values: Sequence[str]) -> Iterator[Odd]:
    for name, value in zip(header, values, strict=True):
        if "," in value and ("\n" in value or "\r" in value):
            message = f"the value runs over lines and holds commas{_lines_of_row(first, last)}"
            yield Odd(field=name, message=message)


def _fault_of_row(fault: csv.Error, first: int, last: int) -> str:
    message = "a quote is left open at the end of the file" if str(fault) == _ENDS_INSIDE else str(fault)
    return f"{message}{_lines_of_row(first, last)}"


def _lines_of_row(first: int, last: int) -> str:
    return "" if first == last else f": lines {first} to {last} are read as one row, is a quote out of place in them?"
