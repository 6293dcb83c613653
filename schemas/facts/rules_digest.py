"""One number for the rules: what decides the register, besides its events and judgements."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from schemas.facts.reading import content_of
from schemas.facts.rules_folder import RULES, remembered, rule_path


@remembered
def rules_digest() -> str:
    """Hash the rules: 64 hexadecimal digits. Comments, blanks and the order of keys do not count."""
    found = {named: content_of(path) for name in RULES for named, path in _files(name, rule_path(name))}
    return sha256(json.dumps(found, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _files(name: str, path: Path) -> Iterator[tuple[str, Path]]:
    if not path.is_dir():
        yield name, path
        return
    yield from ((str(Path(name) / file.relative_to(path)), file) for file in sorted(path.rglob("*.yaml")))
