"""A real Kafka and PostgreSQL for the tests that ask for them: one of each per session, names of its own per test.

A developer in a hurry keeps a pair running and names it: SIJILL_TEST_KAFKA=host:port, and
SIJILL_TEST_DATABASE_URL=postgresql://… They are used as they are, and left running.
"""

import asyncio
import gc
import os
import re
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
import structlog
from aiokafka.admin import AIOKafkaAdminClient

from runtime.embedded import EmbeddedKafka, EmbeddedPostgres, down, free_ports, up
from runtime.settings import PREFIX, TEST_PREFIX, Settings
from runtime.signals import interrupt_on_termination

REPOSITORY = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.side_by_side"]
SHARED_JARS = REPOSITORY / ".sijill" / "kafka" / "libs"  # fetched through Maven once, whoever comes first
# Short-lived brokers: compiling their code well takes more processor time than it saves.
BRIEF_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


class SettingsFactory(Protocol):
    """Makes settings of an embedded instance of its own: free ports, an empty data directory."""

    def __call__(self, **overrides: object) -> Settings: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The Kafka and PostgreSQL of this session. `kafka` and `postgres` are None where one was named from outside."""

    settings: Settings
    kafka: EmbeddedKafka | None
    postgres: EmbeddedPostgres | None


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX)]:
        del os.environ[name]  # what a developer has set for their own instance must not reach the tests
    # compiled modules are kept, as the Makefile keeps them: the tests start hundreds of processes
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    os.environ.setdefault("JDK_JAVA_OPTIONS", BRIEF_JAVA)
    gc.disable()  # until all tests are collected: nothing of what is imported and collected becomes garbage
    # a shell has them ignored in its background, and so has nohup: the tests send them
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
    interrupt_on_termination()  # fixtures are torn down on KeyboardInterrupt only: no servers are left behind


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def structlog_as_before() -> Iterator[None]:
    """A command that a test runs in this process sets what is logged: not for the test after it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def settings_factory() -> Iterator[SettingsFactory]:
    """For tests that start, stop or kill servers of their own; what still runs at the end is stopped then."""
    made: list[Settings] = []

    def make(**overrides: object) -> Settings:
        names = ("kafka_port", "kafka_controller_port", "postgres_port", "portal_port")
        values: dict[str, object] = dict(zip(names, free_ports(len(names)), strict=True))
        values |= {
            "data_dir": _short_directory(),
            "kafka_libs": SHARED_JARS,
            "partitions": 2,
            "start_timeout_s": 180,
            **overrides,
        }
        made.append(Settings.model_validate(values))
        return made[-1]

    yield make
    for settings in made:
        down(settings.model_copy(update={"kafka": "", "database_url": ""}))
        shutil.rmtree(settings.data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(settings_factory: SettingsFactory) -> Cluster:
    """Kafka and PostgreSQL, answering. Starts them when the first test asks; takes about three seconds."""
    settings = settings_factory(
        kafka=os.environ.get("SIJILL_TEST_KAFKA", ""), database_url=os.environ.get("SIJILL_TEST_DATABASE_URL", "")
    )
    up(settings, report=print)
    return Cluster(
        settings=settings,
        kafka=EmbeddedKafka(settings) if settings.kafka_is_embedded else None,
        postgres=EmbeddedPostgres(settings) if settings.postgres_is_embedded else None,
    )


@pytest.fixture
def settings(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of one test: the session's servers, but topics, a schema and a data directory of its own.

    Its topics and its schema are dropped afterwards. `settings.environment()` is what a subprocess needs.
    """
    with own_settings(cluster, request.node.name) as mine:
        yield mine


@contextmanager
def own_settings(cluster: Cluster, name: str) -> Iterator[Settings]:
    """Give settings of an instance of its own on the session's servers, and clear up after it."""
    word = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:24]
    own = f"t{uuid.uuid4().hex[:8]}_{word}"
    mine = cluster.settings.model_copy(
        update={
            "kafka": cluster.settings.bootstrap_servers,
            "database_url": cluster.settings.postgres_url,
            "topic_prefix": f"{own}.",
            "database_schema": own,
            "data_dir": _short_directory(),
            "kafka_libs": SHARED_JARS,
            "portal_port": free_ports(1)[0],
        }
    )
    try:
        yield mine
    finally:
        asyncio.run(_drop_topics(mine))
        _drop_schema(mine)
        shutil.rmtree(mine.data_dir, ignore_errors=True)


def _short_directory() -> Path:
    return Path(tempfile.mkdtemp(prefix="sijill-test-"))


async def _drop_topics(settings: Settings) -> None:
    """A broker holds memory maps for each partition: thousands left over would exhaust the system's count."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        made = [topic for topic in await admin.list_topics() if topic.startswith(settings.topic_prefix)]
        if made:
            await admin.delete_topics(made)
    finally:
        await admin.close()


def _drop_schema(settings: Settings) -> None:
    with psycopg.connect(settings.postgres_url, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA IF EXISTS "{settings.database_schema}" CASCADE')
