"""Check the versions of Python and of the libraries: what runs must be what was tested."""

import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from services.health.findings import Bad, Doubtful, Good, HealthFinding

PACKAGE: Final = "sijill"
LOCKS: Final = ("requirements.lock", "requirements-run.lock")  # in a checkout; an installed package has none
FIRST, BEYOND = (3, 11), (3, 14)  # as `requires-python` of pyproject.toml; a test compares the two

_PIN: Final = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class PythonTested(Good):
    """Python is one of the versions that the tests run with."""

    version: str


@dataclass(frozen=True, kw_only=True)
class PythonUntested(Bad):
    """Python is older or newer than the versions that Sijill supports."""

    version: str
    first: str
    before: str


@dataclass(frozen=True, kw_only=True)
class LibrariesAsLocked(Good):
    """Each installed library has the version of the lock, or of the package's own requirements."""

    libraries: int


@dataclass(frozen=True, kw_only=True)
class LibraryDiffers(Doubtful):
    """A library has another version than the one that Sijill was tested with."""

    library: str
    locked: tuple[str, ...]
    installed: str


def python_findings(version: tuple[int, int] = sys.version_info[:2]) -> Sequence[HealthFinding]:
    """Compare the version of Python with those that Sijill supports."""
    if FIRST <= version < BEYOND:
        return [PythonTested(version=platform.python_version())]
    first, before = (".".join(map(str, one)) for one in (FIRST, BEYOND))
    return [PythonUntested(version=".".join(map(str, version)), first=first, before=before)]


def library_findings(locked: Mapping[str, tuple[str, ...]], installed: Mapping[str, str]) -> Sequence[HealthFinding]:
    """Compare the installed libraries with a lock, by name; a library that is not installed is not in use."""
    both = sorted(set(locked) & set(installed))
    wrong = [
        LibraryDiffers(library=name, locked=locked[name], installed=installed[name])
        for name in both
        if installed[name] not in locked[name]
    ]
    return wrong or [LibrariesAsLocked(libraries=len(both))]


def check_libraries() -> Sequence[HealthFinding]:
    """Compare what is installed here with the lock of the checkout, or with what the package requires."""
    return library_findings(_locked(), _installed())


def _locked() -> Mapping[str, tuple[str, ...]]:
    root = Path(__file__).resolve().parents[2]
    found = [root / name for name in LOCKS if (root / name).is_file()]
    text = found[0].read_text(encoding="utf-8") if found else "\n".join(metadata.requires(PACKAGE) or ())
    return pins(text)


def pins(text: str) -> Mapping[str, tuple[str, ...]]:
    r"""Read the exact versions of a lock, by name; a library may have several, each for some platform.

    >>> pins("aiokafka==0.14.0 \\\n --hash=sha256:00\nSome_Lib[extra]==1.2 ; python_version < '3.12'\nsijill[cli]")
    {'aiokafka': ('0.14.0',), 'some-lib': ('1.2',)}
    """
    versions: dict[str, tuple[str, ...]] = {}
    for name, version in _PIN.findall(text):
        versions[_canonical(name)] = (*versions.get(_canonical(name), ()), version)
    return versions


def _installed() -> Mapping[str, str]:
    return dict(_names_and_versions(metadata.distributions()))


def _names_and_versions(found: Iterable[metadata.Distribution]) -> Iterator[tuple[str, str]]:
    seen = set()
    for one in found:
        name = _canonical(one.metadata["Name"] or "")
        if name not in seen:  # the first on the path is the one that is imported
            seen.add(name)
            yield name, one.version


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
