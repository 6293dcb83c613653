"""One number for the rules: what decides the register, besides its events and judgements."""

import json
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from schemas.codec.catalogue import FOLDER
from schemas.facts.reading import content_of

RULES: Final = ("authorities", "names", "it_companies.yaml", "legal_forms.yaml", "precedence.yaml")
"""Files and folders of schemas/ that decide what a record says, and which names are suggested."""


@cache
def rules_digest(folder: Path = FOLDER) -> str:
    """Hash the rules: 64 hexadecimal digits. Comments, blanks and the order of keys do not count."""
    found = {str(path.relative_to(folder)): content_of(path) for path in _files(folder)}
    return sha256(json.dumps(found, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for name in RULES:
        path = folder / name
        yield from sorted(path.rglob("*.yaml")) if path.is_dir() else (path,)
