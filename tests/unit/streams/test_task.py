"""What a task does with its producer and its state across pauses; opening itself is tested on a real Kafka."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from aiokafka import TopicPartition

from streams import task as module
from streams.processor import Processor
from streams.site import Site
from streams.stats import TaskStats
from streams.task import Task

IN = TopicPartition("in", 0)


class Producer:
    async def stop(self) -> None:
        pass


class Reader:
    """Remembers from where it was asked to read."""

    def __init__(self) -> None:
        self.asked: list[dict[TopicPartition, int]] = []

    async def read_from(self, offsets: Any) -> int:
        self.asked.append(dict(offsets))
        return len(self.asked)

    def demand_changed(self) -> None:
        pass


class Opening:
    """Stands in for `opening`: counts, and lets go on when told to."""

    def __init__(self) -> None:
        self.fences = 0
        self.fenced = asyncio.Event()
        self.may_continue = asyncio.Event()

    async def fence(self, *_: object) -> Producer:
        self.fences += 1
        self.fenced.set()
        return Producer()

    async def local_state(self, *_: object) -> None:
        return None

    async def continuation(self, *_: object) -> dict[TopicPartition, int]:
        await self.may_continue.wait()
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


@pytest.fixture
async def task(opening: Opening, reader: Reader, ready: asyncio.Event) -> Task:
    def failed(partition: int, fault: BaseException) -> None:
        raise AssertionError(f"task {partition} failed") from fault

    site = Site(
        processor=Processor(name="p", inputs=("in",), step=lambda partition: lambda records, work: None),
        group="p",
        state_dir=Path("unused"),
        slice_records=10,
        ledger=cast(Any, None),
        memory=cast(Any, None),
        reader=reader,
        failed=failed,
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
