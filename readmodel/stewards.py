"""The questions of stewards: the queue, the judgements, and their registrations."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Text, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONPATH

from readmodel.tables import cases, companies, judgements, registrations
from register.ids import CompanyId, RegistrationId
from register.names.word_match_kind import How
from register.resolution.cases import Case, CaseKind, WordPair
from register.resolution.judgements import Judgement, Verdict

_OWN: Final = literal("$.registrations[*] ? (@.registration_id == $id).properties").cast(JSONPATH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A registration as a steward sees it: its names, and its company now."""

    registration_id: RegistrationId
    company_id: CompanyId
    legal_name: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A case in the queue, and when it was opened or last changed."""

    case: Case
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How many cases are open, and since when the oldest waits; None where there is none."""

    cases: int
    oldest: datetime | None


def backlog(connection: Connection) -> Backlog:
    """Count the open cases."""
    count, oldest = connection.execute(select(func.count(), func.min(cases.c.written_at))).one()
    return Backlog(cases=count, oldest=oldest)


def queued(
    connection: Connection,
    *,
    kind: CaseKind | None = None,
    member_state: str | None = None,
    registrations: Collection[str] | None = None,
    limit: int | None = None,
) -> list[Queued]:
    """List open cases: of one kind, with a registration of one member state, or with one of some.

    The highest score comes first, of equal scores the oldest; cases without a score come last.
    """
    c = cases.c
    query = select(cases).order_by(c.score.desc().nulls_last(), c.written_at, c.offset, c.case_id).limit(limit)
    if kind is not None:
        query = query.where(c.kind == kind.value)
    if member_state is not None:
        listed = literal(" ").concat(func.array_to_string(c.registrations, " "))  # ids have no blanks
        query = query.where(listed.contains(f" {member_state}."))
    if registrations is not None:
        query = query.where(c.registrations.overlap(_texts(registrations)))
    return [_queued(row) for row in connection.execute(query).mappings()]


def case(connection: Connection, case_id: str) -> Queued | None:
    """Find an open case."""
    row = connection.execute(select(cases).where(cases.c.case_id == case_id)).mappings().first()
    return None if row is None else _queued(row)


def judged(connection: Connection, of: Collection[str] | None = None) -> list[Judgement]:
    """List judgements, all or those with one of these registrations, the earliest first."""
    j = judgements.c
    query = select(judgements).order_by(j.decided_at, j.judgement_id)
    if of is not None:
        query = query.where(or_(j.left.in_(of), j.right.in_(of)))
    return [judgement_from_row(row) for row in connection.execute(query).mappings()]


def parties(connection: Connection, ids: Iterable[str]) -> dict[str, Party]:
    """Give those of these registrations that the register holds, by id."""
    r, record = registrations.c, companies.c.record
    own = func.jsonb_path_query_first(record, _OWN, func.jsonb_build_object("id", r.registration_id))
    query = (
        select(
            r.registration_id, r.company_id, own.label("own"), record["properties"]["legal_name"].label("legal_name")
        )
        .join_from(registrations, companies, r.company_id == companies.c.company_id)
        .where(r.registration_id == func.any(bindparam("ids", value=list(ids), type_=ARRAY(Text))))
        .order_by(companies.c.written_at, companies.c.company_id.desc())  # while it moves, the one written last
    )
    return {row["registration_id"]: _party(row) for row in connection.execute(query).mappings()}


def _texts(values: Iterable[str]) -> Any:
    return bindparam(None, value=list(values), type_=ARRAY(Text))


def _queued(row: Mapping[Any, Any]) -> Queued:
    found = Case(
        case_id=row["case_id"],
        kind=CaseKind(row["kind"]),
        registrations=tuple(row["registrations"]),
        about=row["about"],
        reason=row["reason"],
        score=row["score"],
        words=tuple(_word_pair(one) for one in row["words"]),
    )
    return Queued(case=found, since=row["written_at"].isoformat())


def _word_pair(document: Mapping[str, Any]) -> WordPair:
    how = How.__members__.get(document["how"], How.UNKNOWN)
    return WordPair(
        left=document["left"],
        right=document["right"],
        how=how,
        weight=document["weight"],
        share=document["share"],
    )


def judgement_from_row(row: Mapping[Any, Any]) -> Judgement:
    """Make a Judgement of a row of the table."""
    return Judgement(
        judgement_id=row["judgement_id"],
        left=row["left"],
        right=row["right"],
        verdict=Verdict(row["verdict"]),
        by=row["by"],
        why=row["why"],
        decided_at=row["decided_at"],
        evidence=tuple(row["evidence"]),
        revokes=row["revokes"],
    )


def _party(row: Mapping[Any, Any]) -> Party:
    """Make a Party. Where the table has no properties of a registration, they equal its company's."""
    own: Mapping[str, Any] | None = row["own"]
    names: Sequence[Mapping[str, str]] | None = row["legal_name"] if own is None else own.get("legal_name")
    return Party(registration_id=row["registration_id"], company_id=row["company_id"], legal_name=tuple(names or ()))
