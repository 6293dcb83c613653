"""Exactly once under faults: killed, frozen and second projectors, and servers that go away."""

import asyncio
import contextlib
import random
import signal
import time
import uuid
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer

from consumers.projection import source
from consumers.projection.problems import Fenced
from consumers.projection.slices import Advance, Partition, Prepared, SliceRows
from consumers.projection.store import ProjectionStore
from register.ids import RegistrationId
from runtime.embedded import EmbeddedKafka, EmbeddedPostgres, up
from runtime.settings import Settings
from tests.conftest import SettingsFactory
from tests.integration.projected import Sent, World, world
from tests.unit.consumers.made import change, company, notice, receipt, registration

PACE_S = 0.05  # between transactions: a load that the projector keeps up with


@pytest.fixture
async def register(settings: Settings) -> AsyncIterator[World]:
    async with world(settings) as made:
        yield made


class Load:
    """Publishes companies version by version, with their changes, receipts and dead letters, until told to stop."""

    def __init__(self, register: World) -> None:
        self._register = register
        self._random = random.Random(7)
        self.versions: dict[str, int] = {}
        self.receipts = 0
        self.parked = 0

    async def run(self, enough: asyncio.Event) -> None:
        while not enough.is_set():
            await self.send()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), PACE_S)

    async def send(self) -> None:
        """One transaction of a hundred or so records, now and then an aborted one."""
        register, records, versions = self._register, [], dict(self.versions)
        for number in self._random.sample(range(400), 30):
            id_ = RegistrationId(f"SA.MC.{7_000_000_000 + number}")
            version = versions[id_] = versions.get(id_, 0) + 1
            made = company(registration(id_, website=f"https://{number}.sa/{version}"), version=version)
            records += [register.company(made), register.change(change(made))]
        records += [register.receipt("sa", receipt(self.receipts + extra)) for extra in range(20)]
        records += [register.dead_letter("sa", b"?") for _ in range(5)]
        aborted = self._random.random() < 0.1
        await register.send(*records, abort=aborted)
        if not aborted:
            self.versions, self.receipts, self.parked = versions, self.receipts + 20, self.parked + 5

    def check(self) -> None:
        """Everything that was committed is there once, in its last state, and nothing else is."""
        rows = self._register.rows
        assert {row["anchor"]: row["version"] for row in rows("companies")} == self.versions
        changes = {(row["company_id"], row["version"]) for row in rows("changes")}
        assert changes == {(f"GCC.{id_}", one) for id_, last in self.versions.items() for one in range(1, last + 1)}
        assert sorted(row["offset"] for row in rows("receipts")) == list(range(self.receipts))
        assert len(rows("dead_letters")) == self.parked
        assert {row["position"] for row in rows("identifiers")} == {0}
        assert len(rows("identifiers")) == len(rows("registrations")) == len(self.versions)
        assert len(rows("names")) == 2 * len(self.versions)


@contextlib.asynccontextmanager
async def under_load(register: World) -> AsyncIterator[Load]:
    load = Load(register)
    enough = asyncio.Event()
    running = asyncio.create_task(load.run(enough))
    try:
        yield load
    finally:
        enough.set()
        await running


async def test_a_projector_that_is_killed_again_and_again_loses_and_doubles_nothing(register: World) -> None:
    moments = random.Random(11)
    load = Load(register)
    for number in range(5):
        projector = register.start(f"projector{number}")
        await projector.says("projection_ready")
        until = time.monotonic() + moments.uniform(0.2, 1.5)
        while time.monotonic() < until:
            await load.send()
        projector.kill()
        _every_row_is_below_its_offset_and_all_below_are_there(register)
    last = register.start("last")
    await register.projected()
    last.send(signal.SIGTERM)
    assert await last.ends(within_s=10) == 0
    load.check()


