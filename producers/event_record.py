"""From an event to the record that is sent: its topic, its Avro value, its headers.

A record that is too large is refused.
"""

from collections.abc import Mapping

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from producers.batch_sender import HEADROOM_BYTES, OutgoingRecord
from producers.cloud_events import EventHeaders, headers_of
from producers.topic_facts import TopicFacts
from producers.unwritable_events import fault_in, unwritable_field
from register.authorities import Authority
from register.codes import Code, Rejected
from register.events import RegistrationEvent
from register.ids import authority_of, is_registration_id
from schemas.codec.records import event_datum
from schemas.codec.wire import encode
from schemas.partitioning import partition_of
from schemas.problems import Unwritable


def publisher_for(event: RegistrationEvent, known: Mapping[str, Authority]) -> str | Rejected:
    """Name the publisher of an event by its authority, or refuse an event that cannot be sent."""
    fault = fault_in(event)
    if fault is not None:
        return fault
    if not is_registration_id(event.registration_id):
        return Rejected(
            code=Code.MALFORMED_REGISTRATION_ID,
            message=f"{event.registration_id!r} is no registration id: expected CC.REGISTER.NUMBER, "
            "without blanks, slashes or more dots",
            field="registration_id",
        )
    name = authority_of(event.registration_id)
    authority = known.get(name)
    if authority is None:
        return Rejected(
            code=Code.UNKNOWN_AUTHORITY,
            message=f"no registration authority {name!r} is known, so no topic is its own",
            field="registration_id",
        )
    return authority.publisher


def framed(event: RegistrationEvent, topic: TopicFacts) -> OutgoingRecord | Rejected:
    """Write an event of a known authority for its topic."""
    try:
        value = encode("RegistrationEvent", event_datum(event))
    except Unwritable as fault:
        field = unwritable_field(event.stated)
        return Rejected(code=Code.UNREADABLE, message=f"{field or 'it'} cannot be written: {fault}", field=field)
    key = event.registration_id.encode()
    headers = headers_of(event)
    if len(value) + HEADROOM_BYTES > topic.limit_bytes:
        too_large = _too_large(topic, key, value, headers)
        if too_large is not None:
            return too_large
    partition = partition_of(key, topic.partitions)
    return OutgoingRecord(topic=topic, partition=partition, key=key, value=value, headers=headers)


def _too_large(topic: TopicFacts, key: bytes, value: bytes, headers: EventHeaders) -> Rejected | None:
    size = DefaultRecordBatchBuilder.estimate_size_in_bytes(key, value, headers)
    if size <= topic.limit_bytes:
        return None
    return Rejected(
        code=Code.TOO_LARGE,
        message=f"the event has {size:,} bytes, {topic.topic} takes at most {topic.limit_bytes:,} (max.message.bytes): "
        "state less in one event",
    )
