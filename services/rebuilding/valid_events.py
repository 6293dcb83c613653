"""Which records of a bucket are valid events: those that `admit` does not refuse for themselves or for their place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from register.authorities import Authorities
from register.event_checks import refused_content, refused_id
from register.events import RegistrationEvent
from register.ids import RegistrationId, authority_of
from register.limits import EVENT_BYTES
from schemas.codec.reader import read
from schemas.codec.records import event_from
from schemas.partitioning import partition_of
from schemas.problems import UnknownSchema, Unreadable
from services.rebuilding.record_buckets import BucketRecord


class ValidEvent(NamedTuple):
    """A valid event with the record in which it came."""

    event: RegistrationEvent
    record: BucketRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRules:
    """What decides whether a record is a valid event. `publishers`: in the order of the topics' numbers."""

    authorities: Authorities
    publishers: tuple[str, ...]
    partitions: int


def by_registration(records: Iterable[BucketRecord]) -> dict[bytes, list[BucketRecord]]:
    """Group records by key, in the order of arrival."""
    grouped: dict[bytes, list[BucketRecord]] = {}
    for record in records:
        known = grouped.get(record.key)
        if known is None:
            grouped[record.key] = [record]
        else:
            known.append(record)
    return grouped


def valid_events(
    key: bytes, partition: int, records: Sequence[BucketRecord], rules: EventRules
) -> Iterator[ValidEvent]:
    """Read the records of one key in one partition; leaves out what is refused."""
    try:
        own = RegistrationId(key.decode())
    except UnicodeDecodeError:
        return
    if refused_id(own, rules.authorities) is not None or partition_of(key, rules.partitions) != partition:
        return
    topic = rules.publishers.index(rules.authorities[authority_of(own)].publisher)
    for record in records:
        if record.topic != topic or record.value is None or len(record.value) > EVENT_BYTES:
            continue
        try:
            event = event_from(read(record.value, "RegistrationEvent"))
        except (UnknownSchema, Unreadable):
            continue
        if event.registration_id == own and refused_content(event, rules.authorities) is None:
            yield ValidEvent(event, record)