def _every_row_is_below_its_offset_and_all_below_are_there(register: World) -> None:
    """Rows and offsets move together: what the offsets say is what the table holds."""
    with register.connected() as connection:
        rows = connection.execute(
            """SELECT o.partition, o.next, count(d.topic) AS rows, max(d."offset") AS last
               FROM offsets o LEFT JOIN dead_letters d ON d.topic = o.topic AND d.partition = o.partition
               WHERE o.topic LIKE '%.dlq' GROUP BY 1, 2"""
        ).fetchall()
        companies = connection.execute("SELECT count(*) AS n FROM companies").fetchone()
        anchors = connection.execute("SELECT count(DISTINCT company_id) AS n FROM changes").fetchone()
    assert all(row["last"] is None or row["last"] < row["next"] for row in rows)
    assert companies is not None
    assert anchors is not None


async def test_a_second_projector_takes_over_and_the_first_ends(register: World) -> None:
    async with under_load(register) as load:
        first = register.start("first")
        await first.says("projection_ready")
        second = register.start("second")
        assert await first.ends() == 3
        assert "Fenced" in first.said()
        assert f"process {second.process.pid}" in first.said()
    await register.projected()
    load.check()


async def test_a_frozen_projector_that_wakes_up_can_neither_write_twice_nor_go_back(register: World) -> None:
    load = Load(register)
    frozen = register.start("frozen")
    await frozen.says("projection_ready")
    for _ in range(10):
        await load.send()
    frozen.send(signal.SIGSTOP)  # somewhere in the middle of its work, perhaps with a transaction open
    for _ in range(10):
        await load.send()
    register.start("successor")
    await register.projected()
    frozen.send(signal.SIGCONT)
    assert await frozen.ends() == 3
    assert "Fenced" in frozen.said()
    await load.send()
    await register.projected()
    load.check()


async def test_a_frozen_projector_with_an_open_transaction_does_not_hold_its_successor_up(register: World) -> None:
    await register.project()
    frozen = ProjectionStore(register.settings)
    frozen.open()
    with frozen.transaction() as cursor:  # it has checked that it is the projector, and there it stands
        await register.send(register.company(company()))
        await register.project()
        assert len(register.rows("companies")) == 1
        with pytest.raises(Exception, match="terminat"):
            cursor.execute("SELECT 1")
    with pytest.raises(Fenced, match="took the schema"):
        frozen.open()


async def test_offsets_that_somebody_else_moved_are_noticed_before_anything_is_written(register: World) -> None:
    await register.project()
    store, place = ProjectionStore(register.settings), Partition(register.topics.companies, 0)
    store.open()
    stored = store.offsets()
    rows = SliceRows(receipts={("registrations.sa", 0, 0): "not even a row\n"})
    with pytest.raises(Fenced, match=r"partition 0: the schema .* should hold offset 99, but it holds 0"):
        store.write(Prepared(rows=rows, advances=[Advance(partition=place, expected=99, next=100)]))
    assert store.offsets() == stored
    assert register.rows("receipts") == []
    store.close()


async def test_sigterm_ends_it_in_an_orderly_way_under_load(register: World) -> None:
    async with under_load(register) as load:
        projector = register.start()
        await projector.says("projection_ready")
        projector.send(signal.SIGTERM)
        assert await projector.ends(within_s=10) == 0
    assert "projection_stopped" in projector.said()
    await register.project()
    load.check()


