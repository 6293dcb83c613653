"""Check this machine: the disk, the data directory, and processes that end again and again."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from runtime.process_ends import ProcessEnd, ends_of
from runtime.settings import Settings
from services.health.findings import Bad, Doubtful, Good, HealthFinding
from services.processes import PROCESSES

GIB: Final = 1 << 30
LEAST_FREE: Final = GIB // 4  # bytes; below, RocksDB and PostgreSQL may fail at the next flush
LITTLE_FREE: Final = 2 * GIB
LITTLE_SHARE: Final = 0.05
OFTEN: Final = 3  # ends, so that one crash and one `kill -9` are none
RECENTLY_S: Final = 600.0


class Access(StrEnum):
    """What keeps us from using a file or a directory."""

    NO_DIRECTORY = "no_directory"
    UNREADABLE = "unreadable"
    UNWRITABLE = "unwritable"


@dataclass(frozen=True, kw_only=True)
class DiskFree(Good):
    """The disk of the data directory has room, in bytes."""

    path: Path
    free: int
    states: int


@dataclass(frozen=True, kw_only=True)
class DiskNearlyFull(Doubtful):
    """The disk of the data directory has little room left, in bytes."""

    path: Path
    free: int
    total: int
    states: int


@dataclass(frozen=True, kw_only=True)
class DiskFull(Bad):
    """The disk of the data directory has no room left for the next flush, in bytes."""

    path: Path
    free: int
    states: int


@dataclass(frozen=True, kw_only=True)
class DirectoryUsable(Good):
    """We may read and write the data directory and what is in it."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class DirectoryUnusable(Bad):
    """We may not use a file or a directory of ours. `count` more are alike."""

    path: Path
    access: Access
    user: int
    owner: int | None
    count: int


@dataclass(frozen=True, kw_only=True)
class NoneRestarts(Good):
    """No process ended again and again."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class RestartsOften(Bad):
    """A process ended several times within some seconds. `code`: the exit code of the latest end."""

    process: str
    times: int
    seconds: float
    code: int | None


def check_disk(settings: Settings) -> Sequence[HealthFinding]:
    """Measure the free space of the data directory's disk, and the size of the states."""
    path = _there(settings.data_dir.absolute())
    total, _, free = shutil.disk_usage(path)
    return disk_findings(path, free=free, total=total, states=size_of(settings.state_dir))


def disk_findings(path: Path, *, free: int, total: int, states: int) -> Sequence[HealthFinding]:
    """Judge the free space of a disk, all in bytes."""
    if free < LEAST_FREE:
        return [DiskFull(path=path, free=free, states=states)]
    if free < min(LITTLE_FREE, LITTLE_SHARE * total):
        return [DiskNearlyFull(path=path, free=free, total=total, states=states)]
    return [DiskFree(path=path, free=free, states=states)]


def size_of(folder: Path) -> int:
    """Add up the bytes of all files below a folder; what goes away meanwhile counts as nothing."""
    total = 0
    for root, _, files in os.walk(folder):
        for name in files:
            with suppress(FileNotFoundError):
                total += (Path(root) / name).stat().st_size
    return total


def check_directory(settings: Settings) -> Sequence[HealthFinding]:
    """Look for files and directories of ours that we may not read and write."""
    wrong = list(_unusable(settings))
    if not wrong:
        return [DirectoryUsable(path=settings.data_dir.absolute())]
    path, access = wrong[0]
    return [
        DirectoryUnusable(path=path, access=access, user=os.geteuid(), owner=_owner(path), count=len(wrong) - 1),
    ]


def check_restarts(settings: Settings, now: float) -> Sequence[HealthFinding]:
    """Look for processes of this data directory that ended again and again; `now` in seconds since 1970."""
    folder = settings.data_dir.absolute() / "run"
    return restart_findings({name: ends_of(folder, name) for name in PROCESSES}, now)


def restart_findings(ends: Mapping[str, Iterable[ProcessEnd]], now: float) -> Sequence[HealthFinding]:
    """Judge the latest ends of the processes, by name."""
    found: list[HealthFinding] = []
    for name, every in ends.items():
        recent = [one for one in every if now - RECENTLY_S <= one.at <= now]
        if len(recent) >= OFTEN:
            found.append(
                RestartsOften(process=name, times=len(recent), seconds=now - recent[0].at, code=recent[-1].code)
            )
    return found or [NoneRestarts(seconds=RECENTLY_S)]


def _unusable(settings: Settings) -> Iterator[tuple[Path, Access]]:
    """Give what we cannot use: the data directory, our folders in it, and the stores."""
    data = settings.data_dir.absolute()
    if not os.path.exists(data):  # noqa: PTH110  (pathlib raises where a folder above may not be entered)
        parent = _there(data)
        if not os.access(parent, os.W_OK | os.X_OK):
            yield parent, Access.UNWRITABLE
        return
    if (fault := _fault(data)) is not None:
        yield data, fault
        return
    for folder in (data / "run", settings.logs_dir, settings.state_dir, *settings.state_dir.glob("*/*")):
        if os.path.lexists(folder) and (fault := _fault(folder)) is not None:
            yield folder, fault


def _fault(path: Path) -> Access | None:
    needed = os.X_OK if path.is_dir() else 0
    if not path.is_dir() and path.suffix == "":
        return Access.NO_DIRECTORY
    if not os.access(path, os.R_OK | needed):
        return Access.UNREADABLE
    return None if os.access(path, os.W_OK | needed) else Access.UNWRITABLE


def _there(path: Path) -> Path:
    """Give the nearest folder that exists."""
    while not os.path.exists(path) and path != path.parent:  # noqa: PTH110  (as above)
        path = path.parent
    return path


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except OSError:
        return None
