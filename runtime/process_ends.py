"""The latest ends of a supervised process, in a file beside its pid file: whether it ends again and again.

The file has one line of JSON per end, the newest last. It is kept short, and a damaged line counts as none.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

MOST: Final = 20  # ends that are kept of each process
_SUFFIX: Final = ".ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessEnd:
    """One end. `at`: seconds since 1970. `code`: the exit code, negative for a signal; None where nobody knows it."""

    at: float
    code: int | None


def note_end(folder: Path, name: str, end: ProcessEnd) -> None:
    """Add an end of a process; the oldest ones are dropped."""
    kept = [*ends_of(folder, name), end][-MOST:]
    path = folder / (name + _SUFFIX)
    partial = path.with_suffix(".partial-ends")
    partial.write_text("".join(json.dumps(asdict(one)) + "\n" for one in kept), encoding="utf-8")
    partial.replace(path)


def ends_of(folder: Path, name: str) -> tuple[ProcessEnd, ...]:
    """Read the latest ends of a process, the newest last."""
    return tuple(_read(folder / (name + _SUFFIX)))


def _read(path: Path) -> Iterator[ProcessEnd]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            found = json.loads(line)
            yield ProcessEnd(at=float(found["at"]), code=found["code"])
        except (ValueError, KeyError, TypeError):  # cut off by a full disk
            continue
