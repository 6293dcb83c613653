"""The examples of the contract, for the tests that take every one of them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from schemas.codec.catalogue import FOLDER

EXAMPLES: Final = FOLDER / "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One file: the plain JSON form of one value."""

    record: str
    version: int
    situation: str
    path: Path

    @property
    def plain(self) -> Any:
        """Read the file."""
        return json.loads(self.path.read_text(encoding="utf-8"))

    def __str__(self) -> str:
        return f"{self.record}.v{self.version}.{self.situation}"


def examples(record: str | None = None) -> list[Example]:
    """List the examples, of one record or of all."""
    found = [
        Example(record=path.parts[-3], version=int(path.parts[-2].removeprefix("v")), situation=path.stem, path=path)
        for path in sorted(EXAMPLES.glob("*/v*/*.json"))
    ]
    return [example for example in found if record in (None, example.record)]
