"""Finds companies by number, by the words of a name in either script, by member state, activity and status.

A name matches when every word asked for begins one of its words, both folded. Numbers match with or without their
punctuation. The best match of each company decides its rank, and is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import TSQUERY

from readmodel.counting import STANDING
from readmodel.search_words import LEGAL, TRADING, compacted, folded_name, folded_words
from readmodel.tables import activities, companies, identifiers, names, registrations
from register.ids import COMPANY_PREFIX

DEFAULT_LIMIT: Final = 20

# Ranks: an id is meant; a number nearly surely; a whole name more than its words, those more than their beginnings.
_ID: Final = 100
_NUMBER: Final = 90
_NUMBER_RESPELLED: Final = 85
_WHOLE_NAME: Final = 80
_ALL_WORDS: Final = 60
_BEGINNINGS: Final = 40
_LISTED: Final = 0
_RANKED: Final = 10_000  # names; where more match, the words asked for are too common to tell the best anyway
_LESS_FOR_TRADING: Final = 5
_LESS_FOR_PREVIOUS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A search; a field that is None does not restrict. `activity`: the first digits of an ISIC Rev. 4 class."""

    text: str = ""
    member_state: str | None = None
    activity: str | None = None
    status: str | None = None
    it_only: bool = False
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCompany:
    """A company that was found. `matched_by`, `matched`: the kind and value that match. The best `rank` is 100."""

    company_id: str
    legal_name_ar: str | None
    legal_name_en: str | None
    entity_status: str | None
    jurisdiction: str | None
    jurisdictions: tuple[str, ...]
    isic4_classes: tuple[str, ...]
    is_it: bool
    rank: int
    matched_by: str
    matched: str


def search(connection: Connection, wanted: Wanted) -> list[FoundCompany]:
    """Search; the best first. It stops once it has enough: later queries rank lower."""
    best: dict[str, FoundCompany] = {}
    for query in _queries(wanted):
        for row in connection.execute(query):
            found = _found(row)
            if found.company_id not in best or best[found.company_id].rank < found.rank:
                best[found.company_id] = found
        if len(best) >= wanted.limit:
            break
    return sorted(best.values(), key=lambda one: -one.rank)[: wanted.limit]


def _queries(wanted: Wanted) -> Iterator[Select[Any]]:
    asked = wanted.text.strip()
    where = [STANDING, *_filters(wanted)]
    if not asked:
        yield _listed(where, wanted.limit)
        return
    yield from (query.where(*where).limit(wanted.limit) for query in _by_id(asked))
    if number := compacted(asked):
        yield from (query.where(*where).limit(wanted.limit) for query in _by_number(asked, number))
    if words := folded_words(asked):
        yield _by_name(words, "", where).limit(wanted.limit)
        yield _by_name(words, ":*", where).limit(wanted.limit)


def _listed(where: Iterable[ColumnElement[bool]], limit: int) -> Select[Any]:
    """List companies: first find their ids in an index, then read only their rows."""
    chosen = select(companies.c.company_id).where(*where).order_by(companies.c.company_id).limit(limit)
    listed = _columns(literal(_LISTED), literal("listed"), companies.c.company_id)
    return listed.where(companies.c.company_id.in_(chosen)).order_by(companies.c.company_id)


def _filters(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    c = companies.c
    if wanted.member_state is not None:
        yield c.jurisdictions.contains([wanted.member_state.upper()])
    if wanted.status is not None:
        yield c.entity_status == wanted.status.upper()
    if wanted.it_only:
        yield c.is_it
    if wanted.activity is not None:
        begins = activities.c.isic4_class.startswith(wanted.activity, autoescape=True)
        yield c.company_id.in_(select(activities.c.company_id).where(begins))


def _by_id(asked: str) -> Iterator[Select[Any]]:
    ids = {asked, asked.upper()}
    by_company = _columns(literal(_ID), literal("company_id"), companies.c.company_id)
    yield by_company.where(companies.c.company_id.in_({*ids, *(COMPANY_PREFIX + one for one in ids)}))
    by_registration = _columns(literal(_ID), literal("registration_id"), registrations.c.registration_id)
    yield _joined(by_registration, registrations).where(registrations.c.registration_id.in_(ids))


def _by_number(asked: str, number: str) -> Iterator[Select[Any]]:
    of_register = _columns(
        case(
            (registrations.c.registration_id.endswith(f".{asked}", autoescape=True), _NUMBER), else_=_NUMBER_RESPELLED
        ),
        literal("registration_number"),
        registrations.c.registration_id,
    )
    yield _joined(of_register, registrations).where(registrations.c.compacted == number)
    of_any_scheme = _columns(
        case((identifiers.c.value == asked, _NUMBER), else_=_NUMBER_RESPELLED),
        literal("identifier"),
        identifiers.c.scheme + " " + identifiers.c.value,
    )
    yield _joined(of_any_scheme, identifiers).where(identifiers.c.compacted == number)


def _by_name(words: Iterable[str], ending: str, where: Iterable[ColumnElement[bool]]) -> Select[Any]:
    """Rank a company by the best of its names; among equals the shorter name is the closer one."""
    n = names.c
    words = list(words)
    kind = case((n.kind == LEGAL, 0), (n.kind == TRADING, _LESS_FOR_TRADING), else_=_LESS_FOR_PREVIOUS)
    words_found = case((n.folded == folded_name(words), _WHOLE_NAME), else_=_BEGINNINGS if ending else _ALL_WORDS)
    matching = (
        _joined(_columns(words_found - kind, n.kind + " name", n.text), names)
        .add_columns(func.length(n.folded).label("length"), n.position)
        .where(n.words.bool_op("@@")(_tsquery(words, ending)), *where)
        .limit(_RANKED)
        .subquery()
    )
    m = matching.c
    best = (
        select(matching).distinct(m.company_id).order_by(m.company_id, m.rank.desc(), m.length, m.position).subquery()
    )
    return select(best).order_by(best.c.rank.desc(), best.c.length, best.c.company_id)


def _tsquery(words: Iterable[str], ending: str) -> ColumnElement[Any]:
    """Make the query for all of some folded words: they have letters and digits only, so nothing is escaped."""
    return cast(" & ".join(f"'{word}'{ending}" for word in words), TSQUERY)


def _columns(rank: ColumnElement[Any], matched_by: ColumnElement[Any], matched: ColumnElement[Any]) -> Select[Any]:
    c = companies.c
    shown = (c.company_id, c.legal_name_ar, c.legal_name_en, c.entity_status, c.jurisdiction)
    return select(
        *shown, c.jurisdictions, c.isic4_classes, c.is_it,
        rank.label("rank"), matched_by.label("matched_by"), matched.label("matched"),
    )  # fmt: skip


def _joined(query: Select[Any], part: Any) -> Select[Any]:
    return query.join_from(companies, part, part.c.company_id == companies.c.company_id)


def _found(row: Row[Any]) -> FoundCompany:
    values = row._mapping
    return FoundCompany(
        **{
            name: values[name]
            for name in FoundCompany.__dataclass_fields__
            if name not in ("jurisdictions", "isic4_classes")
        },
        jurisdictions=tuple(values["jurisdictions"]),
        isic4_classes=tuple(values["isic4_classes"]),
    )
