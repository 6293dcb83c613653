"""What keeps the register from being rebuilt and compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.problems import ServiceProblem


@dataclass(kw_only=True, eq=False)
class RebuildRuns(ServiceProblem):
    """Another rebuild uses this folder."""

    folder: str


@dataclass(kw_only=True, eq=False)
class LiveRegisterBehind(ServiceProblem):
    """The live processors did not work off in time what was in their topics.

    `behind`: by stage, the records left. `idle` names the processes without a member.
    """

    behind: Mapping[str, int]
    idle: tuple[str, ...]
    after_s: float


@dataclass(kw_only=True, eq=False)
class TooManyDifferences(ServiceProblem):
    """More companies differ than may be repaired without a person who says so: `most`."""

    different: int
    companies: int
    most: int
