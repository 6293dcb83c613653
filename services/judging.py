"""A steward's judgement: which registrations are meant, what it will say, and what will follow from it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from readmodel.stewards import Party
from register.ids import COMPANY_PREFIX, RegistrationId, company_id, is_registration_id
from register.resolution.judgements import Judgement, Standing, Verdict, holding, stood
from runtime.settings import Settings
from schemas.codec.resolution_records import judgement_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from services.problems import CommandProblem, UsageProblem
from services.writing import write_command

LONGEST: Final = 2_000  # characters of a reason or a piece of evidence
LONGEST_NAME: Final = 200  # characters of who judges; resolve keeps it with both registrations
MOST_JUDGEMENTS: Final = 1_000  # on one registration: beyond, `resolve` would carry them all for nobody's good
MOST_EVIDENCE: Final = 20
_LISTED: Final = 20  # registrations named in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a steward says beside the verdict. `judgement_id` and `decided_at` are given to the judgement."""

    by: str
    why: str
    evidence: tuple[str, ...]
    judgement_id: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A judgement that is ready to be written, the parties, and what will follow, in sentences."""

    judgement: Judgement
    parties: tuple[Party, Party]
    follows: tuple[str, ...]


class Known(Protocol):
    """What the register knows now: `readmodel.reading.Reading`."""

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


def draft(register: Known, one: str, two: str, verdict: Verdict, words: Words) -> Draft:
    """Draft a judgement on two registrations. Raises UsageProblem or CommandProblem where it cannot be made."""
    parties = sorted((party_meant(register, one), party_meant(register, two)), key=lambda party: party.registration_id)
    left, right = parties
    if left.registration_id == right.registration_id:
        raise UsageProblem(f"{one} and {two} are one registration, {left.registration_id}: a judgement takes two")
    made = _judgement(left, right, verdict, words)
    before = register.judgements([left.registration_id, right.registration_id])
    _require_room((left, right), before)
    return Draft(judgement=made, parties=(left, right), follows=tuple(_follows(made, left, right, before)))


def draft_revocation(register: Known, revoked: str, words: Words) -> Draft:
    """Draft a judgement that takes another one back. Raises CommandProblem where there is nothing to take back."""
    found = next((one for one in stood(register.judgements()) if one.judgement.judgement_id == revoked), None)
    if found is None:
        raise CommandProblem(
            f"no judgement {revoked} in the register: `sijill judgements` lists them; `sijill wait` first, if it was "
            "made just now"
        )
    if found.standing is Standing.REVOCATION:
        raise CommandProblem(f"{revoked} is itself a revocation (of {found.by}): judge the two registrations anew")
    if found.standing is Standing.REVOKED:
        raise CommandProblem(f"{revoked} was revoked already, by {found.by}: nothing is to be done")
    old = found.judgement
    left, right = (register.parties([one]).get(one) or _gone(one) for one in old.pair)
    made = _judgement(left, right, old.verdict, words, revokes=revoked)
    before = register.judgements([old.left])
    return Draft(judgement=made, parties=(left, right), follows=tuple(_follows(made, left, right, before)))


def _require_room(parties: Iterable[Party], before: Sequence[Judgement]) -> None:
    """Require that each takes one more judgement, beside those on any of them; raises CommandProblem."""
    for registration in (party.registration_id for party in parties):
        held = sum(registration in one.pair for one in before)
        if held >= MOST_JUDGEMENTS:
            raise CommandProblem(
                f"{registration} stands in {held:,} judgements, the most that one registration takes: "
                f"`sijill judgements {registration}` lists them; only --revoke is taken"
            )


def party_meant(register: Known, text: str) -> Party:
    """Find the registration that a person means: by its id, or by that of a company with no other."""
    if text.upper().startswith(COMPANY_PREFIX):
        return _only_registration(register, text)
    if not is_registration_id(text.upper()):
        raise UsageProblem(f"{text} is no registration id: write SA.MC.7001775498, or a company's GCC.SA.MC.7001775498")
    return _party(register, text)


def require(words: Words) -> None:
    """Require what a judgement must say; raises UsageProblem."""
    if not words.by.strip() or not words.why.strip():
        raise UsageProblem("a judgement needs who judges and why: --by and --why must not be empty")
    if len(words.by) > LONGEST_NAME:
        raise UsageProblem(f"--by takes {LONGEST_NAME} characters at most: it says who, and --why says the rest")
    if max(map(len, (words.why, *words.evidence))) > LONGEST:
        raise UsageProblem(f"--why and each --evidence take {LONGEST:,} characters at most: refer to a document")
    if len(words.evidence) > MOST_EVIDENCE:
        raise UsageProblem(f"--evidence can be given {MOST_EVIDENCE} times at most")


async def publish(settings: Settings, judgement: Judgement) -> None:
    """Write a judgement to its topic, under both registrations."""
    value = encode("Judgement", judgement_datum(judgement))
    await write_command(settings, Topics(settings.topic_prefix).judgements, "|".join(judgement.pair), value)


def _party(register: Known, text: str) -> Party:
    spellings = tuple(dict.fromkeys((text, text.upper())))
    found = register.parties(spellings)
    party = next((found[one] for one in spellings if one in found), None)
    if party is None:
        raise CommandProblem(
            f"no registration {text} in the register: `sijill search` finds one by name or number; `sijill wait` "
            "first, if it was published just now"
        )
    return party


def _gone(one: RegistrationId) -> Party:
    """Describe a registration of which all was withdrawn since."""
    return Party(registration_id=one, company_id=company_id(one), legal_name=())


def _only_registration(register: Known, text: str) -> Party:
    record = register.company(text)
    if record is None:
        raise CommandProblem(f"no company {text} in the register: `sijill search` finds one by name or number")
    company, members = record["company_id"], [one["registration_id"] for one in record["registrations"]]
    if not members:
        raise CommandProblem(f"{company} has no registrations, so there is nothing to judge: all of it was withdrawn")
    if len(members) > 1:
        among = ", ".join(members[:_LISTED]) + (" …" if len(members) > _LISTED else "")
        raise UsageProblem(f"{text} is a company of {len(members)} registrations: say which of them is meant: {among}")
    return _party(register, members[0])


def _judgement(left: Party, right: Party, verdict: Verdict, words: Words, revokes: str | None = None) -> Judgement:
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


def _follows(made: Judgement, left: Party, right: Party, before: Sequence[Judgement]) -> Iterator[str]:
    """Say what a judgement will lead to, as far as it can be told from what holds now."""
    of_pair = [one for one in before if one.pair == made.pair]
    held = holding(of_pair).get(made.pair)
    then = holding((*of_pair, made)).get(made.pair)
    if made.revokes is not None:
        yield f"judgement {made.revokes} ({made.verdict.lower()}) is taken back"
    elif held is not None:
        yield f"it overtakes judgement {held.judgement_id} ({held.verdict.lower()}, by {held.by})"
    if then is held and held is not None:
        yield f"judgement {held.judgement_id} ({held.verdict.lower()}, by {held.by}) holds as before"
    elif then is None:
        yield "no judgement decides then: the evidence alone does"
    elif then is not made:
        yield f"judgement {then.judgement_id} ({then.verdict.lower()}, by {then.by}) holds again"
    yield _companies(None if then is None else then.verdict, left, right)


def _companies(verdict: Verdict | None, left: Party, right: Party) -> str:
    together = left.company_id == right.company_id
    if verdict is Verdict.SAME:
        return f"{left.company_id} is one company already" if together else _joined(left, right)
    if verdict is Verdict.DIFFERENT:
        return (
            f"{left.company_id} comes apart: {left.registration_id} and {right.registration_id} will be in two "
            "companies"
            if together
            else f"{left.company_id} and {right.company_id} stay two companies"
        )
    return f"concerned is {left.company_id}" if together else f"concerned are {left.company_id} and {right.company_id}"


def _joined(left: Party, right: Party) -> str:
    return f"{left.company_id} and {right.company_id} become one company, unless a later judgement keeps them apart"
