"""The projection's topics, filled as the register fills them; projectors in separate processes; and their tables."""

import asyncio
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from psycopg.rows import dict_row

from consumers.projection.inputs import inputs_among
from consumers.projection.projector import Projector
from readmodel.problems import NotProjected
from readmodel.register_reader import reading
from register.changes import Change
from register.company import Company
from register.events import RegistrationEvent
from register.resolution.cases import Case
from register.resolution.judgements import Judgement
from runtime.settings import Settings
from schemas.codec.records import event_datum
from schemas.codec.resolution_records import case_datum, judgement_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from tests.forking import start
from tests.unit.consumers.sample_records import change_bytes, company_bytes

POLL_S = 0.05
LARGEST = 4 * 1024 * 1024  # bytes, as the topic of the companies takes
PARTS = ("companies", "registrations", "identifiers", "names", "activities")
ALL = (*PARTS, "changes", "receipts", "dead_letters", "notices", "cases", "judgements", "stated_keys")
TIMEPOINT = ("partition", "offset", "written_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A record to be sent; without a partition, its key decides."""

    topic: str
    value: bytes | None
    key: bytes
    partition: int | None = None
    headers: Sequence[tuple[str, bytes]] = ()


class ProjectorProcess:
    """`sijill run projection`, its output in a file."""

    def __init__(self, settings: Settings, name: str = "projector") -> None:
        self.log = Path(settings.data_dir) / f"{name}.log"
        with self.log.open("ab") as out:
            environment = {**os.environ, **settings.environment()}
            self.process = start("tests.integration.projecting", (), environment=environment, output=out)

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def says(self, words: str, within_s: float = 60.0) -> None:
        await until(lambda: words in self.logged(), within_s, lambda: f"no {words!r} in:\n{self.logged()}")

    async def ends(self, within_s: float = 60.0) -> int:
        await until(lambda: self.process.poll() is not None, within_s, lambda: f"still runs:\n{self.logged()}")
        return self.process.wait()

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


async def until(holds: Callable[[], bool], within_s: float, otherwise: Callable[[], str]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, otherwise()
        await asyncio.sleep(POLL_S)


class World:
    """The topics of one test and the schema that they are projected to."""

    def __init__(self, settings: Settings, producer: AIOKafkaProducer) -> None:
        self.settings = settings
        self.topics = Topics(settings.topic_prefix)
        self._producer = producer
        self._processes: list[ProjectorProcess] = []

    async def create(self, *topics: str, partitions: int | None = None) -> None:
        config = {"max.message.bytes": str(LARGEST)}
        made = [NewTopic(one, partitions or self.settings.partitions, 1, topic_configs=config) for one in topics]
        async with self._admin() as admin:
            await admin.create_topics(made)

    async def delete(self, *topics: str) -> None:
        async with self._admin() as admin:
            await admin.delete_topics(list(topics))

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.bootstrap_servers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    async def send(self, *records: Sent, abort: bool = False) -> None:
        """Send records in one transaction."""
        await self._producer.begin_transaction()
        for one in records:
            await self._producer.send(
                one.topic, one.value, key=one.key, partition=one.partition, headers=list(one.headers)
            )
        await (self._producer.abort_transaction() if abort else self._producer.commit_transaction())

    def company(self, made: Company) -> Sent:
        return Sent(topic=self.topics.companies, key=made.company_id.encode(), value=company_bytes(made))

    def tombstone(self, company_id: str) -> Sent:
        return Sent(topic=self.topics.companies, key=company_id.encode(), value=None)

    def change(self, made: Change) -> Sent:
        return Sent(topic=self.topics.changes, key=made.company_id.encode(), value=change_bytes(made))

    def receipt(self, publisher: str, datum: dict[str, Any]) -> Sent:
        key = (datum["registration_id"] or "").encode()
        return Sent(topic=self.topics.receipts(publisher), key=key, value=encode("Receipt", datum))

    def event(self, publisher: str, made: RegistrationEvent) -> Sent:
        value = encode("RegistrationEvent", event_datum(made))
        return Sent(topic=self.topics.registrations(publisher), key=made.registration_id.encode(), value=value)

    def notice(self, datum: dict[str, Any]) -> Sent:
        topic = self.topics.notices(datum["agency"])
        return Sent(topic=topic, key=datum["change"]["company_id"].encode(), value=encode("Notice", datum))

    def case(self, made: Case) -> Sent:
        return Sent(topic=self.topics.cases, key=made.case_id.encode(), value=encode("Case", case_datum(made)))

    def settled(self, case_id: str) -> Sent:
        return Sent(topic=self.topics.cases, key=case_id.encode(), value=None)

    def judgement(self, made: Judgement) -> Sent:
        key = "|".join(made.pair).encode()
        return Sent(topic=self.topics.judgements, key=key, value=encode("Judgement", judgement_datum(made)))

    def dead_letter(self, publisher: str, value: bytes, **said: str) -> Sent:
        headers = [("sijill_" + name, text.encode()) for name, text in said.items()]
        return Sent(topic=self.topics.dead_letters(publisher), key=b"as received", value=value, headers=headers)

    def start(self, name: str = "projector") -> ProjectorProcess:
        """Start a projector in a process of its own. Those of one name share a log file."""
        self._processes.append(ProjectorProcess(self.settings, name))
        return self._processes[-1]

    def close(self) -> None:
        for one in self._processes:
            if one.process.poll() is None:
                one.kill()

    @asynccontextmanager
    async def projecting(self) -> "AsyncIterator[asyncio.Task[None]]":
        """Project in this process for as long as the block runs; the end of the block raises its error."""
        task = asyncio.create_task(Projector(self.settings).run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task])
        if not task.cancelled():
            task.result()

    async def projected(self, within_s: float = 60.0, among: Iterable[asyncio.Task[None]] = ()) -> None:
        """Wait until the stored offsets equal the ends of the topics, markers included."""
        deadline = time.monotonic() + within_s
        while behind := await self._behind():
            for task in among:
                if task.done():
                    task.result()
            assert time.monotonic() < deadline, f"still behind, (stored, end): {behind}{self._logs()}"
            await asyncio.sleep(POLL_S)

    async def project(self) -> None:
        """Project what is in the topics, and stop."""
        async with self.projecting() as task:
            await self.projected(among=[task])

    def rows(self, table: str, *, but: Iterable[str] = ()) -> list[dict[str, Any]]:
        """All rows of a table, in the order of all their columns."""
        with self.connected() as connection:
            found = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        kept = [{name: value for name, value in row.items() if name not in but} for row in found]
        return sorted(kept, key=repr)

    def contents(self, tables: Iterable[str] = ALL) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Read all rows, without the columns of their places in the topics."""
        place = {"dead_letters": ("written_at",), "receipts": ("written_at",)}
        return {table: self.rows(table, but=place.get(table, TIMEPOINT)) for table in tables}

    def connected(self) -> "psycopg.Connection[dict[str, Any]]":
        connection = psycopg.connect(self.settings.postgres_url, row_factory=dict_row, autocommit=True)
        connection.execute("SELECT set_config('search_path', %s, false)", [self.settings.database_schema])
        return connection

    async def _behind(self) -> dict[tuple[str, int], tuple[int | None, int]]:
        ends = await self.ends()
        try:
            with reading(self.settings) as answers:
                stored = answers.offsets()
        except NotProjected:
            stored = {}
        return {key: (stored.get(key), end) for key, end in ends.items() if stored.get(key) != end}

    async def ends(self) -> dict[tuple[str, int], int]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.settings.bootstrap_servers,
            isolation_level="read_committed",
            enable_auto_commit=False,
        )
        await consumer.start()
        try:
            topics = sorted(inputs_among(await consumer.topics(), self.topics))
            partitions = [
                TopicPartition(topic, partition)
                for topic in topics
                for partition in range(1 if self._is_single(topic) else self.settings.partitions)
            ]
            return {tuple(one): end for one, end in (await consumer.end_offsets(partitions)).items()}
        finally:
            await consumer.stop()

    def _is_single(self, topic: str) -> bool:
        return ".notices." in topic or topic in (self.topics.cases, self.topics.judgements)

    def _logs(self) -> str:
        return "".join(f"\n--- {one.log.name}\n{one.logged()[-4000:]}" for one in self._processes)


@asynccontextmanager
async def world(settings: Settings) -> AsyncIterator[World]:
    """Make the topics that most tests need."""
    async with AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        transactional_id=f"{settings.topic_prefix}{uuid.uuid4().hex[:6]}",
        max_request_size=LARGEST,
    ) as producer:
        made = World(settings, producer)
        topics = made.topics
        await made.create(topics.companies, topics.changes, topics.receipts("sa"), topics.dead_letters("sa"))
        await made.create(topics.cases, topics.judgements, partitions=1)
        try:
            yield made
        finally:
            made.close()
