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
    """The evidence or the judgement of this registration, else of another one of its new or old company."""
    told_by_both: bool = False
    """The company that it leaves keeps registrations, and the one that it joins has others: both notify agencies."""


def triggers_in(stated: Sequence[StatedEvidence], judgements: Sequence[Judgement]) -> Triggers:
    """Give the last evidence of each registration in this batch; a judgement comes before any evidence."""
    found: dict[RegistrationId, Evidence | Judgement] = {own: one for own, one in stated if one is not None}
    return found | {party: judgement for judgement in judgements for party in judgement.pair}


def moves_between(
    before: CompanyByRegistration,
    after: CompanyByRegistration,
    triggers: Triggers,
    evidence: Mapping[RegistrationId, Evidence],
    silenced: Mapping[RegistrationId, Evidence],
) -> Iterator[Move]:
    """List the moves. A company that loses some members and keeps others is unmerged; otherwise it is merged.

    Only registrations that state something keep a company: a registration whose events were all withdrawn does not.
    """
    stated = {**silenced, **evidence}
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
                trigger=triggers.get(one) or behind.get(after[one]) or behind.get(before[one]) or stated[one],
                told_by_both=bool(going_on.get(before[one], set()) - {after[one]}) and len(made_of[after[one]]) > 1,
            )
