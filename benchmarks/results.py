"""What was measured, kept in benchmarks/results.json: one section per kind of measurement, each with its conditions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

FILE: Final = Path(__file__).with_name("results.json")


def read() -> dict[str, Any]:
    """Read all that was measured so far; empty before the first run."""
    found: dict[str, Any] = orjson.loads(FILE.read_bytes()) if FILE.exists() else {}
    return found


def merge(measured: Mapping[str, Any]) -> dict[str, Any]:
    """Put new sections in the place of those of the same name; returns them all."""
    found = {**read(), **measured}
    FILE.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    return found
