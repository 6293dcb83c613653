"""An agency follows its notices on a real Kafka: each once and in order, and what is not there is raised."""

import asyncio
import time
from typing import Final

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from consumers.agency.follower import Follower
from consumers.agency.problems import KafkaUnreachable, NotGivenYet, NotKept, NoTopic, NumbersMissing
from register.ids import AgencyId
from runtime.embedded import free_ports
from runtime.settings import Settings
from services.topics import ensure_agency, present
from tests.integration.projection_fixture import World, world
from tests.unit.consumers.sample_records import change, company, notice

AGENCY: Final = AgencyId("kw-procurement")
TOLD: Final = change(company(version=1))
WITHIN_S: Final = 60
POLL_S: Final = 0.1

Heard = list[int | tuple[type[NumbersMissing], int, int | None]]


async def _heard(settings: Settings, after: int = 0) -> Heard:
    async with Follower(settings, AGENCY, after=after, wait=False) as notices:
        heard: Heard = []
        while True:
            try:
                heard.append((await anext(notices)).number)
            except StopAsyncIteration:
                return heard
            except NumbersMissing as missing:
                heard.append((type(missing), missing.first, missing.last))


async def _next(notices: Follower) -> int:
    async with asyncio.timeout(WITHIN_S):
        return (await anext(notices)).number


async def _give(register: World, *numbers: int) -> None:
    for number in numbers:
        await register.send(register.notice(notice(number, TOLD)))


async def test_what_is_kept_no_longer_and_what_is_not_given_yet_is_said(settings: Settings) -> None:
    async with world(settings) as register:
        tp = TopicPartition(register.topics.notices(AGENCY), 0)
        await ensure_agency(settings, AGENCY)
        assert await _heard(settings) == []
        assert await _heard(settings, after=3) == [(NotGivenYet, 1, None)]

        await _give(register, 1, 2, 3, 4, 5)
        assert await _heard(settings) == [1, 2, 3, 4, 5]
        assert await _heard(settings, after=5) == []
        assert await _heard(settings, after=6) == [(NotGivenYet, 6, None)]

        await _forget(settings, tp, before=6)  # three notices, each with the marker of its transaction
        assert await _heard(settings) == [(NotKept, 1, 3), 4, 5]
        assert await _heard(settings, after=3) == [4, 5]
        await _forget(settings, tp, before=10)
        assert await _heard(settings) == [(NotKept, 1, None)]


async def test_a_notice_has_the_change_with_its_types(settings: Settings) -> None:
    async with world(settings) as register:
        await ensure_agency(settings, AGENCY)
        await _give(register, 1)
        async with Follower(settings, AGENCY) as notices:
            async for told in notices:
                assert (told.agency, told.number, told.change) == (AGENCY, 1, TOLD)
                break


async def test_a_follower_waits_and_a_call_that_is_given_up_loses_nothing(settings: Settings) -> None:
    async with world(settings) as register:
        await ensure_agency(settings, AGENCY)
        async with Follower(settings, AGENCY, after=2) as notices:
            with pytest.raises(NotGivenYet):
                await anext(notices)
            for _ in range(3):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await anext(notices)
            await _give(register, 1, 2, 3, 4)
            assert [await _next(notices), await _next(notices)] == [3, 4]


async def test_a_topic_that_is_made_anew_is_followed_on(settings: Settings) -> None:
    async with world(settings) as register:
        await ensure_agency(settings, AGENCY)
        await _give(register, 1, 2, 3)
        async with Follower(settings, AGENCY) as notices:
            assert [await _next(notices) for _ in range(3)] == [1, 2, 3]
            await _make_anew(settings, register)
            await _give(register, 4, 5)
            assert [await _next(notices), await _next(notices)] == [4, 5]


async def test_a_topic_that_was_made_anew_and_grew_longer_than_the_old_one_is_read_from_its_beginning(
    settings: Settings,
) -> None:
    async with world(settings) as register:
        tp = TopicPartition(register.topics.notices(AGENCY), 0)
        await ensure_agency(settings, AGENCY)
        await _give(register, 1, 2, 3)
        async with Follower(settings, AGENCY) as notices:
            assert [await _next(notices) for _ in range(3)] == [1, 2, 3]
            reader = notices._open()
            reader.pause(tp)  # it looks away meanwhile, so that its place is in the midst of the new topic
            await _make_anew(settings, register)
            await _give(register, *range(4, 10))
            reader.resume(tp)
            assert [await _next(notices) for _ in range(6)] == list(range(4, 10))


async def test_what_went_with_a_deleted_topic_is_raised_once(settings: Settings) -> None:
    async with world(settings) as register:
        await ensure_agency(settings, AGENCY)
        await _give(register, 1, 2)
        async with Follower(settings, AGENCY) as notices:
            assert [await _next(notices), await _next(notices)] == [1, 2]
            await _make_anew(settings, register)
            await _give(register, 5, 6)
            with pytest.raises(NotKept, match="kw-procurement, 3 to 4"):
                await _next(notices)
            assert [await _next(notices), await _next(notices)] == [5, 6]


async def test_an_agency_without_a_topic_and_a_kafka_that_is_away_are_said_at_once(settings: Settings) -> None:
    with pytest.raises(NoTopic, match="agency kw-procurement has no topic of notices"):
        await Follower(settings, AGENCY).__aenter__()
    [port] = free_ports(1)
    away = settings.model_copy(update={"kafka": f"127.0.0.1:{port}"})
    with pytest.raises(KafkaUnreachable, match=f"no Kafka answers at 127.0.0.1:{port}"):
        await Follower(away, AGENCY).__aenter__()


async def _make_anew(settings: Settings, register: World) -> None:
    """Delete the topic, and make it again as `notify` does."""
    topic = register.topics.notices(AGENCY)
    await register.delete(topic)
    deadline = time.monotonic() + WITHIN_S
    while topic in await present(settings):
        assert time.monotonic() < deadline
        await asyncio.sleep(POLL_S)
    await ensure_agency(settings, AGENCY)


async def _forget(settings: Settings, tp: TopicPartition, *, before: int) -> None:
    """Do what retention does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_records({tp: RecordsToDelete(before_offset=before)})
    finally:
        await admin.close()
