"""Every event of the registries is in PostgreSQL, once, with its bytes; an older read model gets them by itself."""

from collections.abc import AsyncIterator
from itertools import islice

import pytest

from readmodel.migrating import migrate
from runtime.settings import Settings
from schemas.codec.records import event_datum
from schemas.codec.wire import encode
from simulation.simulation import Simulation
from tests.integration.projection_fixture import Sent, World, world
from tests.integration.test_projection import downgrade
from tests.unit.register.stating import NOOR, NOOR_IN_RIYADH, event

PUBLISHERS = ("ae", "bh", "kw", "om", "qa", "sa")
EVENTS = 900


@pytest.fixture
async def register(settings: Settings) -> AsyncIterator[World]:
    async with world(settings) as made:
        await made.create(*(made.topics.registrations(publisher) for publisher in PUBLISHERS))
        yield made


def simulated(register: World) -> list[Sent]:
    deliveries = islice(Simulation("31", 200, invalid_share=0.3).deliveries(), EVENTS)
    return [
        Sent(
            topic=register.topics.registrations(one.publisher),
            key=one.key.encode(),
            value=encode("RegistrationEvent", event_datum(one.event)),
        )
        for one in deliveries
    ]


def bodies(register: World) -> list[tuple[str, str, bytes]]:
    return sorted((row["topic"], row["registration_id"], row["body"]) for row in register.rows("events"))


def sent_bodies(sent: list[Sent]) -> list[tuple[str, str, bytes]]:
    kept = [one for one in sent if b"." in one.key]  # a malformed id has none
    return sorted((one.topic, one.key.decode(), one.value or b"") for one in kept)


async def test_each_committed_event_is_there_once_though_the_projector_is_killed(register: World) -> None:
    sent = simulated(register)
    for number in range(2):
        projector = register.start(f"projector{number}")
        await projector.says("projection_ready")
        await register.send(*sent[number::2])
        await register.send(*sent[:50], abort=True)
        projector.kill()
    await register.project()
    assert bodies(register) == sent_bodies(sent)
    places = {(row["topic"], row["partition"], row["offset"]) for row in register.rows("events")}
    assert len(places) == len(bodies(register))


async def test_a_key_stays_known_though_the_event_that_stated_it_was_corrected(register: World) -> None:
    naming = event(1, of=NOOR_IN_RIYADH, home_registration=NOOR)
    await register.send(register.event("sa", naming), register.event("sa", naming))
    await register.send(register.event("sa", event(2, of=NOOR_IN_RIYADH, cleared=["home_registration"])))
    await register.project()
    assert register.rows("stated_keys") == [{"key": f"home/{NOOR}", "registration_id": NOOR_IN_RIYADH}]


async def test_the_events_of_a_register_that_an_older_version_projected_come_with_the_upgrade(register: World) -> None:
    sent = simulated(register)
    await register.send(*sent)
    await register.project()
    whole = register.rows("events"), register.rows("stated_keys"), register.rows("offsets")
    assert whole[0] != [] != whole[1]

    downgrade(register.settings, "0005")
    of_registries = {register.topics.registrations(publisher) for publisher in PUBLISHERS}
    assert of_registries.isdisjoint(row["topic"] for row in register.rows("offsets"))
    assert register.topics.dead_letters("sa") in {row["topic"] for row in register.rows("offsets")}
    migrate(register.settings)
    assert register.rows("events") == []

    await register.project()
    assert (register.rows("events"), register.rows("stated_keys"), register.rows("offsets")) == whole


async def test_what_no_registry_should_write_stops_nothing(register: World) -> None:
    topic = register.topics.registrations("kw")
    await register.send(
        Sent(topic=topic, key=b"", value=b"garbage"),
        Sent(topic=topic, key=NOOR.encode(), value=b"garbage of SA.MC. and LEI"),
        Sent(topic=topic, key=NOOR.encode(), value=None),
        Sent(topic=topic, key=b"\xff", value=bytes(300_000)),
        register.event("kw", event(1)),
    )
    await register.project()
    assert len(bodies(register)) == 2
