"""Somebody deletes an agency's topic of notices while `notify` runs: others hear on, and it is made anew."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from register.ids import AgencyId
from register.subscriptions import Subscription
from runtime.settings import Settings
from schemas.codec.records import change_datum
from schemas.codec.wire import decode, encode
from schemas.facts.topics import NOTICES, Topics, contracts
from schemas.partitioning import partition_of
from services.subscribing import subscribe
from services.topics import apply
from tests.forking import Program, start
from tests.unit.register.companies import Register, registration, statement
from tests.unit.register.stating import NOOR

POLL_S = 0.1
WITHIN_S = 120.0
[CHANGE] = Register().take(statement(registration(NOOR, website="a"))).changes


class Agencies:
    """Two agencies that want everything, and the changes that they are to hear of."""

    def __init__(self, settings: Settings, producer: AIOKafkaProducer, admin: AIOKafkaAdminClient) -> None:
        self.settings = settings
        self.topics = Topics(settings.topic_prefix)
        self.changed = 0
        self._producer = producer
        self._admin = admin

    async def change(self, companies: int) -> None:
        """Let as many further companies change."""
        for _ in range(companies):
            self.changed += 1
            company = f"GCC.KW.MOCI.{self.changed}"
            value = encode("Change", {**change_datum(CHANGE), "company_id": company})
            partition = partition_of(company.encode(), self.settings.partitions)
            await self._producer.send_and_wait(self.topics.changes, value, company.encode(), partition=partition)

    async def heard(self, agency: str, numbers: list[int]) -> set[str]:
        """Wait until an agency's topic holds notices of exactly these numbers; gives their companies."""
        deadline, found = time.monotonic() + WITHIN_S, list[tuple[int, str]]()
        while time.monotonic() < deadline:
            found = await self._notices(agency)
            if len(found) >= len(numbers):
                break
            await asyncio.sleep(POLL_S)
        assert [number for number, _ in found] == numbers
        return {company for _, company in found}

    async def numbered(self, agency: str, number: int) -> None:
        """Wait until an agency's topic holds a notice of this number."""
        deadline = time.monotonic() + WITHIN_S
        while number not in {found for found, _ in await self._notices(agency)}:
            assert time.monotonic() < deadline, f"{agency} has no notice {number}"
            await asyncio.sleep(POLL_S)

    async def delete(self, agency: str) -> None:
        """Delete an agency's topic."""
        await self._admin.delete_topics([self.topics.notices(agency)])

    async def gone(self, agency: str) -> None:
        """Wait until an agency's topic is gone."""
        deadline = time.monotonic() + WITHIN_S
        while self.topics.notices(agency) in await self._admin.list_topics():
            assert time.monotonic() < deadline, f"the notices of {agency} are still there"
            await asyncio.sleep(POLL_S)

    async def partitions(self, agency: str) -> int:
        """Count the partitions of an agency's topic."""
        [described] = await self._admin.describe_topics([self.topics.notices(agency)])
        return len(described["partitions"])

    async def _notices(self, agency: str) -> list[tuple[int, str]]:
        tp = TopicPartition(self.topics.notices(agency), 0)
        reader: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
            bootstrap_servers=self.settings.bootstrap_servers,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=1 << 26,
        )
        async with reader:
            if tp.topic not in await reader.topics():
                return []
            reader.assign([tp])
            end = (await reader.end_offsets([tp]))[tp]
            found: list[tuple[int, str]] = []
            while await reader.position(tp) < end:
                for record in (await reader.getmany(tp, timeout_ms=200)).get(tp, ()):
                    notice = decode(record.value or b"", "Notice")
                    found.append((notice["number"], notice["change"]["company_id"]))
            return found


@asynccontextmanager
async def two_agencies(settings: Settings) -> AsyncIterator[Agencies]:
    await apply(settings)
    for agency in ("zatca", "kdipa"):
        await subscribe(settings, Subscription(agency=AgencyId(agency)))
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers) as producer:
            yield Agencies(settings, producer, admin)
    finally:
        await admin.close()


@contextmanager
def notify(settings: Settings, log: Path) -> Iterator[Program]:
    """Run `notify`; at the end it is gone."""
    environment = {**os.environ, **settings.environment()}
    with log.open("ab") as out:
        process = start("operations", ("run", "notify"), environment=environment, output=out)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_a_deleted_topic_of_notices_stops_nobody_and_its_numbers_go_on(settings: Settings) -> None:
    settings = settings.model_copy(update={"partitions": 2})
    log = settings.data_dir / "notify.log"
    async with two_agencies(settings) as told:
        with notify(settings, log) as process:
            await told.change(20)
            for agency in ("zatca", "kdipa"):
                await told.heard(agency, list(range(1, 21)))

            changing = asyncio.create_task(told.change(60))  # the topic goes while notices are on their way
            await told.delete("zatca")
            await changing
            assert len(await told.heard("kdipa", list(range(1, 81)))) == 80

            await told.numbered("zatca", 80)

            await told.delete("zatca")
            await told.gone("zatca")
            await told.change(10)
            assert len(await told.heard("kdipa", list(range(1, 91)))) == 90
            assert len(await told.heard("zatca", list(range(81, 91)))) == 10
            assert await told.partitions("zatca") == contracts()[NOTICES].partitions
            assert process.poll() is None, log.read_text(encoding="utf-8")
    assert "notices_topic_made" in log.read_text(encoding="utf-8")
