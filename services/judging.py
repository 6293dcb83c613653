"""Judge: two registrations are one company, or are not; take a judgement back; list judgements."""

import asyncio
from collections.abc import Callable

from register.ids import COMPANY_PREFIX
from register.resolution.judgements import Judgement, JudgementStanding, Verdict, standings_of
from runtime.settings import Settings
from schemas.codec.resolution_records import judgement_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from services.error_mapping import named
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


async def publish(settings: Settings, judgement: Judgement) -> None:
    """Write a judgement to its topic, under both registrations."""
    value = encode("Judgement", judgement_datum(judgement))
    await write_command(settings, Topics(settings.topic_prefix).judgements, "|".join(judgement.pair), value)


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
    """Draft with what the register knows now, and write it unless told not to."""

    def made() -> Draft:
        with reading(settings) as register:
            return drafted(register)

    draft_ = await asyncio.to_thread(made)
    if not dry_run:
        with named(settings):
            await publish(settings, draft_.judgement)
    return draft_
