"""Exactly once under faults: killed, frozen and second projectors, and topics that go away."""

import random
import signal
import time
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer

from consumers.projection import kafka_source
from consumers.projection.postgres_store import ProjectionStore
from consumers.projection.problems import Fenced
from consumers.projection.transaction_input import Advance, Partition, Prepared, SliceRows
from runtime.settings import Settings
from tests.integration.projection_fixture import Sent, World, world
from tests.integration.projection_load import Load, under_load
from tests.unit.consumers.sample_records import change, company, notice


@pytest.fixture
async def register(settings: Settings) -> AsyncIterator[World]:
    async with world(settings) as made:
        yield made


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
        assert "Fenced" in first.logged()
        assert f"process {second.process.pid}" in first.logged()
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
    assert "Fenced" in frozen.logged()
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
    assert "projection_stopped" in projector.logged()
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

    monkeypatch.setattr(kafka_source, "AIOKafkaConsumer", DeafAtFirst)
    monkeypatch.setattr(kafka_source, "_QUIET_S", 0.5)
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
