"""Reads a list of names in both scripts: a CSV file with the columns country, source, local_id, name_ar, name_en."""

import csv
from pathlib import Path
from typing import Final

from matching.measuring.known_pairs import BilingualName
from services.problems import CommandProblem

COLUMNS: Final = ("country", "source", "local_id", "name_ar", "name_en")


def read_bilingual(file: Path) -> list[BilingualName]:
    """Read the list; raises CommandProblem that says what, where and what to do."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return _rows(file, csv.DictReader(lines, strict=True))
    except OSError as fault:
        raise CommandProblem(f"{file} cannot be read: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise CommandProblem(f"{file} is not UTF-8 at byte {fault.start:,}: save it as CSV UTF-8") from fault
    except csv.Error as fault:
        raise CommandProblem(f"{file} is no CSV file: {fault}") from fault


def _rows(file: Path, reader: "csv.DictReader[str]") -> list[BilingualName]:
    columns = reader.fieldnames or ()
    if missing := [name for name in COLUMNS if name not in columns]:
        raise CommandProblem(
            f"{file}, line 1: no column {', '.join(missing)}; the first line must name {', '.join(COLUMNS)}"
        )
    rows = [_row(row, f"{file}, line {reader.line_num}") for row in reader]
    if not rows:
        raise CommandProblem(f"{file} has no row below its first line: nothing to measure")
    return rows


def _row(row: dict[str, str | None], where: str) -> BilingualName:
    values = {name: (row[name] or "").strip() for name in COLUMNS}
    if empty := [name for name in COLUMNS if not values[name] and name != "local_id"]:
        raise CommandProblem(f"{where}: {', '.join(empty)} is empty; fill it in, or take the row out")
    return BilingualName(
        state=values["country"].upper(),
        source=values["source"],
        local_id=values["local_id"],
        arabic=values["name_ar"],
        english=values["name_en"],
    )
