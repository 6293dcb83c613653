"""docs/reference/benchmarks.md, written from results.json: the page holds nothing that is not in the file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks import sections
from benchmarks.markdown import conditions

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks.md"
_OPENING: Final = """\
# Benchmarks

Written by `make bench`, from `benchmarks/results.json`; edit neither by hand. Every number is the median of its rounds,
with the lowest and the highest beside it. The load are events of the simulated registries (`sijill simulate`), the
broker is a real Apache Kafka with one node, started for the run on the same machine. A rate counts from the first
committed output to the last, as a `read_committed` reader sees them; starting up is not counted. *CPU µs* is the
processor time of the worker processes per event, which other work on the machine disturbs less than the rate.
"""


def write(results: Mapping[str, Any]) -> None:
    """Write the page."""
    lines = [_OPENING]
    for name, section in sections.ALL.items():
        if name in results:
            lines += [*section(results), "", *conditions(results[name]["conditions"]), ""]
    PAGE.write_text("\n".join(lines), encoding="utf-8")
