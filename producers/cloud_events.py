"""CloudEvents 1.0 attributes as Kafka headers, in binary mode, so that any tool can route an event without Avro.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from datetime import UTC
from functools import cache
from typing import Final

from register.events import EventKind, RegistrationEvent
from register.ids import authority_of

CONTENT_TYPE: Final = "application/avro"
TYPE_PREFIX: Final = "org.gcc.sijill.registration."

EventHeaders = list[tuple[str, bytes]]


def headers_of(event: RegistrationEvent) -> EventHeaders:
    """Write the attributes of an event. `ce_source` and `ce_id` together name it, as CloudEvents asks."""
    recorded_at = event.recorded_at.astimezone(UTC).replace(tzinfo=None)
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", event.event_id.encode()),
        ("ce_source", _source(authority_of(event.registration_id))),
        ("ce_type", _type(event.kind)),
        ("ce_time", f"{recorded_at.isoformat()}Z".encode()),
        ("ce_subject", event.registration_id.encode()),
        ("content-type", CONTENT_TYPE.encode()),
    ]


@cache
def _type(kind: EventKind) -> bytes:
    return (TYPE_PREFIX + kind.value.lower()).encode()


@cache
def _source(authority: str) -> bytes:
    return f"/authorities/{authority}".encode()
