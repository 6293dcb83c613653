"""Draft a steward's judgement: which registrations are meant, what it will say, and what will follow from it."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from readmodel.stewards import Party
from register.ids import COMPANY_PREFIX, CompanyId, RegistrationId, company_id, is_registration_id
from register.resolution.judgements import Judgement, Standing, Verdict, holding_judgements, standings_of
from services import judging_problems, problems

LONGEST: Final = 2_000  # characters of a reason or a piece of evidence
LONGEST_NAME: Final = 200  # characters of who judges; resolve keeps it with both registrations
MOST_JUDGEMENTS: Final = 1_000  # on one registration: beyond, `resolve` would carry them all for nobody's good
MOST_EVIDENCE: Final = 20
_DISTINCT_BYTES: Final = 4  # of randomness in an id, beside its day: enough for a few thousand judgements a day


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardWords:
    """What a steward says beside the verdict. `judgement_id` and `decided_at` are given to the judgement."""

    by: str
    why: str
    evidence: tuple[str, ...]
    judgement_id: str
    decided_at: datetime


class EffectKind(StrEnum):
    """What a judgement will do."""

    TAKES_BACK = "takes_back"
    """`judgement` is revoked."""
    OVERTAKES = "overtakes"
    """`judgement` held until now."""
    HOLDS_AS_BEFORE = "holds_as_before"
    """`judgement` holds, before and after."""
    HOLDS_AGAIN = "holds_again"
    """`judgement` was overtaken, and holds from now on."""
    EVIDENCE_DECIDES = "evidence_decides"
    """No judgement holds any more."""
    STAYS_ONE = "stays_one"
    """Both registrations are in one company already."""
    COMES_APART = "comes_apart"
    """The one company becomes two."""
    STAY_TWO = "stay_two"
    """They are in two companies already."""
    BECOME_ONE = "become_one"
    """The two companies become one, unless a later judgement keeps them apart."""
    CONCERNS = "concerns"
    """The evidence decides what becomes of these companies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that follows from a judgement: with an older judgement, or with the companies of the two."""

    kind: EffectKind
    judgement_id: str | None = None
    verdict: Verdict | None = None
    by: str | None = None
    companies: tuple[CompanyId, ...] = ()
    registrations: tuple[RegistrationId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A judgement that is ready to be written, the parties, and what will follow."""

    judgement: Judgement
    parties: tuple[Party, Party]
    follows: tuple[Effect, ...]


class Known(Protocol):
    """What the register knows now: `readmodel.register_reader.Reading`."""

    def company(self, id_: str) -> dict[str, Any] | None:
        """Find a company by any id of it."""

    def parties(self, registrations: Iterable[str]) -> Mapping[str, Party]:
        """Describe those of these registrations that there are."""

    def judgements(self, registrations: Collection[str] | None = None) -> Sequence[Judgement]:
        """List the judgements on these registrations, or all."""


def judgement_id(decided_at: datetime, distinct: str) -> str:
    """Form an id that a person can read out: the day, and something unique on that day.

    >>> judgement_id(datetime(2026, 3, 9, 8), "5d02c1f7")
    'J-2026-03-09-5d02c1f7'
    """
    return f"J-{decided_at:%Y-%m-%d}-{distinct}"


def signed(by: str, why: str, evidence: tuple[str, ...], decided_at: datetime) -> StewardWords:
    """Sign a judgement: with who, why and when, and an id of its own. Raises WronglyAsked for what it does not take."""
    words = StewardWords(
        by=by,
        why=why,
        evidence=evidence,
        judgement_id=judgement_id(decided_at, secrets.token_hex(_DISTINCT_BYTES)),
        decided_at=decided_at,
    )
    require(words)
    return words


def draft(register: Known, one: str, two: str, verdict: Verdict, words: StewardWords) -> Draft:
    """Draft a judgement on two registrations. Raises a problem where it cannot be made."""
    parties = sorted((party_meant(register, one), party_meant(register, two)), key=lambda party: party.registration_id)
    left, right = parties
    if left.registration_id == right.registration_id:
        raise judging_problems.OneRegistration(one=one, two=two, registration_id=left.registration_id)
    made = _judgement(left, right, verdict, words)
    before = register.judgements([left.registration_id, right.registration_id])
    _require_room((left, right), before)
    return Draft(judgement=made, parties=(left, right), follows=tuple(_follows(made, left, right, before)))


def draft_revocation(register: Known, revoked: str, words: StewardWords) -> Draft:
    """Draft a judgement that takes another one back. Raises a problem where there is nothing to take back."""
    found = next((one for one in standings_of(register.judgements()) if one.judgement.judgement_id == revoked), None)
    if found is None:
        raise problems.UnknownJudgement(id=revoked)
    if found.standing is Standing.REVOCATION:
        raise judging_problems.IsRevocation(id=revoked, revokes=str(found.by))
    if found.standing is Standing.REVOKED:
        raise judging_problems.RevokedAlready(id=revoked, by=str(found.by))
    old = found.judgement
    left, right = (register.parties([one]).get(one) or _gone(one) for one in old.pair)
    made = _judgement(left, right, old.verdict, words, revokes=revoked)
    before = register.judgements([old.left])
    return Draft(judgement=made, parties=(left, right), follows=tuple(_follows(made, left, right, before)))


