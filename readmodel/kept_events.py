"""The questions about what was known then: events with their receipts, judgements, and who ever stated a key."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Text, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from readmodel.stewards import judgement_from_row
from readmodel.tables import events, judgements, offsets, receipts, stated_keys
from register.resolution.judgements import Judgement

AT_A_TIME: Final = 5_000  # ids of registrations that are read at a time


class KeptEvent(NamedTuple):
    """An event with its place and its bytes. Its receipt's outcome and moment are None where there is no receipt."""

    registration_id: str
    topic: str
    partition: int
    offset: int
    written_at: datetime
    body: bytes
    outcome: str | None
    answered_at: datetime | None


def kept(connection: Connection, registrations: Collection[str]) -> Iterator[KeptEvent]:
    """Give the events of these registrations, each registration's in the order of arrival."""
    e, r = events.c, receipts.c
    answered = and_(r.topic == e.topic, r.partition == e.partition, r.offset == e.offset)
    columns = (e.registration_id, e.topic, e.partition, e.offset, e.written_at, e.body)
    query = (
        select(*columns, r.outcome, r.written_at.label("answered_at"))
        .join_from(events, receipts, answered, isouter=True)
        .where(e.registration_id == _any(registrations))
        .order_by(e.registration_id, e.topic, e.partition, e.offset)
    )
    for row in connection.execute(query):
        yield KeptEvent(*row)


def first_answered(connection: Connection) -> dict[tuple[str, int], int]:
    """Give the first offset that has a receipt, by topic and partition of the events."""
    o, r = offsets.c, receipts.c
    first = (
        select(func.min(r.offset))
        .where(r.topic == o.topic, r.partition == o.partition)
        .scalar_subquery()
        .label("first")
    )
    found = connection.execute(select(o.topic, o.partition, first))
    return {(topic, partition): offset for topic, partition, offset in found if offset is not None}


def stating(connection: Connection, keys: Collection[str]) -> dict[str, list[str]]:
    """Give the registrations of which some event stated a key, by key, in the order of their ids."""
    k = stated_keys.c
    found: dict[str, list[str]] = {}
    query = select(k.key, k.registration_id).where(k.key == _any(keys)).order_by(k.key, k.registration_id)
    for key, registration in connection.execute(query):
        found.setdefault(key, []).append(registration)
    return found


def judged(connection: Connection, registrations: Collection[str]) -> Iterator[tuple[Judgement, datetime]]:
    """Give the judgements on any of these registrations, and when each came to its topic."""
    j, among = judgements.c, _any(registrations)
    for row in connection.execute(select(judgements).where(or_(j.left == among, j.right == among))).mappings():
        yield judgement_from_row(row), row["written_at"]


def registrations_kept(connection: Connection) -> Iterator[str]:
    """Give the ids of all registrations with events, in their order."""
    last = ""
    while found := _next_registrations(connection, last):
        yield from found
        last = found[-1]


def _next_registrations(connection: Connection, last: str) -> list[str]:
    e = events.c
    query = select(e.registration_id).where(e.registration_id > last).distinct().order_by(e.registration_id)
    return list(connection.execute(query.limit(AT_A_TIME)).scalars())


def _any(values: Iterable[str]) -> Any:
    return func.any(bindparam(None, value=list(values), type_=ARRAY(Text(collation="C"))))