async def test_a_consumer_that_fetches_no_longer_is_replaced(register: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[AIOKafkaConsumer] = []

    class DeafAtFirst(AIOKafkaConsumer):  # type: ignore[misc]
        async def start(self) -> None:
            await super().start()
            made.append(self)
            if len(made) == 1:
                self._fetcher._fetch_task.cancel()

    monkeypatch.setattr(source, "AIOKafkaConsumer", DeafAtFirst)
    monkeypatch.setattr(source, "_QUIET_S", 0.5)
    await register.send(register.company(company()))
    await register.project()
    assert len(made) == 2
    assert len(register.rows("companies")) == 1


async def test_a_topic_that_is_deleted_is_left_and_the_others_are_read(register: World) -> None:
    notices = register.topics.notices("om-tax")
    await register.create(notices, partitions=1)
    await register.send(register.notice(notice(1, change(company()), "om-tax")))
    async with register.projecting() as task:
        await register.projected(among=[task])
        await register.delete(notices)
        await register.send(register.company(company()))
        await register.projected(among=[task])
    assert len(register.rows("companies")) == len(register.rows("notices")) == 1


async def test_outages_of_postgresql_lose_and_double_nothing(own_servers: Settings) -> None:
    postgres = EmbeddedPostgres(own_servers)
    async with world(own_servers) as register:
        projector = register.start()
        await projector.says("projection_ready")
        load = Load(register)
        for crash in (True, False):
            for _ in range(8):
                await load.send()
            await asyncio.to_thread(postgres.kill if crash else postgres.stop)
            for _ in range(8):
                await load.send()
            await projector.says("database_away")
            await asyncio.to_thread(up, own_servers)
            await register.projected()
        load.check()
        projector.send(signal.SIGTERM)
        assert await projector.ends(within_s=10) == 0


async def test_it_waits_for_servers_that_are_not_there_yet(own_servers: Settings) -> None:
    kafka, postgres = EmbeddedKafka(own_servers), EmbeddedPostgres(own_servers)
    async with world(own_servers) as register:
        load = Load(register)
        await load.send()
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(kafka.stop)
        projector = register.start()
        await projector.says("database_away")
        await asyncio.to_thread(postgres.start)
        await projector.says("kafka_away")
        await asyncio.to_thread(kafka.start)
        await register.projected()
        load.check()


async def test_a_crash_of_kafka_loses_and_doubles_nothing(own_servers: Settings) -> None:
    kafka = EmbeddedKafka(own_servers)
    async with world(own_servers) as register:
        projector = register.start()
        await projector.says("projection_ready")
        load = Load(register)
        for _ in range(8):
            await load.send()
        await asyncio.to_thread(kafka.kill)
        await projector.says("kafka_away")
        await asyncio.to_thread(kafka.start)
        await load.send()
        await register.projected()
        load.check()
        assert projector.process.poll() is None


@pytest.fixture(scope="module")
def own_pair(settings_factory: SettingsFactory) -> Settings:
    """A Kafka and a PostgreSQL that these tests may stop: two minutes to start, if the machine is busy."""
    return settings_factory(start_timeout_s=120)


@pytest.fixture
def own_servers(own_pair: Settings) -> Settings:
    """The pair, running, with names of this test's own."""
    up(own_pair)
    own = uuid.uuid4().hex[:8]
    return own_pair.model_copy(update={"topic_prefix": f"t{own}.", "database_schema": f"t{own}"})


@pytest.mark.parametrize("running", [True, False])
async def test_a_topic_of_notices_that_was_made_anew_is_read_from_its_beginning(register: World, running: bool) -> None:
    notices = register.topics.notices("om-tax")

    def told(*numbers: int) -> list[Sent]:
        return [register.notice(notice(number, change(company()), "om-tax")) for number in numbers]

    await register.create(notices, partitions=1)
    await register.send(*told(1, 2, 3))
    if running:
        projector = register.start()
        await register.projected()
        await register.delete(notices)
        await projector.says("topics_gone")
        await register.create(notices, partitions=1)
        await register.send(*told(4, 5, 6, 7))  # the new topic is already longer than the old one was
        await register.projected()
        assert projector.process.poll() is None
    else:
        await register.project()
        await register.delete(notices)
        await register.create(notices, partitions=1)
        await register.send(*told(4))
        await register.project()
    last = 8 if running else 5
    assert [row["number"] for row in register.rows("notices")] == list(range(1, last))
