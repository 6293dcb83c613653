"""A steward's decisions: two registrations are the same company, or they are not, or nobody can tell.

Judgements are kept for ever and can be revoked. Of two judgements on one pair the later one holds; which one is later
is decided by when it was made, then by its id, never by the order in which they were read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from register.ids import RegistrationId


class Verdict(StrEnum):
    """What a steward decided of a pair."""

    UNKNOWN = "UNKNOWN"
    """One that this version does not know: it decides nothing."""
    UNDECIDED = "UNDECIDED"
    SAME = "SAME"
    DIFFERENT = "DIFFERENT"


Pair = tuple[RegistrationId, RegistrationId]
"""Two registrations, the smaller id first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One decision: who, why, when, on what evidence. One that `revokes` another, on the same pair, decides nothing."""

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
    def pair(self) -> Pair:
        """The two registrations that it is about."""
        return (self.left, self.right) if self.left < self.right else (self.right, self.left)

    @property
    def moment(self) -> tuple[datetime, str]:
        """What puts judgements in order."""
        return self.decided_at, self.judgement_id


def holding(judgements: Iterable[Judgement]) -> Mapping[Pair, Judgement]:
    """Find the judgement that holds for each pair: the latest one that was not revoked."""
    known = {one.judgement_id: one for one in judgements}
    revoked = {(one.revokes, one.pair) for one in known.values() if one.revokes is not None}
    found: dict[Pair, Judgement] = {}
    for one in sorted(known.values(), key=lambda one: one.moment):
        if one.revokes is None and (one.judgement_id, one.pair) not in revoked:
            found[one.pair] = one
    return {pair: one for pair, one in found.items() if one.verdict in (Verdict.SAME, Verdict.DIFFERENT)}
