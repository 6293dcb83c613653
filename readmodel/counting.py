"""Counts of the read model: totals per publisher, refusals by code, dead letters."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Connection, Integer, Select, Text, and_, cast, exists, func, select

from readmodel.tables import changes, companies, dead_letters, notices, receipts
from register.codes import Outcome
from schemas.facts.topics import publishers

STANDING: Final = and_(companies.c.alias_of.is_(None), companies.c.registration_count > 0)
"""Selects companies with registrations, which excludes aliases and empty companies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The counts of published records. `companies` counts today's companies; the others are sums over time."""

    accepted: int = 0
    duplicate: int = 0
    stale: int = 0
    rejected: int = 0
    dead_letters: int = 0
    companies: int = 0
    changes: int = 0
    notices: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCounts:
    """The totals of the register, and those of each publisher."""

    totals: Totals
    publishers: Mapping[str, Totals] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """How often a publisher was refused for one reason, and the latest case of it."""

    publisher: str
    code: str | None
    count: int
    message: str
    field: str | None
    registration_id: str | None
    event_id: str | None
    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record that was parked; its bytes are in `topic`. `size` is None for one without a value."""

    publisher: str
    topic: str
    partition: int
    offset: int
    origin_topic: str | None
    origin_partition: int | None
    origin_offset: int | None
    code: str | None
    message: str | None
    field: str | None
    size: int | None
    schema_id: int | None
    attempt: int | None
    written_at: str


Place = tuple[str, int, int]
"""Topic, partition and offset of a dead letter."""


def totals(connection: Connection) -> RegisterCounts:
    """Count everything, per publisher and together."""
    found: dict[str, dict[str, int]] = {publisher: {} for publisher in publishers()}
    for publisher, outcome, count in connection.execute(_receipts()):
        found.setdefault(publisher, {})[Outcome(outcome).value.lower()] = count
    for name, counting in _COUNTED.items():
        for publisher, count in connection.execute(counting):
            found.setdefault(publisher, {})[name] = count
    names = Totals.__dataclass_fields__
    found = {  # an outcome of a newer contract is not counted
        publisher: {name: count for name, count in counts.items() if name in names}
        for publisher, counts in found.items()
    }
    together = {name: sum(one.get(name, 0) for one in found.values()) for name in names}
    return RegisterCounts(
        totals=Totals(**together), publishers={publisher: Totals(**counts) for publisher, counts in found.items()}
    )


def rejections(connection: Connection, publisher: str | None) -> list[Refused]:
    """Group what was refused by publisher and code, the most frequent first."""
    r = receipts.c
    chosen = [r.outcome == Outcome.REJECTED.value]
    if publisher is not None:
        chosen.append(r.publisher == publisher)
    latest = (
        select(r.publisher, r.code, r.message, r.field, r.registration_id, r.event_id, r.topic, r.partition, r.offset)
        .add_columns(func.count().over(partition_by=(r.publisher, r.code)).label("count"))
        .where(*chosen)
        .distinct(r.publisher, r.code)
        .order_by(r.publisher, r.code, r.written_at.desc(), r.topic, r.partition, r.offset.desc())
    )
    found = [Refused(**row) for row in connection.execute(latest).mappings()]
    return sorted(found, key=lambda one: (-one.count, one.publisher, one.code or ""))


def parked(
    connection: Connection,
    publisher: str | None,
    code: str | None,
    limit: int,
    schema_id: int | None = None,
    without: Collection[Place] = (),
) -> list[DeadLetter]:
    """List dead letters, the newest first, without those at some places."""
    d = dead_letters.c
    query = select(dead_letters).order_by(d.written_at.desc(), d.topic, d.partition, d.offset.desc()).limit(limit)
    query = query.where(*_chosen(publisher, code, schema_id), *_not_among(without))
    rows = connection.execute(query).mappings()
    return [DeadLetter(**{**row, "written_at": row["written_at"].isoformat()}) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCount:
    """The dead letters of one publisher, reason and schema: how many, and when the first and the last came."""

    code: str | None
    publisher: str
    schema_id: int | None
    count: int
    first: str
    last: str
    attempt: int | None
    """The most often that a record among them was parked."""


def letter_counts(
    connection: Connection, publisher: str | None, code: str | None, schema_id: int | None, without: Collection[Place]
) -> list[LetterCount]:
    """Count dead letters by code, publisher and schema, the most frequent first; those in `without` do not count."""
    d = dead_letters.c
    groups = (d.code, d.publisher, d.schema_id)
    query = (
        select(*groups, func.count().label("count"), func.min(d.written_at).label("first"))
        .add_columns(func.max(d.written_at).label("last"), func.max(d.attempt).label("attempt"))
        .where(*_chosen(publisher, code, schema_id), *_not_among(without))
        .group_by(*groups)
    )
    rows = connection.execute(query).mappings()
    found = [LetterCount(**{**row, "first": row["first"].isoformat(), "last": row["last"].isoformat()}) for row in rows]
    return sorted(found, key=lambda one: (-one.count, one.code or "", one.publisher, one.schema_id or 0))


def _chosen(publisher: str | None, code: str | None, schema_id: int | None) -> list[Any]:
    d = dead_letters.c
    given = ((d.publisher, publisher), (d.code, code), (d.schema_id, schema_id))
    return [column == value for column, value in given if value is not None]


def _not_among(places: Collection[Place]) -> list[Any]:
    """Select the dead letters that do not lie at any of these places."""
    if not places:
        return []
    d = dead_letters.c
    decided = (
        func.unnest(
            cast([topic for topic, _, _ in places], ARRAY(Text)),
            cast([partition for _, partition, _ in places], ARRAY(Integer)),
            cast([offset for _, _, offset in places], ARRAY(BigInteger)),
        )
        .table_valued("topic", "partition", "offset")
        .render_derived(name="decided")
    )
    here = and_(d.topic == decided.c.topic, d.partition == decided.c.partition, d.offset == decided.c.offset)
    return [~exists(select(1).select_from(decided).where(here).correlate(dead_letters))]


def _receipts() -> Select[Any]:
    r = receipts.c
    return select(r.publisher, r.outcome, func.count()).group_by(r.publisher, r.outcome)


def _per_publisher(table: Any, *conditions: Any) -> Select[Any]:
    return select(table.c.publisher, func.count()).where(*conditions).group_by(table.c.publisher)


_COUNTED: Final = {
    "dead_letters": _per_publisher(dead_letters),
    "companies": _per_publisher(companies, STANDING),
    "changes": _per_publisher(changes),
    "notices": _per_publisher(notices),
}
