"""Which registrations go from one company to another, why, and after which event or judgement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from register.changes import Cause
from register.ids import CompanyId, RegistrationId
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement

StatedEvidence = tuple[RegistrationId, Evidence | None]
"""A registration and the evidence that it states now; None when it states nothing any more."""
Triggers = Mapping[RegistrationId, Evidence | Judgement]
"""By registration: the evidence or the judgement of this batch that may move it."""
CompanyByRegistration = Mapping[RegistrationId, CompanyId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A registration goes from one company to another."""

    registration_id: RegistrationId
    left: CompanyId
    company_id: CompanyId
    cause: Cause
    trigger: Evidence | Judgement
    """What led to it: what this registration said or was judged, else a fellow of its new or old company."""
    told_by_both: bool = False
    """It parts from a company that goes on and joins one that has registrations from elsewhere: both have news."""


def triggers_in(said: Sequence[StatedEvidence], judged: Sequence[Judgement]) -> Triggers:
    """Name what was said of each registration in this batch; of several things the last, and a judgement before all."""
    found: dict[RegistrationId, Evidence | Judgement] = {own: one for own, one in said if one is not None}
    return found | {party: judgement for judgement in judged for party in judgement.pair}


def moves_between(
    before: CompanyByRegistration,
    after: CompanyByRegistration,
    triggers: Triggers,
    evidence: Mapping[RegistrationId, Evidence],
    silenced: Mapping[RegistrationId, Evidence],
) -> Iterator[Move]:
    """List who goes where. A company that loses some members and keeps others comes apart; else it joins another.

    A company goes on only with registrations that state something: one of which all was withdrawn has no news.
    """
    said = {**silenced, **evidence}
    going_on: dict[CompanyId, set[CompanyId]] = {}
    split: dict[CompanyId, set[CompanyId]] = {}
    made_of: dict[CompanyId, set[CompanyId]] = {}
    behind: dict[CompanyId, Evidence | Judgement] = {}
    for one in sorted(after):
        split.setdefault(before[one], set()).add(after[one])
        made_of.setdefault(after[one], set()).add(before[one])
        if one in evidence:
            going_on.setdefault(before[one], set()).add(after[one])
        if one in triggers:
            behind |= dict.fromkeys((before[one], after[one]), triggers[one])
    for one in sorted(after):
        if before[one] != after[one]:
            parts = len(split[before[one]]) > 1
            yield Move(
                registration_id=one,
                left=before[one],
                company_id=after[one],
                cause=Cause.UNMERGE if parts else Cause.MERGE,
                trigger=triggers.get(one) or behind.get(after[one]) or behind.get(before[one]) or said[one],
                told_by_both=bool(going_on.get(before[one], set()) - {after[one]}) and len(made_of[after[one]]) > 1,
            )
