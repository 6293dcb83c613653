"""Creates and configures the topics of the contract on a running cluster, and says what differs.

What would lose or reorder data is only reported, never done. Another number of partitions moves every key to another
task's state. More replicas have to be placed by the cluster's operator.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAlreadyExistsError, for_code

from register.ids import AgencyId
from runtime.settings import Settings
from schemas.facts.topics import NOTICES, TopicContract, Topics, contracts
from services import error_mapping
from services.topic_differences import Aspect, Difference, FoundTopic, WantedTopic, differences

REPLICAS: Final = 3  # a broker may die while another is down for maintenance, and nothing that was accepted is lost
_SET_ON_TOPIC: Final = 1  # the source of a value that was set on the topic itself, in DescribeConfigs
_READY_S: Final = 30  # seconds until every partition of a new topic must have a leader
_POLL_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What `apply` did, or would do on a dry run; `remaining` is what it leaves to a person."""

    dry_run: bool
    created: tuple[str, ...]
    altered: tuple[Difference, ...]
    remaining: tuple[Difference, ...]


async def check(settings: Settings) -> tuple[Difference, ...]:
    """Compare the cluster with the contract; empty when nothing differs. Changes nothing."""
    async with _named_admin(settings) as admin:
        wanted = await _wanted(admin, settings)
        return differences(wanted, await _found(admin, wanted))


async def present(settings: Settings) -> set[str]:
    """Name the topics that the cluster has."""
    async with _named_admin(settings) as admin:
        return set(await admin.list_topics())


def require(found: Collection[str], settings: Settings, wanted: Collection[str] | None = None) -> None:
    """Raise TopicsMissing unless the wanted topics are found; None: all of the contract.

    A process would wait in silence for one to come.
    """
    missing = sorted(set(Topics(settings.topic_prefix).standing() if wanted is None else wanted) - set(found))
    if missing:
        raise error_mapping.TopicsMissing(servers=settings.bootstrap_servers, topics=tuple(missing))


async def require_where_kafka_is(settings: Settings) -> None:
    """Raise TopicsMissing as `require` does; while Kafka is away nothing is known, and the processes wait for it."""
    try:
        found = await present(settings)
    except error_mapping.KafkaAway:
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
        found_wrong = differences(wanted, found)
        altered = tuple(one for one in found_wrong if one.aspect is Aspect.CONFIG)
        if altered and not dry_run:
            await _alter(admin, found, altered)
            await _until_set(admin, wanted)
        remaining = tuple(one for one in found_wrong if not one.can_be_applied)
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
    with error_mapping.named(settings):
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
        raise error_mapping.NotDone(servers=settings.bootstrap_servers, why=str(refused)) from refused
    finally:
        await admin.close()


async def _wanted(admin: AIOKafkaAdminClient, settings: Settings) -> Mapping[str, WantedTopic]:
    """Say how each topic should be: the standing ones, and the notices of every agency that has a topic."""
    topics = Topics(settings.topic_prefix)
    replicas = await _replicas(admin)
    agencies = [name for name in await admin.list_topics() if name.startswith(settings.topic_prefix + "notices.")]
    named = {**topics.standing(), **dict.fromkeys(sorted(agencies), contracts()[NOTICES])}
    return {name: _as_wanted(contract, settings, replicas) for name, contract in named.items()}


def _as_wanted(contract: TopicContract, settings: Settings, replicas: int) -> WantedTopic:
    in_sync = "2" if replicas >= REPLICAS else "1"
    return WantedTopic(
        partitions=settings.partitions if contract.partitions is None else contract.partitions,
        replicas=replicas,
        config={**contract.config, "min.insync.replicas": in_sync},
    )


async def _replicas(admin: AIOKafkaAdminClient) -> int:
    brokers = (await admin.describe_cluster())["brokers"]
    return min(REPLICAS, len(brokers)) if len(brokers) >= REPLICAS else 1


async def _found(admin: AIOKafkaAdminClient, names: Iterable[str]) -> Mapping[str, FoundTopic]:
    there = {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics()}
    asked = sorted(set(names) & set(there))
    configs = await _configs(admin, asked)
    return {
        name: FoundTopic(
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


async def _create(admin: AIOKafkaAdminClient, missing: Mapping[str, WantedTopic]) -> None:
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
            raise error_mapping.WithoutLeader(topics=tuple(sorted(waiting)), after_s=_READY_S)
        await asyncio.sleep(_POLL_S)


def _is_led(topic: Mapping[str, Any]) -> bool:
    partitions = topic["partitions"]
    return bool(partitions) and all(partition["leader"] >= 0 for partition in partitions)


async def _alter(admin: AIOKafkaAdminClient, found: Mapping[str, FoundTopic], left: tuple[Difference, ...]) -> None:
    """Set what differs. The request replaces all that is set on a topic, so what is set there already goes with it."""
    changes: dict[str, dict[str, str]] = {}
    for one in left:
        changes.setdefault(one.topic, dict(found[one.topic].own))[one.setting] = one.wanted
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, config) for name, config in changes.items()]
    for response in await admin.alter_configs(resources):
        for code, message, _, name in response.resources:
            _require(code, message, name)


async def _until_set(admin: AIOKafkaAdminClient, wanted: Mapping[str, WantedTopic]) -> None:
    """Wait until the brokers know what their controller has taken: it takes them a moment."""
    deadline = monotonic() + _READY_S
    while left := [one for one in differences(wanted, await _found(admin, wanted)) if one.aspect is Aspect.CONFIG]:
        if monotonic() > deadline:
            one = left[0]
            raise error_mapping.NotSet(
                topic=one.topic, setting=one.setting, wanted=one.wanted, found=one.found, after_s=_READY_S
            )
        await asyncio.sleep(_POLL_S)


def _require(code: int, message: str | None, topic: str) -> None:
    if code:
        error = for_code(code)
        raise error_mapping.TopicRefused(topic=topic, why=str(message or error.description))
