"""The events of registrations that were refused and never accepted since: their dead letters."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, and_, exists, select

from readmodel.tables import dead_letters, receipts
from register.codes import Outcome

_TAKEN = (Outcome.ACCEPTED.value, Outcome.DUPLICATE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEvent:
    """A refused record of a registration. `event_id` and `sequence` are None where it could not be read.

    `publisher`, `partition` and `offset` say where its dead letter lies.
    """

    registration_id: str
    event_id: str | None
    sequence: int | None
    code: str | None
    message: str
    publisher: str
    topic: str
    partition: int
    offset: int
    written_at: str


def parked_events(
    connection: Connection, registrations: Collection[str], publishers: Collection[str]
) -> list[ParkedEvent]:
    """List them in the order of registration and arrival. The index of refusals leads to them."""
    r, d, later = receipts.c, dead_letters.c, receipts.alias("later")
    letter = and_(d.origin_topic == r.topic, d.origin_partition == r.partition, d.origin_offset == r.offset)
    taken = exists().where(
        later.c.topic == r.topic,
        later.c.registration_id == r.registration_id,
        later.c.event_id == r.event_id,
        later.c.outcome.in_(_TAKEN),
    )
    query = (
        select(r.registration_id, r.event_id, r.sequence, r.code, r.message)
        .add_columns(d.publisher, d.topic, d.partition, d.offset, d.written_at)
        .join_from(receipts, dead_letters, letter)
        .where(r.publisher.in_(publishers), r.outcome == Outcome.REJECTED.value)
        .where(r.registration_id.in_(registrations), ~taken)
        .order_by(r.registration_id, d.written_at, d.topic, d.partition, d.offset)
    )
    rows = connection.execute(query).mappings()
    return [ParkedEvent(**{**row, "written_at": row["written_at"].isoformat()}) for row in rows]
