"""Publishes good and damaged events for the tests of the steps."""

from bus.record import ConsumedRecord
from register.events import RegistrationEvent
from register.ids import RegistrationId, member_state_of
from schemas.codec.records import event_datum
from schemas.codec.wire import HEADER_BYTES, encode
from schemas.facts.topics import Topics
from streams.processors import admit, unify
from tests.unit.register.stating import registered
from tests.unit.streams.in_memory import InMemoryKafka, Task, run_out, tasks_of

GARBAGE = b"\xff\xfe this was never Avro"
UNKNOWN_SCHEMA_ID = (999_999).to_bytes(4, "big")
HEADERS = (("ce_id", b"e1"), ("ce_source", "وزارة".encode()))


def value_of(event: RegistrationEvent) -> bytes:
    """The bytes of an event."""
    return encode("RegistrationEvent", event_datum(event))


def truncated(event: RegistrationEvent) -> bytes:
    """An event of which the end is missing."""
    return value_of(event)[:-7]


def of_an_unknown_schema(event: RegistrationEvent) -> bytes:
    """An event framed with the id of a schema that nobody has published."""
    return b"\x00" + UNKNOWN_SCHEMA_ID + value_of(event)[HEADER_BYTES:]


def nonsense(size: int = 900_000) -> bytes:
    """A valid frame, and then noise."""
    frame = value_of(registered())[:HEADER_BYTES]
    noise = bytes((one * 7 + 13) % 251 for one in range(251))
    return frame + (noise * (size // len(noise) + 1))[:size]


def publish(kafka: InMemoryKafka, *events: RegistrationEvent, publisher: str | None = None) -> list[ConsumedRecord]:
    """Publish events as their registries would, or all through the topic of one publisher."""
    return [
        kafka.publish(
            kafka.topics.registrations(publisher or publisher_of(event.registration_id)),
            event.registration_id.encode(),
            value_of(event),
            HEADERS,
        )
        for event in events
    ]


def publisher_of(registration: RegistrationId) -> str:
    """Name the publisher of a registration's register."""
    return (member_state_of(registration) or "gleif").lower()


class Admitting:
    """`admit` over topics in memory, with its outputs."""

    def __init__(self, partitions: int = 1) -> None:
        self.kafka = InMemoryKafka(partitions=partitions)
        self.tasks: list[Task] = tasks_of(self.kafka, admit.processor(self.kafka.topics))

    @property
    def topics(self) -> Topics:
        """The names of the topics."""
        return self.kafka.topics

    def take(self, *events: RegistrationEvent, publisher: str | None = None) -> "Admitting":
        """Publish events and process them."""
        publish(self.kafka, *events, publisher=publisher)
        return self.run()

    def run(self) -> "Admitting":
        """Process the queued records."""
        run_out(self.tasks)
        return self


def unifying(kafka: InMemoryKafka) -> list[Task]:
    """`unify` over the same topics."""
    return tasks_of(kafka, unify.processor(kafka.topics))
