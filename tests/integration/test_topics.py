"""The topics of the contract on a real broker: created, found, compared, mended."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from register.ids import AgencyId
from runtime.embedded import free_ports
from runtime.settings import Settings
from schemas.facts.topics import Topics, publishers
from services.error_mapping import KafkaAway
from services.topic_differences import Aspect, Difference, Size
from services.topics import apply, check, ensure_agency


async def _create(settings: Settings, topic: NewTopic) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    await admin.create_topics([topic])
    async with asyncio.timeout(10):
        while topic.name not in await admin.list_topics():  # a broker lists a topic a little after it made it
            pass
    await admin.close()


async def _config(settings: Settings, topic: str) -> dict[str, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    [response] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    await admin.close()
    [(_, _, _, _, entries)] = response.resources
    return {entry[0]: entry[1] for entry in entries}


async def test_apply_creates_every_topic_as_the_contract_has_it(settings: Settings) -> None:
    applied = await apply(settings)
    assert set(applied.created) == set(Topics(settings.topic_prefix).standing())
    assert len(applied.created) == 3 * len(publishers()) + 20
    assert (applied.altered, applied.remaining) == ((), ())
    assert await check(settings) == ()


async def test_a_second_apply_changes_nothing(settings: Settings) -> None:
    await apply(settings)
    again = await apply(settings)
    assert (again.created, again.altered, again.remaining) == ((), (), ())


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(settings: Settings) -> None:
    applied = await apply(settings, dry_run=True)
    assert len(applied.created) == len(Topics(settings.topic_prefix).standing())
    missing = await check(settings)
    assert {one.aspect for one in missing} == {Aspect.MISSING}
    assert missing[0].size == Size(partitions=2, replicas=1)


async def test_a_setting_that_differs_is_named_and_mended(settings: Settings) -> None:
    topic = Topics(settings.topic_prefix).receipts("sa")
    own = {"retention.ms": "1000", "cleanup.policy": "delete", "max.message.bytes": "1048576"}
    await _create(settings, NewTopic(topic, settings.partitions, 1, None, own))
    found = {one for one in await check(settings) if one.aspect is Aspect.CONFIG}
    assert found == {Difference(topic=topic, aspect=Aspect.CONFIG, setting="retention.ms", wanted="-1", found="1000")}
    applied = await apply(settings)
    assert set(applied.altered) == found
    assert await check(settings) == ()


async def test_what_an_operator_set_beside_the_contract_stays(settings: Settings) -> None:
    topic = Topics(settings.topic_prefix).companies
    await _create(settings, NewTopic(topic, settings.partitions, 1, None, {"compression.type": "zstd"}))
    await apply(settings)
    config = await _config(settings, topic)
    assert (config["compression.type"], config["cleanup.policy"]) == ("zstd", "compact")


async def test_another_number_of_partitions_is_said_and_left_alone(settings: Settings) -> None:
    topic = Topics(settings.topic_prefix).changes
    await _create(settings, NewTopic(topic, settings.partitions + 1, 1))
    applied = await apply(settings)
    [left] = applied.remaining
    assert (left.topic, left.aspect) == (topic, Aspect.PARTITIONS)
    assert (left.setting, left.wanted, left.found, left.can_be_applied) == ("partitions", "2", "3", False)
    assert await check(settings) == (left,)


async def test_an_agency_gets_one_topic_of_one_partition(settings: Settings) -> None:
    assert await ensure_agency(settings, AgencyId("zatca"))
    assert not await ensure_agency(settings, AgencyId("zatca"))
    await apply(settings)
    assert await check(settings) == ()
    config = await _config(settings, Topics(settings.topic_prefix).notices("zatca"))
    assert (config["retention.ms"], config["cleanup.policy"]) == (str(365 * 86_400_000), "delete")


async def test_the_topic_of_an_agency_is_compared_too(settings: Settings) -> None:
    topic = Topics(settings.topic_prefix).notices("zatca")
    await _create(settings, NewTopic(topic, 1, 1, None, {"retention.ms": "1000"}))
    assert {one.setting for one in await check(settings) if one.topic == topic} == {"retention.ms", "max.message.bytes"}


async def test_two_that_apply_at_once_both_succeed(settings: Settings) -> None:
    await asyncio.gather(apply(settings), apply(settings))
    assert await check(settings) == ()


async def test_a_cluster_that_does_not_answer_is_named() -> None:
    port = free_ports(1)[0]
    with pytest.raises(KafkaAway) as away:
        await check(Settings(kafka=f"127.0.0.1:{port}"))
    assert away.value.servers == f"127.0.0.1:{port}"
