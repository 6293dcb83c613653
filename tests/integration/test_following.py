"""An agency follows its notices on a real Kafka: what is kept no longer, and what is not given yet, is said."""

from typing import Final

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from operations import agencies
from operations.hearing import Silence, SilenceKind
from register.ids import AgencyId
from runtime.settings import Settings
from services.topics import ensure_agency
from tests.integration.projected import world
from tests.unit.consumers.made import change, company, notice

AGENCY: Final = AgencyId("kw-procurement")


async def _heard(settings: Settings, start: int | None) -> list[int | tuple[SilenceKind, int, int | None]]:
    return [
        (one.kind, one.first, one.last) if isinstance(one, Silence) else one["number"]
        async for one in agencies.notices(settings, AGENCY, start)
    ]


async def test_what_is_kept_no_longer_and_what_is_not_given_yet_is_said(settings: Settings) -> None:
    async with world(settings) as register:
        tp = TopicPartition(register.topics.notices(AGENCY), 0)
        await ensure_agency(settings, AGENCY)
        assert await _heard(settings, None) == []
        assert await _heard(settings, 4) == [(SilenceKind.NOT_GIVEN_YET, 1, None)]

        told = change(company(version=1))
        for number in range(1, 6):
            await register.send(register.notice(notice(number, told)))
        assert await _heard(settings, None) == [1, 2, 3, 4, 5]
        assert await _heard(settings, 6) == []
        assert await _heard(settings, 7) == [(SilenceKind.NOT_GIVEN_YET, 6, None)]

        await _forget(settings, tp, before=6)  # three notices, each with the marker of its transaction
        assert await _heard(settings, 1) == [(SilenceKind.NOT_KEPT, 1, 3), 4, 5]
        assert await _heard(settings, 4) == [4, 5]
        await _forget(settings, tp, before=10)
        assert await _heard(settings, None) == [(SilenceKind.NOT_KEPT, 1, None)]


async def _forget(settings: Settings, tp: TopicPartition, *, before: int) -> None:
    """Do what retention does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_records({tp: RecordsToDelete(before_offset=before)})
    finally:
        await admin.close()