def _require_room(parties: Iterable[Party], before: Sequence[Judgement]) -> None:
    """Require that each takes one more judgement, beside those on any of them; raises TooManyJudgements."""
    for registration in (party.registration_id for party in parties):
        held = sum(registration in one.pair for one in before)
        if held >= MOST_JUDGEMENTS:
            raise judging_problems.TooManyJudgements(registration_id=registration, held=held)


def party_meant(register: Known, text: str) -> Party:
    """Find the registration that a person means: by its id, or by that of a company with no other."""
    if text.upper().startswith(COMPANY_PREFIX):
        return _only_registration(register, text)
    if not is_registration_id(text.upper()):
        raise judging_problems.NoRegistrationId(text=text)
    return _party(register, text)


def require(words: StewardWords) -> None:
    """Require what a judgement must say; raises WronglyAsked."""
    if not words.by.strip() or not words.why.strip():
        raise judging_problems.Unsigned
    if len(words.by) > LONGEST_NAME:
        raise judging_problems.NameTooLong(most=LONGEST_NAME)
    if max(map(len, (words.why, *words.evidence))) > LONGEST:
        raise judging_problems.ReasonTooLong(most=LONGEST)
    if len(words.evidence) > MOST_EVIDENCE:
        raise judging_problems.TooMuchEvidence(most=MOST_EVIDENCE)


def _party(register: Known, text: str) -> Party:
    spellings = tuple(dict.fromkeys((text, text.upper())))
    found = register.parties(spellings)
    party = next((found[one] for one in spellings if one in found), None)
    if party is None:
        raise problems.UnknownRegistration(id=text)
    return party


def _gone(one: RegistrationId) -> Party:
    """Describe a registration of which all was withdrawn since."""
    return Party(registration_id=one, company_id=company_id(one), legal_name=())


def _only_registration(register: Known, text: str) -> Party:
    record = register.company(text)
    if record is None:
        raise problems.UnknownCompany(id=text)
    company, members = record["company_id"], [one["registration_id"] for one in record["registrations"]]
    if not members:
        raise judging_problems.NothingToJudge(company_id=company)
    if len(members) > 1:
        raise judging_problems.SeveralRegistrations(company=text, registrations=tuple(members))
    return _party(register, members[0])


def _judgement(
    left: Party, right: Party, verdict: Verdict, words: StewardWords, revokes: str | None = None
) -> Judgement:
    return Judgement(
        judgement_id=words.judgement_id,
        left=left.registration_id,
        right=right.registration_id,
        verdict=verdict,
        by=words.by.strip(),
        why=words.why.strip(),
        decided_at=words.decided_at,
        evidence=words.evidence,
        revokes=revokes,
    )


def _follows(made: Judgement, left: Party, right: Party, before: Sequence[Judgement]) -> Iterator[Effect]:
    """Say what a judgement will lead to, as far as it can be told from what holds now."""
    of_pair = [one for one in before if one.pair == made.pair]
    held = holding_judgements(of_pair).get(made.pair)
    then = holding_judgements((*of_pair, made)).get(made.pair)
    if made.revokes is not None:
        yield Effect(kind=EffectKind.TAKES_BACK, judgement_id=made.revokes, verdict=made.verdict)
    elif held is not None:
        yield _with(EffectKind.OVERTAKES, held)
    if then is held and held is not None:
        yield _with(EffectKind.HOLDS_AS_BEFORE, held)
    elif then is None:
        yield Effect(kind=EffectKind.EVIDENCE_DECIDES)
    elif then is not made:
        yield _with(EffectKind.HOLDS_AGAIN, then)
    yield Effect(
        kind=_of_companies(None if then is None else then.verdict, together=left.company_id == right.company_id),
        companies=tuple(dict.fromkeys((left.company_id, right.company_id))),
        registrations=(left.registration_id, right.registration_id),
    )


def _with(kind: EffectKind, older: Judgement) -> Effect:
    return Effect(kind=kind, judgement_id=older.judgement_id, verdict=older.verdict, by=older.by)


def _of_companies(verdict: Verdict | None, *, together: bool) -> EffectKind:
    if verdict is Verdict.SAME:
        return EffectKind.STAYS_ONE if together else EffectKind.BECOME_ONE
    if verdict is Verdict.DIFFERENT:
        return EffectKind.COMES_APART if together else EffectKind.STAY_TWO
    return EffectKind.CONCERNS
