"""Check that Kafka and PostgreSQL answer, and in which version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import psycopg

from bus.kafka_availability import any_server_answers
from bus.topic_inspection import topic_reader
from runtime.kafka_probe import api_versions
from runtime.settings import Settings
from services.error_mapping import KafkaAway, PostgresAway, named
from services.health.findings import Bad, Doubtful, Good, HealthFinding, ServerAway

POSTGRES_TESTED: Final = 18
CONNECT_S: Final = 5
_FETCH: Final = 1
_SINCE_4: Final = 4  # the oldest Fetch that Kafka 4 takes (KIP-896); Kafka 3 also takes older ones
_UTF8: Final = "UTF8"


@dataclass(frozen=True, kw_only=True)
class KafkaAnswers(Good):
    """Kafka answers, in a version that Sijill was tested with."""

    servers: str
    brokers: int


@dataclass(frozen=True, kw_only=True)
class KafkaOld(Doubtful):
    """Kafka is older than 4."""

    servers: str


@dataclass(frozen=True, kw_only=True)
class PostgresAnswers(Good):
    """PostgreSQL answers, in a version that Sijill was tested with."""

    version: str


@dataclass(frozen=True, kw_only=True)
class PostgresOld(Doubtful):
    """PostgreSQL is older than the version that Sijill was tested with."""

    version: str
    tested: int


@dataclass(frozen=True, kw_only=True)
class EncodingWrong(Bad):
    """The database has another encoding than UTF-8, so that it cannot hold Arabic names."""

    encoding: str


async def check_kafka(settings: Settings) -> Sequence[HealthFinding]:
    """Ask whether Kafka answers, and whether it is new enough."""
    if not any_server_answers(settings.bootstrap_servers):
        return [ServerAway(problem=KafkaAway(servers=settings.bootstrap_servers))]
    with named(settings):
        async with topic_reader(settings) as reader:
            brokers = await reader.brokers()
    return kafka_findings(settings.bootstrap_servers, brokers, _versions(settings.bootstrap_servers))


def kafka_findings(servers: str, brokers: int, versions: Mapping[int, tuple[int, int]]) -> Sequence[HealthFinding]:
    """Judge a cluster by the requests that it takes: the oldest and the newest version of each, by its number."""
    oldest = versions.get(_FETCH, (0, 0))[0]
    if oldest < _SINCE_4:
        return [KafkaOld(servers=servers)]
    return [KafkaAnswers(servers=servers, brokers=brokers)]


def check_postgres(settings: Settings) -> Sequence[HealthFinding]:
    """Ask whether PostgreSQL answers, and whether it is new enough."""
    try:
        with psycopg.connect(settings.postgres_url, connect_timeout=CONNECT_S) as connection:
            version = connection.info.server_version
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.OperationalError as fault:
        return [ServerAway(problem=PostgresAway(why=str(fault).strip()))]
    return postgres_findings(version, encoding or "")


def postgres_findings(number: int, encoding: str) -> Sequence[HealthFinding]:
    """Judge a database by the number of its version, such as 180001 for 18.1, and its encoding."""
    major, minor = divmod(number, 10_000)
    version = f"{major}.{minor}"
    if encoding != _UTF8:
        return [EncodingWrong(encoding=encoding)]
    if major < POSTGRES_TESTED:
        return [PostgresOld(version=version, tested=POSTGRES_TESTED)]
    return [PostgresAnswers(version=version)]


def _versions(servers: str) -> Mapping[int, tuple[int, int]]:
    """Ask the first server that answers."""
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        found = api_versions(host.strip("[]"), int(port))
        if found:
            return found
    return {}
