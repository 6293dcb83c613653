"""The events of registrations that were refused and never accepted since: their dead letters."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, select

from readmodel.tables import dead_letters, receipts
from register.codes import Outcome

_TAKEN: Final = (Outcome.ACCEPTED.value, Outcome.DUPLICATE.value)


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
    refused = _refused(connection, registrations, publishers)
    taken = _taken(connection, registrations, {one["event_id"] for one in refused} - {None})
    return [
        ParkedEvent(**{**one, "written_at": one["written_at"].isoformat()})
        for one in refused
        if (one["registration_id"], one["event_id"]) not in taken
    ]


def _refused(
    connection: Connection, registrations: Collection[str], publishers: Collection[str]
) -> Sequence[Mapping[Any, Any]]:
    r, d = receipts.c, dead_letters.c
    letter = and_(d.origin_topic == r.topic, d.origin_partition == r.partition, d.origin_offset == r.offset)
    query = (
        select(r.registration_id, r.event_id, r.sequence, r.code, r.message)
        .add_columns(d.publisher, d.topic, d.partition, d.offset, d.written_at)
        .join_from(receipts, dead_letters, letter)
        .where(r.publisher.in_(publishers), r.outcome == Outcome.REJECTED.value)
        .where(r.registration_id.in_(registrations))
        .order_by(r.registration_id, d.written_at, d.topic, d.partition, d.offset)
    )
    return connection.execute(query).mappings().all()


def _taken(
    connection: Connection, registrations: Collection[str], events: Collection[str]
) -> set[tuple[str | None, str | None]]:
    """Find the events that were accepted. No index leads there: all receipts are read once, and only if need be."""
    if not events:
        return set()
    r = receipts.c
    query = select(r.registration_id, r.event_id).where(
        r.registration_id.in_(registrations), r.event_id.in_(events), r.outcome.in_(_TAKEN)
    )
    return {(registration, event) for registration, event in connection.execute(query)}
