"""Servers that go away and come back: the projector waits, loses nothing and doubles nothing."""

import asyncio
import signal
import uuid

import pytest

from runtime.embedded import EmbeddedKafka, EmbeddedPostgres, up
from runtime.settings import Settings
from tests.conftest import SettingsFactory
from tests.integration.projection_fixture import world
from tests.integration.projection_load import Load


@pytest.fixture(scope="module")
def own_pair(settings_factory: SettingsFactory) -> Settings:
    """A Kafka and a PostgreSQL that these tests may stop: two minutes to start, if the machine is busy."""
    return settings_factory(start_timeout_s=120)


@pytest.fixture
def own_servers(own_pair: Settings) -> Settings:
    """The pair, running, with names of this test's own."""
    up(own_pair)
    own = uuid.uuid4().hex[:8]
    return own_pair.model_copy(update={"topic_prefix": f"t{own}.", "database_schema": f"t{own}"})


async def test_outages_of_postgresql_lose_and_double_nothing(own_servers: Settings) -> None:
    postgres = EmbeddedPostgres(own_servers)
    async with world(own_servers) as register:
        projector = register.start()
        await projector.says("projection_ready")
        load = Load(register)
        for crash in (True, False):
            for _ in range(8):
                await load.send()
            await asyncio.to_thread(postgres.kill if crash else postgres.stop)
            for _ in range(8):
                await load.send()
            await projector.says("database_away")
            await asyncio.to_thread(up, own_servers)
            await register.projected()
        load.check()
        projector.send(signal.SIGTERM)
        assert await projector.ends(within_s=10) == 0


async def test_it_waits_for_servers_that_are_not_there_yet(own_servers: Settings) -> None:
    kafka, postgres = EmbeddedKafka(own_servers), EmbeddedPostgres(own_servers)
    async with world(own_servers) as register:
        load = Load(register)
        await load.send()
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(kafka.stop)
        projector = register.start()
        await projector.says("database_away")
        await asyncio.to_thread(postgres.start)
        await projector.says("kafka_away")
        await asyncio.to_thread(kafka.start)
        await register.projected()
        load.check()


async def test_a_crash_of_kafka_loses_and_doubles_nothing(own_servers: Settings) -> None:
    kafka = EmbeddedKafka(own_servers)
    async with world(own_servers) as register:
        projector = register.start()
        await projector.says("projection_ready")
        load = Load(register)
        for _ in range(8):
            await load.send()
        await asyncio.to_thread(kafka.kill)
        await projector.says("kafka_away")
        await asyncio.to_thread(kafka.start)
        await load.send()
        await register.projected()
        load.check()
        assert projector.process.poll() is None
