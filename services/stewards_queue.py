"""The stewards' queue: list its cases, find one, and what settles each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final

from readmodel.stewards import Party, Queued
from register.ids import RegistrationId
from register.resolution.cases import Case, CaseKind
from register.resolution.judgements import Judgement, JudgementStanding, Standing, standings_of
from services.member_states import member_state_named
from services.open_register import RegisterReader
from services.problems import UnknownCase

__all__ = ["CaseToSettle", "Party", "Queued", "Settling", "WholeCase", "case", "cases", "settling"]

MOST_PAIRS: Final = 20  # judgements listed for one case: what has more pairs is judged in several turns
_JUDGED: Final = (CaseKind.LINK_REFUSED, CaseKind.SHARED_STEM, CaseKind.SIMILAR_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What settles a case: pairs to be judged, or judgements to be revoked. Both are empty where nothing does."""

    pairs: tuple[tuple[RegistrationId, RegistrationId], ...] = ()
    revocations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseToSettle:
    """A case with all that a steward needs to settle it. `parties`: those of its registrations that there are."""

    queued: Queued
    parties: Mapping[str, Party]
    settling: Settling


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCase:
    """A case, and the judgements on its registrations, the earliest first."""

    open_case: CaseToSettle
    judged: tuple[JudgementStanding, ...]


def cases(
    register: RegisterReader, *, kind: CaseKind | None = None, member_state: str | None = None, limit: int | None = None
) -> Sequence[CaseToSettle]:
    """List the open cases, the surest first. Raises UnknownMemberStates."""
    named = None if member_state is None else member_state_named(member_state)
    return _opened(register, register.queue(kind=kind, member_state=named, limit=limit))


def case(register: RegisterReader, case_id: str) -> WholeCase:
    """Find an open case. Raises UnknownCase."""
    found = register.case(case_id)
    if found is None:
        raise UnknownCase(id=case_id)
    [opened] = _opened(register, [found])
    return WholeCase(open_case=opened, judged=standings_of(register.judgements(found.case.registrations)))


def settling(case: Case, parties: Mapping[str, Party], judgements: Iterable[Judgement]) -> Settling:
    """Say what settles a case."""
    if case.kind is CaseKind.CONTRADICTION:
        return Settling(revocations=tuple(_named(case, judgements)))
    if case.kind in _JUDGED:
        return Settling(pairs=tuple(islice(_apart(case, parties), MOST_PAIRS)))
    return Settling()


def _opened(register: RegisterReader, queued: Sequence[Queued]) -> list[CaseToSettle]:
    mentioned = {registration for one in queued for registration in one.case.registrations}
    parties = register.parties(mentioned) if mentioned else {}
    judgements = register.judgements(mentioned) if mentioned else []
    return [
        CaseToSettle(queued=one, parties=parties, settling=settling(one.case, parties, judgements)) for one in queued
    ]


def _named(case: Case, judgements: Iterable[Judgement]) -> Iterator[str]:
    """Name the judgements that hold and that the reason tells of."""
    for one in standings_of(judgements):
        if one.standing is Standing.HOLDS and one.judgement.judgement_id in case.reason:
            yield one.judgement.judgement_id


def _apart(case: Case, parties: Mapping[str, Party]) -> Iterator[tuple[RegistrationId, RegistrationId]]:
    """Pair the registrations of a case that are not in one company yet."""
    for one, two in combinations(sorted(case.registrations), 2):
        companies = {parties[name].company_id for name in (one, two) if name in parties}
        if len(companies) != 1 or one not in parties or two not in parties:
            yield one, two
