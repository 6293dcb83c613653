"""What was released stays: the id and the content of every schema version that ever left this repository.

`released.yaml` is the committed snapshot; a contract test holds the catalogue against it. `python -m schemas.released`
adds the versions that are new. Only a version that nobody can have written with may be taken again, by naming it:
`python -m schemas.released --retake Properties.v1`.
"""

import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import yaml

from schemas.codec.catalogue import FOLDER, Catalogue, catalogue

SNAPSHOT: Final = FOLDER / "released.yaml"
_HEADING: Final = """\
# Written by `python -m schemas.released`, once per release: the id of every schema version, and the SHA-256 of its
# standalone schema, white space aside. A version that stands here is never edited and never loses its id; what must
# change becomes a new version.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One released version. `id` is None for a part of other records."""

    id: int | None
    sha256: str


Snapshot = Mapping[str, Release]
"""By `Record.vN`."""


def released(path: Path = SNAPSHOT) -> Snapshot:
    """Read the snapshot."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: Release(id=entry["id"], sha256=entry["sha256"]) for name, entry in entries.items()}


def current(schemas: Catalogue | None = None) -> Snapshot:
    """Say what the catalogue holds now."""
    versions = schemas or catalogue()
    return {f"{one.record}.v{one.version}": Release(id=one.id, sha256=fingerprint(one.standalone)) for one in versions}


def fingerprint(schema: object) -> str:
    """Hash a schema with its parts and its documentation: a schema registry tells schemas apart by the same."""
    return sha256(json.dumps(schema, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def breaches(before: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """Say what was released and is no longer as it was; empty when all of it is."""
    broken = []
    for name, release in before.items():
        if name not in now:
            broken.append(f"{name} was released and is gone: put its file and its entry in the catalogue back")
        elif now[name].id != release.id:
            broken.append(f"{name} was released with id {release.id} and has {now[name].id}: an id is never changed")
        elif now[name].sha256 != release.sha256:
            broken.append(f"{name} was released and was edited: put it back, and make the change in a new version")
    taken = {release.id: name for name, release in before.items() if release.id is not None}
    for name, release in now.items():
        if release.id is not None and taken.get(release.id, name) != name:
            broken.append(f"{name} takes id {release.id}, which was released for {taken[release.id]}: take a new one")
    return tuple(broken)


def unreleased(before: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """Name the versions that are new since the snapshot."""
    return tuple(name for name in now if name not in before)


def take(before: Snapshot, now: Snapshot, *, again: Collection[str] = ()) -> Snapshot:
    """Give the next snapshot: all that stood in it, what is new, and what is named to be taken again."""
    kept = {name: release for name, release in before.items() if name not in again}
    broken = breaches(kept, now)
    if broken:
        raise ValueError("\n".join(broken))
    return {**kept, **{name: release for name, release in now.items() if name not in kept}}


def written(snapshot: Snapshot) -> str:
    """Write a snapshot as its file."""
    lines = [f"{name}: {{id: {_id(one.id)}, sha256: {one.sha256}}}" for name, one in sorted(snapshot.items())]
    return _HEADING + "\n".join(lines) + "\n"


def _id(schema_id: int | None) -> str:
    return "null" if schema_id is None else str(schema_id)


def main(words: list[str]) -> int:
    """Take the snapshot; exit code 1 when something that was released would change."""
    again = words[1:] if words[:1] == ["--retake"] else []
    before = released() if SNAPSHOT.exists() else {}
    try:
        snapshot = take(before, current(), again=again)
    except ValueError as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    SNAPSHOT.write_text(written(snapshot), encoding="utf-8")
    sys.stdout.write(f"{len(unreleased(before, current()))} new, {len(snapshot)} in all\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
