"""How far a restore is can be seen while it runs; that it restores the right states is tested on a real Kafka."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition

from streams import restore as module
from streams.ledger import Ledger
from streams.stats import TaskStats
from streams.store import Identity, Store, StoreMemory

STATES = TopicPartition("states", 3)


class Reader:
    """Gives one state a time, with an offset after it that holds nothing any more."""

    def __init__(self, stats: TaskStats, seen: list[str]) -> None:
        self._stats, self._seen = stats, seen
        self._position = 0

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def assign(self, tps: object) -> None: ...
    def seek(self, tp: object, offset: int) -> None: ...

    async def getmany(self, *_: object, **__: object) -> dict[TopicPartition, list[Any]]:
        progress = self._stats.restoring
        assert progress is not None
        self._seen.append(f"{progress.states} states, at {progress.at} of {progress.end}")
        self._position += 2
        return {STATES: [SimpleNamespace(key=b"%d" % self._position, value=b"x")]}

    async def position(self, tp: object) -> int:
        return self._position


async def test_a_restore_that_runs_shows_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def bounds(tp: TopicPartition) -> tuple[int, int]:
        return 0, 6

    stats, seen = TaskStats(), list[str]()
    monkeypatch.setattr(module, "AIOKafkaConsumer", lambda **_: Reader(stats, seen))
    ledger = cast(Ledger, SimpleNamespace(bounds=bounds, bootstrap_servers=""))
    with Store(tmp_path, identity=Identity(cluster="c", topic="states", partition=3), memory=StoreMemory()) as store:
        assert await module.restore(store, ledger, stats) == 3
    assert seen == ["0 states, at 0 of 6", "1 states, at 2 of 6", "2 states, at 4 of 6"]
    assert stats.restoring is None
    assert stats.restored_states == 3
