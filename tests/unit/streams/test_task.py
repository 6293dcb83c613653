"""What a task does with its producer and its state across pauses; opening itself is tested on a real Kafka."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced

from bus.kafka_availability import KafkaPresence
from streams.tasks import task as module
from streams.tasks.inbox import Inbox
from streams.tasks.problems import Hole, TransactionStuck
from streams.tasks.processor import Processor
from streams.tasks.stats import TaskStats
from streams.tasks.task import Task
from streams.tasks.worker_context import WorkerContext

IN = TopicPartition("in", 0)


class Producer:
    async def stop(self) -> None:
        pass


class Reader:
    """Remembers from where it was asked to read."""

    def __init__(self) -> None:
        self.asked: list[dict[TopicPartition, int]] = []
        self.rejoined = asyncio.Event()

    async def read_from(self, offsets: Any) -> int:
        self.asked.append(dict(offsets))
        return len(self.asked)

    def demand_changed(self) -> None:
        pass

    async def rejoin(self) -> None:
        self.rejoined.set()


class Opening:
    """Stands in for `opening`: counts, and lets go on when told to."""

    def __init__(self) -> None:
        self.fences = 0
        self.fenced = asyncio.Event()
        self.may_continue = asyncio.Event()
        self.fault: BaseException | None = None
        self.loses_cancellations = 0

    async def fence(self, *_: object) -> Producer:
        self.fences += 1
        self.fenced.set()
        return Producer()

    async def local_state(self, *_: object) -> None:
        return None

    async def continuation(self, *_: object) -> dict[TopicPartition, int]:
        try:
            await self.may_continue.wait()
        except asyncio.CancelledError:
            if self.loses_cancellations == 0:
                raise
            self.loses_cancellations -= 1
        if self.fault is not None:
            raise self.fault
        return {IN: 7}


@pytest.fixture
async def opening(monkeypatch: pytest.MonkeyPatch) -> Opening:
    fake = Opening()
    for name in ("fence", "local_state", "continuation"):
        monkeypatch.setattr(module, name, getattr(fake, name))
    return fake


@pytest.fixture
async def ready() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def reader() -> Reader:
    return Reader()


class There:
    """As much of Kafka's presence as a task looks at."""

    def __init__(self) -> None:
        self.was_away = False

    def was_away_recently(self) -> bool:
        return self.was_away


@pytest.fixture
def kafka() -> There:
    return There()


@pytest.fixture
def failures() -> list[BaseException]:
    """What ended the process."""
    return []


@pytest.fixture
async def task(
    opening: Opening, reader: Reader, ready: asyncio.Event, kafka: There, failures: list[BaseException]
) -> Task:
    def failed(partition: int, fault: BaseException) -> None:
        failures.append(fault)
        raise asyncio.CancelledError  # in earnest the process ends here

    site = WorkerContext(
        processor=Processor(name="p", inputs=("in",), step=lambda partition: lambda records, work: None),
        group="p",
        state_dir=Path("unused"),
        slice_records=10,
        ledger=cast(Any, None),
        memory=cast(Any, None),
        reader=reader,
        kafka=cast(KafkaPresence, kafka),
        failed=failed,
        reopening_after_outage=lambda partition, fault: None,
        opened=ready.set,
        partitions={},
    )
    return Task(0, site, TaskStats())


async def test_a_task_reads_only_once_it_is_open(task: Task, opening: Opening, ready: asyncio.Event) -> None:
    task.start()
    await asyncio.sleep(0)
    assert task.demand() == {}
    assert task.busy
    opening.may_continue.set()
    await ready.wait()
    assert task.demand() == {IN: 1}
    assert not task.busy
    await task.close()


async def test_a_task_that_was_open_resumes_without_fencing(
    task: Task, opening: Opening, ready: asyncio.Event, reader: Reader
) -> None:
    opening.may_continue.set()
    task.start()
    await ready.wait()
    await task.pause()
    assert task.demand() == {}
    ready.clear()
    task.resume()
    await ready.wait()
    assert opening.fences == 1
    assert reader.asked == [{IN: 7}, {IN: 7}]
    await task.close()


async def test_a_task_that_was_paused_while_opening_opens_again(
    task: Task, opening: Opening, ready: asyncio.Event, reader: Reader
) -> None:
    task.start()
    await opening.fenced.wait()
    await task.pause()
    opening.may_continue.set()
    task.resume()
    await ready.wait()
    assert opening.fences == 2
    assert reader.asked == [{IN: 7}]
    await task.close()


async def test_a_task_whose_opening_loses_a_cancellation_pauses_all_the_same(
    task: Task, opening: Opening, ready: asyncio.Event, reader: Reader
) -> None:
    opening.loses_cancellations = 1
    task.start()
    await opening.fenced.wait()
    await asyncio.sleep(0)
    await task.pause()
    assert (opening.loses_cancellations, reader.asked, task.ready) == (0, [], False)
    opening.may_continue.set()
    task.resume()
    await ready.wait()
    assert (opening.fences, reader.asked) == (2, [{IN: 7}])
    await task.close()


async def test_a_task_whose_waiting_loses_a_cancellation_pauses_all_the_same(
    task: Task, opening: Opening, ready: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = asyncio.Event()

    async def wait_twice(_: object) -> None:
        with suppress(asyncio.CancelledError):
            waiting.set()
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    monkeypatch.setattr(module, "CANCEL_AGAIN_S", 0.01)
    monkeypatch.setattr(Inbox, "wait", wait_twice)
    opening.may_continue.set()
    task.start()
    await waiting.wait()
    await task.pause()
    assert task.demand() == {}
    await task.close()


@pytest.mark.parametrize("fault", [ProducerFenced(), TransactionStuck("no commit"), asyncio.CancelledError()])
async def test_what_an_outage_broke_opens_again_once_the_group_has_assigned_it_anew(
    task: Task, opening: Opening, ready: asyncio.Event, reader: Reader, kafka: There, fault: BaseException
) -> None:
    kafka.was_away, opening.fault = True, fault
    opening.may_continue.set()
    task.start()
    await reader.rejoined.wait()
    assert (opening.fences, reader.asked, task.ready) == (1, [], False)
    opening.fault = None
    await task.pause()
    task.resume()
    await ready.wait()
    assert (opening.fences, reader.asked) == (2, [{IN: 7}])
    await task.close()


@pytest.mark.parametrize(("away", "fault"), [(False, ProducerFenced()), (True, ValueError("a bug")), (True, Hole())])
async def test_a_fault_that_no_outage_explains_ends_the_process(
    task: Task,
    opening: Opening,
    reader: Reader,
    kafka: There,
    failures: list[BaseException],
    *,
    away: bool,
    fault: BaseException,
) -> None:
    kafka.was_away, opening.fault = away, fault
    opening.may_continue.set()
    task.start()
    assert task._runner is not None
    await asyncio.wait([task._runner])
    assert failures == [fault]
    assert not reader.rejoined.is_set()
