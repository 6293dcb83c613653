"""Strategies for the records in the topics of the registries: events, repeats, and any other bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from register.events import RegistrationEvent
from schemas.codec.wire import HEADER_BYTES, encode
from schemas.facts.topics import publishers
from tests.unit.laws.histories import several, shuffled_with_repeats
from tests.unit.streams.in_memory import InMemoryKafka
from tests.unit.streams.sample_events import HEADERS, publisher_of, value_of

OTHER_FRAMES = (b"\x00\x00\x0f\x42\x3f", encode("NoticeCursor", {"agency": "a", "number": 1})[:HEADER_BYTES])


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One record on its way into a registry's topic."""

    publisher: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None


@st.composite
def arrivals(draw: st.DrawFn, *, broken: bool = True) -> list[Arrival]:
    """Draw events of several registries in any order and with repeats; with `broken`, also what is no event."""
    events = [event for history in draw(several(most=3)) for event in history]
    good = [_good(event) for event in draw(shuffled_with_repeats(events))]
    if not broken:
        return good
    bad = draw(st.lists(_broken(good), max_size=4))
    return list(draw(st.permutations([*good, *bad])))


def publish(kafka: InMemoryKafka, arriving: Sequence[Arrival]) -> None:
    """Publish all of them."""
    for one in arriving:
        topic = kafka.topics.registrations(one.publisher)
        kafka.publish(topic, one.key, one.value, HEADERS, one.partition)


def _good(event: RegistrationEvent) -> Arrival:
    return Arrival(
        publisher=publisher_of(event.registration_id), key=event.registration_id.encode(), value=value_of(event)
    )


@st.composite
def _broken(draw: st.DrawFn, good: Sequence[Arrival]) -> Arrival:
    """Damage an arrival: its bytes, its key, or its topic."""
    whole = draw(st.sampled_from(good))
    value = whole.value or b""
    position = draw(st.integers(0, len(value) - 1))
    noise = draw(st.binary(max_size=24))
    flipped = bytes([value[position] ^ draw(st.integers(1, 255))])
    spoilt = draw(
        st.sampled_from(
            [
                value,
                None,
                noise,
                value[:position],
                value[:position] + noise + value[position:],
                value[:position] + flipped + value[position + 1 :],
                value[:HEADER_BYTES] + noise,
                *(frame + value[HEADER_BYTES:] for frame in OTHER_FRAMES),
            ]
        )
    )
    return Arrival(
        publisher=draw(st.sampled_from([whole.publisher, whole.publisher, *publishers()])),
        key=draw(st.sampled_from([whole.key, whole.key, None, b"", noise])),
        value=spoilt,
    )
