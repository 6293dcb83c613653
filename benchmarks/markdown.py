"""What the sections of the reference page are written with."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

PICTURES: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "pictures"
Results = Mapping[str, Any]


def conditions(facts: Mapping[str, Any]) -> Iterator[str]:
    """Say what a section was measured on."""
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    measured = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in facts["sizes"].items())
    yield (
        f"Measured {facts['measured_at']} on {facts['cores']} cores ({facts['cpu']}), {facts['memory_gb']} GB memory, "
        f"{facts['system']}; load before the run {facts['load_before']}. {versions}. {measured}."
    )


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Write a Markdown table; all columns but the first are numbers."""
    head = list(columns)
    lines = [head, ["---", *("---:" for _ in head[1:])], *([str(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def picture(name: str, words: str) -> Iterator[str]:
    """Show a picture, where it was drawn."""
    file = PICTURES / f"benchmarks-{name}.png"
    if file.exists():
        yield f"![{words}](pictures/{file.name})"
        yield ""


def numbers(measured: Mapping[str, Any]) -> tuple[str, str, str]:
    """Give the cells of a measurement: its median, and its extremes."""
    return f"{measured['median']:,}", f"{measured['lowest']:,}", f"{measured['highest']:,}"


def ranged(measured: Mapping[str, Any]) -> tuple[object, object]:
    """Give the cells of a cost: its median, and the worst."""
    return measured["median"], measured["highest"]
