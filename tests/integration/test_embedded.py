"""The embedded Kafka and PostgreSQL, with real processes: up, up again, kill, stale pid files, down."""

from collections.abc import Iterator

import psutil
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from runtime.embedded import EmbeddedKafka, EmbeddedPostgres, down, status, up
from runtime.settings import Settings
from tests.conftest import SettingsFactory


@pytest.fixture
def own(settings_factory: SettingsFactory) -> Iterator[Settings]:
    settings = settings_factory()
    yield settings
    down(settings)


def _processes_of(settings: Settings) -> list[psutil.Process]:
    marker = str(settings.data_dir)
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if any(marker in part for part in process.info["cmdline"] or ())]


def test_up_starts_both_and_a_second_up_finds_them_running(own: Settings) -> None:
    first, second = up(own), up(own)
    assert first.started == ("Kafka", "PostgreSQL")
    assert second.started == ()
    assert all(part.answers for part in status(own))


def test_down_leaves_no_process_behind(own: Settings) -> None:
    up(own)
    assert _processes_of(own)
    assert set(down(own)) == {"Kafka", "PostgreSQL"}
    assert _processes_of(own) == []
    assert down(own) == ()
    assert [part.pid for part in status(own)] == [None, None]


async def test_what_was_written_is_there_after_a_kill(own: Settings) -> None:
    up(own)
    await _write(own, b"before the crash")
    assert EmbeddedKafka(own).kill()
    assert EmbeddedPostgres(own).kill()
    assert [part.answers for part in status(own)] == [False, False]
    assert up(own).started == ("Kafka", "PostgreSQL")
    assert await _read(own) == b"before the crash"


async def _write(settings: Settings, value: bytes) -> None:
    with psycopg.connect(settings.postgres_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT %s::bytea AS value", [value])
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers, transactional_id="keeper")
    async with producer, producer.transaction():
        await producer.send_and_wait("kept", value)


async def _read(settings: Settings) -> bytes:
    with psycopg.connect(settings.postgres_url) as connection:
        row = connection.execute("SELECT value FROM kept").fetchone()
    servers = settings.bootstrap_servers
    async with AIOKafkaConsumer(
        "kept", bootstrap_servers=servers, auto_offset_reset="earliest", isolation_level="read_committed"
    ) as consumer:
        record = await consumer.getone()
    assert row == (record.value,)
    return bytes(record.value)
