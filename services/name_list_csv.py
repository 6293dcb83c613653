"""Reads a list of names in both scripts: a CSV file with the columns country, source, local_id, name_ar, name_en."""

import csv
from pathlib import Path
from typing import Final

from matching.measuring.suggester_accuracy import BilingualName
from services import file_problems

COLUMNS: Final = ("country", "source", "local_id", "name_ar", "name_en")


def read_bilingual(file: Path) -> list[BilingualName]:
    """Read the list; raises a problem for one that cannot be read whole."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return _rows(file, csv.DictReader(lines, strict=True))
    except OSError as fault:
        raise file_problems.FileUnreadable(file=str(file), why=str(fault.strerror)) from fault
    except UnicodeDecodeError as fault:
        raise file_problems.NoUtf8(file=str(file), byte=fault.start) from fault
    except csv.Error as fault:
        raise file_problems.NoCsv(file=str(file), why=str(fault)) from fault


def _rows(file: Path, reader: "csv.DictReader[str]") -> list[BilingualName]:
    columns = reader.fieldnames or ()
    if missing := [name for name in COLUMNS if name not in columns]:
        raise file_problems.ColumnsMissing(file=str(file), missing=tuple(missing), wanted=COLUMNS)
    rows = [_row(row, file, reader.line_num) for row in reader]
    if not rows:
        raise file_problems.NoRows(file=str(file))
    return rows


def _row(row: dict[str, str | None], file: Path, line: int) -> BilingualName:
    values = {name: (row[name] or "").strip() for name in COLUMNS}
    if empty := [name for name in COLUMNS if not values[name] and name != "local_id"]:
        raise file_problems.FieldsEmpty(file=str(file), line=line, fields=tuple(empty))
    return BilingualName(
        jurisdiction=values["country"].upper(),
        source=values["source"],
        local_id=values["local_id"],
        arabic=values["name_ar"],
        english=values["name_en"],
    )
