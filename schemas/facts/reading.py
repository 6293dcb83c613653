"""Reads the files of facts (YAML). For a malformed fact, the message names its place, and nothing starts.

Each function raises MalformedFacts; `where` names the file and the place in it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from schemas.problems import ContractProblem

_LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader  # in C it takes a tenth of the time


class MalformedFacts(ContractProblem):
    """A file of facts in schemas/ is malformed; the message names the file and the fact."""


def content_of(path: Path) -> Any:
    """Read a file of facts; raises MalformedFacts where it is no YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  (both loaders are safe)
    except yaml.YAMLError as fault:
        raise MalformedFacts(f"{path}: {fault}") from fault


def only(found: Mapping[str, Any], *, allowed: frozenset[str], mandatory: frozenset[str], where: str) -> None:
    """Require names to be known, and none of the mandatory ones to be missing."""
    if unknown := sorted(set(found) - allowed):
        raise MalformedFacts(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(sorted(allowed))}")
    if missing := sorted(mandatory - set(found)):
        raise MalformedFacts(f"{where}: {', '.join(missing)} is missing")


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """Require names with values."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise MalformedFacts(f"{where}: expected names with values, found {value!r:.60}")
    return value


def listed(value: Any, where: str) -> list[Any]:
    """Require a list that is not empty."""
    if not isinstance(value, list) or not value:
        raise MalformedFacts(f"{where}: expected a list with at least one entry, found {value!r:.60}")
    return value


def text(value: Any, pattern: re.Pattern[str] | None, where: str, *, empty: bool = False) -> str:
    """Require a text, of a form where a pattern is given."""
    if not isinstance(value, str) or not (value.strip() or empty):
        raise MalformedFacts(f"{where}: expected a text, found {value!r:.60} (quote it?)")
    if pattern is not None and not pattern.fullmatch(value):
        raise MalformedFacts(f"{where}: {value!r} is not of the form {pattern.pattern}")
    return value
