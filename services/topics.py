"""Creates and configures the topics of the contract on a running cluster, and says what differs.

What would lose or reorder data is only reported, never done. Another number of partitions moves every key to another
task's state. More replicas have to be placed by the cluster's operator.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAlreadyExistsError, for_code

from bus.damaged_batches import DECODERS
from register.ids import AgencyId
from runtime.settings import Settings
from schemas.facts.topics import NOTICES, TopicContract, Topics, contracts
from services import faults

REPLICAS: Final = 3  # a broker may die while another is down for maintenance, and nothing that was accepted is lost
_SET_ON_TOPIC: Final = 1  # the source of a value that was set on the topic itself, in DescribeConfigs
_COMPRESSION: Final = "compression.type"
_ANY: Final = "producer"  # who writes chooses
_READABLE: Final = (_ANY, "uncompressed", *DECODERS)  # an operator may choose among them
_READY_S: Final = 30  # seconds until every partition of a new topic must have a leader
_POLL_S: Final = 0.1


class Aspect(StrEnum):
    """What differs."""

    MISSING = "missing"
    CONFIG = "config"
    PARTITIONS = "partitions"
    REPLICAS = "replicas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a topic is."""

    partitions: int
    replicas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as the contract has it. `apply` mends it unless it is about partitions or replicas.

    Of a topic that is missing there is the `size` that it should have, and neither a setting nor its values.
    """

    topic: str
    aspect: Aspect
    setting: str = ""
    wanted: str = ""
    found: str = ""
    size: Size | None = None

    @property
    def can_be_applied(self) -> bool:
        """Whether `apply` mends it."""
        return self.aspect in (Aspect.MISSING, Aspect.CONFIG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What `apply` did, or would do on a dry run; `remaining` is what it leaves to a person."""

    dry_run: bool
    created: tuple[str, ...]
    altered: tuple[Difference, ...]
    remaining: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A topic as it should be on this cluster."""

    partitions: int
    replicas: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A topic as it is. `own` are the values set on the topic itself, `config` all that hold."""

    partitions: int
    replicas: int
    config: Mapping[str, str]
    own: Mapping[str, str]


async def check(settings: Settings) -> tuple[Difference, ...]:
    """Compare the cluster with the contract; empty when nothing differs. Changes nothing."""
    async with _named_admin(settings) as admin:
        wanted = await _wanted(admin, settings)
        return _differences(wanted, await _found(admin, wanted))


async def present(settings: Settings) -> set[str]:
    """Name the topics that the cluster has."""
    async with _named_admin(settings) as admin:
        return set(await admin.list_topics())


def require(found: Collection[str], settings: Settings) -> None:
    """Raise TopicsMissing unless these are all topics of the contract: a process waits in silence for one to come."""
    missing = sorted(set(Topics(settings.topic_prefix).standing()) - set(found))
    if missing:
        raise faults.TopicsMissing(servers=settings.bootstrap_servers, topics=tuple(missing))


async def require_where_kafka_is(settings: Settings) -> None:
    """Raise TopicsMissing as `require` does; while Kafka is away nothing is known, and the processes wait for it."""
    try:
        found = await present(settings)
    except faults.KafkaAway:
        return
    require(found, settings)


async def apply(settings: Settings, *, dry_run: bool = False) -> Applied:
    """Create what is missing and set what differs. What the contract does not name stays as it is.

    Returns when every new partition has a leader. Raises a fault of Kafka for what the cluster refuses.
    """
    async with _named_admin(settings) as admin:
        wanted = await _wanted(admin, settings)
        found = await _found(admin, wanted)
        created = tuple(name for name in wanted if name not in found)
        if created and not dry_run:
            await _create(admin, {name: wanted[name] for name in created})
            found = await _found(admin, wanted)  # another process may have been faster, with other settings
        differences = _differences(wanted, found)
        altered = tuple(one for one in differences if one.aspect is Aspect.CONFIG)
        if altered and not dry_run:
            await _alter(admin, found, altered)
            await _until_set(admin, wanted)
        remaining = tuple(one for one in differences if not one.can_be_applied)
        return Applied(dry_run=dry_run, created=created, altered=altered, remaining=remaining)


async def ensure_agency(settings: Settings, agency: AgencyId) -> bool:
    """Make an agency's topic of notices, ready to be written to; False when it was there already.

    `notify` calls it as well: while no broker answers it raises aiokafka's own KafkaConnectionError, which a worker
    waits for.
    """
    name = Topics(settings.topic_prefix).notices(agency)
    async with _admin(settings) as admin:
        if name in await admin.list_topics():
            return False
        replicas = await _replicas(admin)
        await _create(admin, {name: _as_wanted(contracts()[NOTICES], settings, replicas)})
        return True


@asynccontextmanager
async def _named_admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    with faults.named(settings):
        async with _admin(settings) as admin:
            yield admin


@asynccontextmanager
async def _admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    try:
        await admin.start()
        yield admin
    except KafkaConnectionError:
        raise
    except KafkaError as refused:
        raise faults.NotDone(servers=settings.bootstrap_servers, why=str(refused)) from refused
    finally:
        await admin.close()


async def _wanted(admin: AIOKafkaAdminClient, settings: Settings) -> Mapping[str, _Wanted]:
    """Say how each topic should be: the standing ones, and the notices of every agency that has a topic."""
    topics = Topics(settings.topic_prefix)
    replicas = await _replicas(admin)
    agencies = [name for name in await admin.list_topics() if name.startswith(settings.topic_prefix + "notices.")]
    named = {**topics.standing(), **dict.fromkeys(sorted(agencies), contracts()[NOTICES])}
    return {name: _as_wanted(contract, settings, replicas) for name, contract in named.items()}


