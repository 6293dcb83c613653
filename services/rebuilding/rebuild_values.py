"""What a rebuild is asked for, tells on its way, and answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from register.differences import CompanyDifference
from register.ids import CompanyId


class RebuildStep(StrEnum):
    """The steps of a rebuild, in their order."""

    READ = "read"
    FOLD = "fold"
    RESOLVE = "resolve"
    COMPARE = "compare"
    SETTLE = "settle"


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildProgress:
    """How far a step is: of READ in records, of FOLD and COMPARE in buckets, of SETTLE in companies left."""

    step: RebuildStep
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildOptions:
    """How to rebuild. `processes` is 0 for one per core. `fresh`: do not continue a rebuild that was killed."""

    processes: int = 0
    fresh: bool = False
    with_cases: bool = False
    """Rebuild the cases of `resolve`, too. `--apply` needs them."""
    timeout_s: float = 600.0
    """How long the live processors may take to work off what was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildResult:
    """What a rebuild found. `digest` and `companies` are those at `offsets`, the ends at the start."""

    rebuild_id: str
    events: int
    companies: int
    digest: str
    rules: str
    offsets: Mapping[str, int]
    differences: tuple[CompanyDifference, ...]
    unsettled: tuple[CompanyId, ...]
    """Companies whose events came so fast that it is not known whether they differ."""
    seconds: float
    continued: bool
    """Whether it went on where a killed one was."""

    @property
    def events_per_s(self) -> float:
        return self.events / self.seconds if self.seconds else 0.0


ReportRebuild = Callable[[RebuildProgress], None]
