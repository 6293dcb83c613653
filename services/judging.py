"""Judge: two registrations are one company, or are not; take a judgement back; list judgements."""

import asyncio
from collections.abc import Callable

from register.audit import AuditAction, AuditRecord
from register.ids import COMPANY_PREFIX
from register.resolution.judgements import Judgement, JudgementStanding, Standing, Verdict, standings_of
from runtime.settings import Settings
from schemas.codec.resolution_records import judgement_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from services.auditing import audit_record
from services.contract_json import judgement_document
from services.judgement_drafts import Draft, Known, StewardWords, draft, draft_revocation, party_meant
from services.open_register import reading
from services.problems import UnknownCompany
from services.write_command import write_command


async def judge(
    settings: Settings, one: str, two: str, verdict: Verdict, words: StewardWords, *, dry_run: bool = False
) -> Draft:
    """Judge two registrations. A dry run drafts the judgement, and writes nothing.

    Raises WronglyAsked, UnknownRegistration, UnknownCompany, NothingToJudge, TooManyJudgements, or a fault.
    """
    return await _written(settings, lambda register: draft(register, one, two, verdict, words), dry_run)


async def revoke(settings: Settings, revoked: str, words: StewardWords, *, dry_run: bool = False) -> Draft:
    """Take a judgement back. Raises UnknownJudgement, IsRevocation, RevokedAlready, or a fault."""
    return await _written(settings, lambda register: draft_revocation(register, revoked, words), dry_run)


def judgements(register: Known, id_: str | None = None) -> tuple[JudgementStanding, ...]:
    """List judgements with what became of them, the earliest first: all, or those on a registration or a company.

    Raises UnknownCompany, and what `party_meant` raises.
    """
    return standings_of(register.judgements(None if id_ is None else _registrations(register, id_)))


def _registrations(register: Known, id_: str) -> list[str]:
    """Name the registrations whose judgements are asked for; one that the register does not hold may have some."""
    if not id_.upper().startswith(COMPANY_PREFIX):
        known = register.judgements([id_, id_.upper()])
        return [id_, id_.upper()] if known else [party_meant(register, id_).registration_id]
    record = register.company(id_)
    if record is None:
        raise UnknownCompany(id=id_)
    return [one["registration_id"] for one in record["registrations"]]


async def _written(settings: Settings, drafted: Callable[[Known], Draft], dry_run: bool) -> Draft:
    """Draft with what the register knows now, and write it with its audit record unless told not to."""

    def made() -> tuple[Draft, Judgement | None]:
        with reading(settings) as register:
            draft_ = drafted(register)
            return draft_, _overtaken(register, draft_.judgement)

    draft_, before = await asyncio.to_thread(made)
    if not dry_run:
        judgement, topic = draft_.judgement, Topics(settings.topic_prefix).judgements
        value = encode("Judgement", judgement_datum(judgement))
        await write_command(settings, topic, _pair(judgement), value, _audited(settings, judgement, before))
    return draft_


def _overtaken(register: Known, judgement: Judgement) -> Judgement | None:
    """Find the judgement that is taken back or overtaken; None where none on the pair holds."""
    on_pair = [one for one in register.judgements(judgement.pair) if one.pair == judgement.pair]
    for one in standings_of(on_pair):
        if one.judgement.judgement_id == judgement.revokes:
            return one.judgement
        if judgement.revokes is None and one.standing is Standing.HOLDS:
            return one.judgement
    return None


def _audited(settings: Settings, judgement: Judgement, before: Judgement | None) -> AuditRecord:
    return audit_record(
        settings,
        AuditAction.JUDGED if judgement.revokes is None else AuditAction.JUDGEMENT_REVOKED,
        _pair(judgement),
        by=judgement.by,
        why=judgement.why,
        before=None if before is None else judgement_document(before),
        after=judgement_document(judgement),
        at=judgement.decided_at,
    )


def _pair(judgement: Judgement) -> str:
    return "|".join(judgement.pair)
