"""docs/reference/benchmarks.md, written from results.json: the page holds nothing that is not in the file."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks.md"
_OPENING: Final = """\
# Benchmarks

Written by `make bench`, from `benchmarks/results.json`; edit neither by hand. Every number is the median of its rounds,
with the lowest and the highest beside it. The load are events of the simulated registries (`sijill simulate`), the
broker is a real Apache Kafka with one node, started for the run on the same machine. A rate counts from the first
committed output to the last, as a `read_committed` reader sees them; starting up is not counted.
"""


def write(results: Mapping[str, Any]) -> None:
    """Write the page."""
    parts = [_OPENING]
    if "merge" in results:
        parts.append(_merge(results["merge"]))
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def _merge(section: Mapping[str, Any]) -> str:
    rates = section["per_second"]
    rows = [(meaning, *_numbers(rates[name])) for name, meaning in MERGE_ROWS.items() if name in rates]
    return "\n".join(
        [
            "## The merge job and its stages, exactly once",
            "",
            "Events of the registries become one record per company: `admit` judges an event, writes its receipt, its",
            "registration's state and a statement; `unify` merges the statement into the company and tells the change.",
            "*In memory* are the same steps on the same bytes in one process, without Kafka and without a disk.",
            "",
            table(("what", "per second", "lowest", "highest"), rows),
            "",
            f"Of the functions in memory: {section['of_memory']['in_turn']:.2f} with one process at a time "
            f"(the times of `admit` and `unify` added), {section['of_memory']['together']:.2f} with both at once.",
            "",
            *conditions(section["conditions"]),
            "",
        ]
    )


MERGE_ROWS: Final = {
    "together": "events, `admit` and `unify` at once, two processes",
    "in_turn": "events, `admit` then `unify`, one process at a time",
    "memory": "events, the same functions in memory, one process",
    "admit": "`admit` alone: events",
    "unify": "`unify` alone: statements",
    "notify": "`notify` alone: changes, against three subscriptions",
    "projection": "`projection` alone: records into PostgreSQL",
    "memory_admit": "`admit` in memory: events",
    "memory_unify": "`unify` in memory: statements",
}


def conditions(facts: Mapping[str, Any]) -> Iterable[str]:
    """Say what a section was measured on."""
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    sizes = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in facts["sizes"].items())
    yield (
        f"Measured {facts['measured_at']} on {facts['cores']} cores ({facts['cpu']}), {facts['memory_gb']} GB memory, "
        f"{facts['system']}; load before the run {facts['load_before']}. {versions}. {sizes}."
    )


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Write a Markdown table; all columns but the first are numbers."""
    head = list(columns)
    lines = [head, ["---", *("---:" for _ in head[1:])], *([str(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _numbers(measured: Mapping[str, Any]) -> tuple[str, str, str]:
    return f"{measured['median']:,}", f"{measured['lowest']:,}", f"{measured['highest']:,}"
