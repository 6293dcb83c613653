"""Find one company with its record, its history and what stewards decided; find many by their words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from readmodel.searching import DEFAULT_LIMIT, FoundCompany
from readmodel.stewards import Queued
from register.company import Members
from register.ids import COMPANY_PREFIX, RegistrationId
from register.resolution.judgements import JudgementStanding, standings_of
from register.status import EntityStatus
from services.company_json import JsonObject
from services.explaining import company_in
from services.member_states import member_state_named
from services.moves import ExplainedChange, MoveReasons, involved, move_in
from services.open_register import RegisterReader
from services.problems import UnknownId

__all__ = ["DEFAULT_LIMIT", "CompanySearch", "FoundCompany", "Queued", "WholeCompany", "find", "search"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCompany:
    """A company as it was found. `moved`: how the id that was asked for came to mean this company, if it did."""

    record: JsonObject
    moved: ExplainedChange | None
    history: tuple[ExplainedChange, ...] | None
    cases: tuple[Queued, ...]
    judgements: tuple[JudgementStanding, ...]


def find(register: RegisterReader, id_: str, *, history: bool = False) -> WholeCompany:
    """Find a company by any id, with what there is to tell of it. Raises UnknownId."""
    record = register.company(id_)
    if record is None:
        raise UnknownId(id=id_)
    members = [one["registration_id"] for one in record["registrations"]]
    changes = register.history(record["company_id"]) if history else []
    moved = _moved(register, id_, record["company_id"])
    judgements = register.judgements(members)
    reasons = MoveReasons(_members(register, record, changes), _all_judgements(register, changes, moved))
    return WholeCompany(
        record=record,
        moved=None if moved is None else _explained(moved, reasons, members),
        history=tuple(_explained(one, reasons) for one in changes) if history else None,
        cases=tuple(register.cases_of(members)),
        judgements=standings_of(judgements),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySearch:
    """Which companies are looked for: all that is given must hold. `text`: an id, a number, or words of a name."""

    text: str = ""
    member_state: str | None = None
    activity: str | None = None
    """An ISIC Rev. 4 class, or its first digits."""
    status: EntityStatus | None = None
    it_only: bool = False


def search(register: RegisterReader, wanted: CompanySearch, limit: int = DEFAULT_LIMIT) -> Sequence[FoundCompany]:
    """Find companies, the best match first. Raises UnknownMemberStates."""
    return register.search(
        wanted.text,
        member_state=None if wanted.member_state is None else member_state_named(wanted.member_state),
        activity=wanted.activity,
        status=wanted.status,
        it_only=wanted.it_only,
        limit=limit,
    )


def _explained(change: JsonObject, reasons: MoveReasons, among: Iterable[str] = ()) -> ExplainedChange:
    return ExplainedChange(change=change, move=move_in(change), reason=reasons.behind(change, among))


def _moved(register: RegisterReader, id_: str, found: str) -> JsonObject | None:
    """Find the change by which an id came to mean another company than the one that it names."""
    for one in dict.fromkeys((id_, id_.upper())):
        named = COMPANY_PREFIX + one.removeprefix(COMPANY_PREFIX)
        moved = None if named == found else register.moved(named)
        if moved is not None:
            return moved
    return None


def _members(register: RegisterReader, record: JsonObject, changes: Sequence[JsonObject]) -> Members:
    """Gather the registrations of a company, and others that its history tells of, from where they are now."""
    members: dict[RegistrationId, Any] = {**company_in(record).members()}
    for one in involved(changes):
        elsewhere = None if one in members else register.company(one)
        if elsewhere is not None:
            members |= {key: value for key, value in company_in(elsewhere).members().items() if key == one}
    return members


def _all_judgements(register: RegisterReader, changes: Sequence[JsonObject], moved: JsonObject | None) -> list[Any]:
    """List the judgements that are behind some changes: they may be on registrations that have left since."""
    behind = [one["triggers"][0] for one in (*changes, *(() if moved is None else (moved,)))]
    parties = {one["registration_id"] for one in behind if one.get("judgement") is not None}
    return register.judgements(parties) if parties else []
