"""A steward's decisions: two registrations are the same company, or they are not, or nobody can tell.

Judgements are kept for ever and can be revoked. Of two judgements on one pair the later one holds. The time of the
decision makes it later, then its id. The order of reading decides nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from register.ids import RegistrationId


class Verdict(StrEnum):
    """The decision of a steward on a pair."""

    UNKNOWN = "UNKNOWN"
    """A verdict that this version does not know: it decides nothing."""
    UNDECIDED = "UNDECIDED"
    SAME = "SAME"
    DIFFERENT = "DIFFERENT"


class Standing(StrEnum):
    """Whether a judgement still holds, and if not, why."""

    HOLDS = "HOLDS"
    """It is the latest on its pair; if it is undecided, it decides nothing."""
    OVERTAKEN = "OVERTAKEN"
    """A later one on the same pair holds."""
    REVOKED = "REVOKED"
    """Another judgement revokes it."""
    REVOCATION = "REVOCATION"
    """It revokes another judgement, and decides nothing itself."""


RegistrationPair = tuple[RegistrationId, RegistrationId]
"""Two registrations, the smaller id first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One decision: who, why, when, on what evidence. A judgement that `revokes` another one decides nothing."""

    judgement_id: str
    left: RegistrationId
    right: RegistrationId
    verdict: Verdict
    by: str
    why: str
    decided_at: datetime
    evidence: tuple[str, ...] = ()
    revokes: str | None = None

    @property
    def pair(self) -> RegistrationPair:
        """The two registrations that it is about."""
        return (self.left, self.right) if self.left < self.right else (self.right, self.left)

    @property
    def moment(self) -> tuple[datetime, str]:
        """Sorts judgements: the time of the decision, then the id."""
        return self.decided_at, self.judgement_id

    def decision(self) -> "Judgement":
        """Give the judgement without its texts, as processors store it: its size is bounded."""
        return replace(self, why="", evidence=())


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementStanding:
    """A judgement and its standing; `by` is the judgement that revoked or overtook it, or that it revokes."""

    judgement: Judgement
    standing: Standing
    by: str | None = None


def holding_judgements(judgements: Iterable[Judgement]) -> Mapping[RegistrationPair, Judgement]:
    """Find the judgement that holds for each pair: the latest one that was not revoked."""
    held = (one.judgement for one in standings_of(judgements) if one.standing is Standing.HOLDS)
    return {one.pair: one for one in held if one.verdict in (Verdict.SAME, Verdict.DIFFERENT)}


def standings_of(judgements: Iterable[Judgement]) -> tuple[JudgementStanding, ...]:
    """Give the standing of each judgement, the earliest first; all judgements of a pair must be given."""
    known = {(one.pair, one.judgement_id): one for one in sorted(judgements, key=_order)}
    ordered = sorted(known.values(), key=_order)
    revoked = {(one.pair, one.revokes): one.judgement_id for one in reversed(ordered) if one.revokes is not None}
    latest = {
        one.pair: one.judgement_id
        for one in ordered
        if one.revokes is None and (one.pair, one.judgement_id) not in revoked
    }
    return tuple(_standing_of(one, revoked.get((one.pair, one.judgement_id)), latest.get(one.pair)) for one in ordered)


def _standing_of(one: Judgement, revoked_by: str | None, latest: str | None) -> JudgementStanding:
    if one.revokes is not None:
        return JudgementStanding(judgement=one, standing=Standing.REVOCATION, by=one.revokes)
    if revoked_by is not None:
        return JudgementStanding(judgement=one, standing=Standing.REVOKED, by=revoked_by)
    if latest != one.judgement_id:
        return JudgementStanding(judgement=one, standing=Standing.OVERTAKEN, by=latest)
    return JudgementStanding(judgement=one, standing=Standing.HOLDS)


def _order(one: Judgement) -> tuple[object, ...]:
    """Sort judgements by moment; for two with equal ids, which nobody should write, by their contents."""
    return (*one.moment, one.verdict, one.by, one.why, one.revokes or "", one.evidence)
