"""The faults of Kafka, PostgreSQL and the rooms below, as problems that a caller of a service can tell apart.

What was never loaded has raised nothing: the libraries are looked at only where they are there already.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

from bus.problems import BusError
from consumers.agency import problems as of_followers
from consumers.projection.problems import ProjectionProblem
from producers import problems as of_producers
from readmodel import problems as of_readmodel
from runtime.settings import Settings
from schemas.problems import ContractProblem, RegistryProblem
from services.problems import NoNotices, ServiceProblem


@dataclass(kw_only=True, eq=False)
class KafkaAway(ServiceProblem):
    """No Kafka answers."""

    servers: str


@dataclass(kw_only=True, eq=False)
class KafkaSlow(ServiceProblem):
    """Kafka is there and did not answer in time: it may be asked again. `why` is Kafka's own word."""

    servers: str
    why: str


@dataclass(kw_only=True, eq=False)
class KafkaRefuses(ServiceProblem):
    """Kafka answers, and this cannot be done. `why` is Kafka's own word."""

    servers: str
    why: str


@dataclass(kw_only=True, eq=False)
class NotDone(ServiceProblem):
    """Kafka did not do what its administrator asked. `why` is Kafka's own word."""

    servers: str
    why: str


@dataclass(kw_only=True, eq=False)
class TopicUnknown(ServiceProblem):
    """A topic does not exist. `topic` is None where Kafka does not say which."""

    servers: str
    topic: str | None = None


@dataclass(kw_only=True, eq=False)
class TopicsMissing(ServiceProblem):
    """Topics of the contract do not exist."""

    servers: str
    topics: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class TopicRefused(ServiceProblem):
    """Kafka refuses to describe or change a topic. `why` is Kafka's own word."""

    topic: str
    why: str


@dataclass(kw_only=True, eq=False)
class WithoutLeader(ServiceProblem):
    """Kafka created topics, and gives them no leader."""

    topics: tuple[str, ...]
    after_s: float


@dataclass(kw_only=True, eq=False)
class NotSet(ServiceProblem):
    """Kafka took a setting of a topic, and its brokers have another one still."""

    topic: str
    setting: str
    wanted: str
    found: str
    after_s: float


@dataclass(kw_only=True, eq=False)
class EventsUnconfirmed(ServiceProblem):
    """Kafka did not confirm what was sent: some may have arrived. `why` is Kafka's own word.

    `event_id` is None for a batch of events, and `partition` for a single one. `confirmed` counts those that stand.
    """

    topic: str
    partition: int | None
    event_id: str | None
    confirmed: int
    why: str


@dataclass(kw_only=True, eq=False)
class PostgresAway(ServiceProblem):
    """No PostgreSQL answers. `why` is its own word, or that of its library."""

    why: str


@dataclass(kw_only=True, eq=False)
class PostgresBreaksOff(ServiceProblem):
    """PostgreSQL does not answer as it should. `why` is its own word."""

    why: str


@dataclass(kw_only=True, eq=False)
class PostgresRefuses(ServiceProblem):
    """PostgreSQL answers, and this cannot be done. `why` is its own word."""

    why: str


@dataclass(kw_only=True, eq=False)
class ProjectionMissing(ServiceProblem):
    """The schema holds no projection of this version."""

    schema: str


@dataclass(kw_only=True, eq=False)
class BelowFails(ServiceProblem):
    """Something does not hold to the contract, or a schema registry does not answer; `why` says what and where."""

    why: str


def problem_of(fault: BaseException, settings: Settings) -> ServiceProblem | None:
    """Say which problem a fault is; None for a bug of ours, whose traceback is wanted.

    It may ask whether Kafka answers, which can take two seconds a server.
    """
    if isinstance(fault, ServiceProblem):
        return fault
    for kind, named in (*_of_kafka(), *_of_postgresql(), *_OF_ROOMS):
        if isinstance(fault, kind):
            return named(fault, settings)
    return None


class named:  # noqa: N801  (used as a function, as contextlib's own)
    """Give the faults of a block as problems of services; a bug passes as it is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the block; raises the problem that its fault is."""
        problem = None if fault is None else problem_of(fault, self._settings)
        if problem is not None and problem is not fault:
            raise problem from fault


_Named = Callable[[Any, Settings], ServiceProblem]
_Line = tuple[type[BaseException] | tuple[type[BaseException], ...], _Named]


def _kafka_away(fault: BaseException, settings: Settings) -> ServiceProblem:
    return KafkaAway(servers=settings.bootstrap_servers)


def _kafka_slow(fault: BaseException, settings: Settings) -> ServiceProblem:
    if not _kafka_answers(settings):  # it may go in the middle of what is asked
        return _kafka_away(fault, settings)
    return KafkaSlow(servers=settings.bootstrap_servers, why=_described(fault))


def _kafka_refuses(fault: BaseException, settings: Settings) -> ServiceProblem:
    if not _kafka_answers(settings):
        return _kafka_away(fault, settings)
    return KafkaRefuses(servers=settings.bootstrap_servers, why=_described(fault))


def _kafka_answers(settings: Settings) -> bool:
    from bus.kafka_availability import any_server_answers

    return any_server_answers(settings.bootstrap_servers)


def _topic_missing(fault: BaseException, settings: Settings) -> ServiceProblem:
    return TopicUnknown(servers=settings.bootstrap_servers)


def _described(fault: BaseException) -> str:
    text = str(fault)
    name = type(fault).__name__
    return text if name in text else f"{name}: {text}" if text else name


def _of_kafka() -> Iterator[_Line]:
    if "aiokafka" not in sys.modules:
        return
    from aiokafka import errors

    yield (errors.KafkaConnectionError, errors.NodeNotReadyError), _kafka_away
    yield errors.UnknownTopicOrPartitionError, _topic_missing
    yield (errors.KafkaTimeoutError, errors.RequestTimedOutError), _kafka_slow
    yield errors.KafkaError, _kafka_refuses


def _of_postgresql() -> Iterator[_Line]:
    yield of_readmodel.DatabaseAway, lambda fault, _: PostgresAway(why=fault.why)
    yield of_readmodel.NotProjected, lambda _, settings: ProjectionMissing(schema=settings.database_schema)
    if "sqlalchemy" not in sys.modules:
        return
    from sqlalchemy.exc import DBAPIError, OperationalError

    yield OperationalError, lambda fault, _: PostgresBreaksOff(why=str(fault.orig).strip())
    yield DBAPIError, lambda fault, _: PostgresRefuses(why=str(fault.orig).strip())


_OF_ROOMS: Final[tuple[_Line, ...]] = (
    ((of_producers.BrokerUnreachable, of_followers.KafkaUnreachable), _kafka_away),
    (of_followers.NoTopic, lambda fault, _: NoNotices(agency=fault.agency)),
    (
        of_producers.EventTopicMissing,
        lambda fault, settings: TopicUnknown(servers=settings.bootstrap_servers, topic=fault.topic),
    ),
    (
        of_producers.NotDelivered,
        lambda fault, _: EventsUnconfirmed(
            topic=fault.topic,
            partition=fault.partition,
            event_id=fault.event_id,
            confirmed=fault.confirmed,
            why=fault.why,
        ),
    ),
    (
        (
            BusError,
            ContractProblem,
            RegistryProblem,
            ProjectionProblem,
            of_followers.FollowerProblem,
            of_producers.PublisherProblem,
            of_readmodel.ReadModelProblem,
        ),
        lambda fault, _: BelowFails(why=str(fault)),
    ),
)  # the first that fits
