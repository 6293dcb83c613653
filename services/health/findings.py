"""The answer of a check: findings, each with facts and how bad it is. Each door says them in its own words."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import ClassVar, Final

from services.problems import ServiceProblem


class Health(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    """It works, and somebody must look at it."""
    UNCHECKED = "unchecked"
    """It could not be checked."""
    BROKEN = "broken"
    """It does not work, or will not after the next start."""


_ORDER: Final = tuple(Health)  # from good to bad


class HealthFinding:
    """What a check found. A subclass is a frozen dataclass whose fields are the facts."""

    health: ClassVar[Health]

    def facts(self) -> dict[str, object]:
        """Give the facts by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


class Good(HealthFinding):
    """A finding that says that all is well, with what was measured."""

    health = Health.OK


class Doubtful(HealthFinding):
    """A finding that somebody must look at."""

    health = Health.WARNING


class Bad(HealthFinding):
    """A finding that must be mended."""

    health = Health.BROKEN


@dataclass(frozen=True, kw_only=True)
class ServerAway(Bad):
    """A server does not answer."""

    problem: ServiceProblem


@dataclass(frozen=True, kw_only=True)
class NotChecked(HealthFinding):
    """The check met a problem of a server, so that it says nothing."""

    health = Health.UNCHECKED

    problem: ServiceProblem


@dataclass(frozen=True, kw_only=True)
class ServerNeeded(HealthFinding):
    """The check needs a server that is away: the check of that server says more."""

    health = Health.UNCHECKED

    server: str


@dataclass(frozen=True, kw_only=True)
class TookTooLong(HealthFinding):
    """The check did not end in time."""

    health = Health.UNCHECKED

    after_s: float


def worst(findings: Sequence[HealthFinding]) -> Health:
    """Give the health of the worst of some findings.

    >>> worst([])
    <Health.OK: 'ok'>
    """
    return max((one.health for one in findings), key=_ORDER.index, default=Health.OK)