def _as_wanted(contract: TopicContract, settings: Settings, replicas: int) -> _Wanted:
    in_sync = "2" if replicas >= REPLICAS else "1"
    return _Wanted(
        partitions=settings.partitions if contract.partitions is None else contract.partitions,
        replicas=replicas,
        config={**contract.config, "min.insync.replicas": in_sync},
    )


async def _replicas(admin: AIOKafkaAdminClient) -> int:
    brokers = (await admin.describe_cluster())["brokers"]
    return min(REPLICAS, len(brokers)) if len(brokers) >= REPLICAS else 1


async def _found(admin: AIOKafkaAdminClient, names: Iterable[str]) -> Mapping[str, _Found]:
    there = {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics()}
    asked = sorted(set(names) & set(there))
    configs = await _configs(admin, asked)
    return {
        name: _Found(
            partitions=len(there[name]),
            replicas=min((len(partition["replicas"]) for partition in there[name]), default=0),
            config={entry: value for entry, (value, _) in configs[name].items()},
            own={entry: value for entry, (value, source) in configs[name].items() if source == _SET_ON_TOPIC},
        )
        for name in asked
    }


async def _configs(admin: AIOKafkaAdminClient, names: list[str]) -> Mapping[str, Mapping[str, tuple[str, int]]]:
    """Read the settings of topics: value and where it comes from, by name."""
    configs: dict[str, dict[str, tuple[str, int]]] = {}
    if not names:
        return configs
    responses = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    for response in responses:
        for code, message, _, name, entries in response.resources:
            _require(code, message, name)
            configs[name] = {entry[0]: (entry[1] or "", entry[3]) for entry in entries}
    return configs


def _differences(wanted: Mapping[str, _Wanted], found: Mapping[str, _Found]) -> tuple[Difference, ...]:
    differences: list[Difference] = []
    for name, topic in wanted.items():
        if name not in found:
            differences.append(_missing(name, topic))
        else:
            differences += _differences_of(name, topic, found[name])
    return tuple(differences)


def _missing(name: str, topic: _Wanted) -> Difference:
    size = Size(partitions=topic.partitions, replicas=topic.replicas)
    return Difference(topic=name, aspect=Aspect.MISSING, size=size)


def _differences_of(name: str, wanted: _Wanted, found: _Found) -> Iterable[Difference]:
    if wanted.partitions != found.partitions:
        yield _difference(name, Aspect.PARTITIONS, "partitions", str(wanted.partitions), str(found.partitions))
    if found.replicas < wanted.replicas:
        yield _difference(name, Aspect.REPLICAS, "replicas", str(wanted.replicas), str(found.replicas))
    for setting, value in wanted.config.items():
        if found.config.get(setting) != value:
            yield _difference(name, Aspect.CONFIG, setting, value, found.config.get(setting, ""))
    if found.config.get(_COMPRESSION, _ANY) not in _READABLE:
        yield _difference(name, Aspect.CONFIG, _COMPRESSION, _ANY, found.config[_COMPRESSION])


def _difference(topic: str, aspect: Aspect, setting: str, wanted: str, found: str) -> Difference:
    return Difference(topic=topic, aspect=aspect, setting=setting, wanted=wanted, found=found)


async def _create(admin: AIOKafkaAdminClient, missing: Mapping[str, _Wanted]) -> None:
    new = [NewTopic(name, topic.partitions, topic.replicas, None, topic.config) for name, topic in missing.items()]
    response = await admin.create_topics(new)
    for name, code, message in response.topic_errors:
        if code != TopicAlreadyExistsError.errno:  # another process was faster
            _require(code, message, name)
    await _until_led(admin, set(missing))


async def _until_led(admin: AIOKafkaAdminClient, names: set[str]) -> None:
    """Wait until each partition has a leader, so that whoever comes next can write at once."""
    deadline = monotonic() + _READY_S
    while waiting := names - {topic["topic"] for topic in await admin.describe_topics() if _is_led(topic)}:
        if monotonic() > deadline:
            raise faults.WithoutLeader(topics=tuple(sorted(waiting)), after_s=_READY_S)
        await asyncio.sleep(_POLL_S)


def _is_led(topic: Mapping[str, Any]) -> bool:
    partitions = topic["partitions"]
    return bool(partitions) and all(partition["leader"] >= 0 for partition in partitions)


async def _alter(admin: AIOKafkaAdminClient, found: Mapping[str, _Found], differences: tuple[Difference, ...]) -> None:
    """Set what differs. The request replaces all that is set on a topic, so what is set there already goes with it."""
    changes: dict[str, dict[str, str]] = {}
    for one in differences:
        changes.setdefault(one.topic, dict(found[one.topic].own))[one.setting] = one.wanted
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, config) for name, config in changes.items()]
    for response in await admin.alter_configs(resources):
        for code, message, _, name in response.resources:
            _require(code, message, name)


async def _until_set(admin: AIOKafkaAdminClient, wanted: Mapping[str, _Wanted]) -> None:
    """Wait until the brokers know what their controller has taken: it takes them a moment."""
    deadline = monotonic() + _READY_S
    while left := [one for one in _differences(wanted, await _found(admin, wanted)) if one.aspect is Aspect.CONFIG]:
        if monotonic() > deadline:
            one = left[0]
            raise faults.NotSet(
                topic=one.topic, setting=one.setting, wanted=one.wanted, found=one.found, after_s=_READY_S
            )
        await asyncio.sleep(_POLL_S)


def _require(code: int, message: str | None, topic: str) -> None:
    if code:
        error = for_code(code)
        raise faults.TopicRefused(topic=topic, why=str(message or error.description))
