"""The folder of one rebuild: what it has read and made so far. So it goes on after a kill."""

import fcntl
import json
import shutil
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from runtime.settings import Settings
from services.rebuilding.rebuild_problems import RebuildRuns

LAYOUT: Final = 1  # of the files; a folder with another one is not read on
WORKERS_END_S: Final = 30.0  # workers of a killed rebuild end within a second
_POLL_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a rebuild reads: the ends of the topics at its start, by topic and partition.

    `made_by` names the versions and rules that its files depend on.
    """

    rebuild_id: str
    made_by: str
    publishers: tuple[str, ...]
    registration_partitions: int
    company_partitions: int
    buckets: int
    checkpoint_records: int
    ends: Mapping[str, Mapping[str, int]]
    """By topic, then by number of the partition (as text)."""

    def end(self, topic: str, partition: int) -> int:
        """Give the end of a partition of a topic; 0 where there is none."""
        return self.ends.get(topic, {}).get(str(partition), 0)


class RebuildDirectory:
    """The files of one rebuild. It can be sent to another process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def manifest(self) -> Manifest:
        """Read what is rebuilt."""
        known = json.loads(self._manifest.read_text(encoding="utf-8"))
        return Manifest(**{**known, "publishers": tuple(known["publishers"])})

    def begin(self, manifest: Manifest) -> None:
        """Start with an empty folder."""
        self.remove()
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._manifest.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(manifest)), encoding="utf-8")
        unfinished.replace(self._manifest)

    def can_go_on(self, made_by: str) -> bool:
        """Tell whether an unfinished rebuild with these versions and rules is there."""
        return self._manifest.exists() and not self._done.exists() and self.manifest.made_by == made_by

    def finished(self) -> None:
        """Note that the rebuild is finished: the next one starts anew."""
        self._done.touch()

    def remove(self) -> None:
        """Remove all files but the locks."""
        self.__dict__.pop("manifest", None)
        for path in self.folder.iterdir() if self.folder.exists() else ():
            if path.suffix != ".lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    @property
    def events(self) -> Path:
        return self.folder / "events"

    @property
    def companies(self) -> Path:
        return self.folder / "companies"

    def folded(self, bucket: int) -> Path:
        return self.folder / "folded" / f"{bucket}.registrations"

    def index(self, bucket: int) -> Path:
        return self.folder / "folded" / f"{bucket}.index"

    def compared(self, bucket: int) -> Path:
        return self.folder / "compared" / f"{bucket}.json"

    @property
    def workers_lock(self) -> Path:
        return self.folder / "workers.lock"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other rebuilds out of the folder, and wait for workers that a killed one left. Raises RebuildRuns."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "rebuild.lock").open("w") as ours, self.workers_lock.open("w") as theirs:
            try:
                fcntl.flock(ours, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _lock_within(theirs.fileno(), WORKERS_END_S)
            except BlockingIOError:
                raise RebuildRuns(folder=str(self.folder)) from None
            fcntl.flock(theirs, fcntl.LOCK_UN)
            yield

    @property
    def _manifest(self) -> Path:
        return self.folder / "manifest.json"

    @property
    def _done(self) -> Path:
        return self.folder / "finished"


def directory_of(settings: Settings) -> RebuildDirectory:
    """Give the folder of the rebuilds of an instance, in its data directory."""
    name = settings.topic_prefix.strip(".") or "register"
    return RebuildDirectory(settings.data_dir.absolute() / "rebuild" / name)


def new_rebuild_id() -> str:
    """Make the id of a rebuild."""
    return str(uuid.uuid4())


def versions_and(rules: str) -> str:
    """Name what the files of a rebuild depend on."""
    return f"layout {LAYOUT}, Python {sys.version_info[:2]}, rules {rules}"


def parts_in(folder: Path, suffix: str) -> frozenset[int]:
    """List the numbers of the finished parts in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return frozenset(int(path.stem) for path in folder.iterdir() if path.suffix == suffix)


def _lock_within(descriptor: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_POLL_S)
