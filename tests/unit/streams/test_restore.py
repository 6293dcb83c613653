"""How far a restore is can be seen while it runs; that it restores the right states is tested on a real Kafka."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition

from bus import committed_records
from bus.broker_offsets import Ledger
from streams.tasks.restore import discard_beside, open_store, restore
from streams.tasks.stats import TaskStats
from streams.tasks.store import Identity, Store, StoreMemory

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
    monkeypatch.setattr(committed_records, "AIOKafkaConsumer", lambda **_: Reader(stats, seen))
    ledger = cast(Ledger, SimpleNamespace(bounds=bounds, bootstrap_servers=""))
    with Store(tmp_path, identity=Identity(cluster="c", topic="states", partition=3), memory=StoreMemory()) as store:
        assert await restore(store, ledger, stats) == 3
    assert seen == ["0 states, at 0 of 6", "1 states, at 2 of 6", "2 states, at 4 of 6"]
    assert stats.restoring is None
    assert stats.restored_states == 3


DAY_S = 24 * 3600.0


@pytest.mark.parametrize(("age_days", "kept_days", "wiped"), [(20, 30, False), (28, 30, True), (0.5, 1, False)])
async def test_a_store_is_kept_for_as_long_as_its_topic_keeps_tombstones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age_days: float, kept_days: float, wiped: bool
) -> None:
    async def bounds(tp: TopicPartition) -> tuple[int, int]:
        return 0, 6

    async def tombstones_kept_s(topic: str) -> float:
        assert topic == "states"
        return kept_days * DAY_S

    stats = TaskStats()
    monkeypatch.setattr(committed_records, "AIOKafkaConsumer", lambda **_: Reader(stats, []))
    ledger = cast(Ledger, SimpleNamespace(bounds=bounds, bootstrap_servers="", tombstones_kept_s=tombstones_kept_s))
    with Store(tmp_path, identity=Identity(cluster="c", topic="states", partition=3), memory=StoreMemory()) as store:
        store.apply({b"old": b"x"}, 4)
        store.written_at -= age_days * DAY_S
        await restore(store, ledger, stats)
        assert (store.wiped is not None) == wiped
        assert (store.get_many([b"old"]) == [None]) == wiped
        assert store.position == 6


@pytest.mark.slow
async def test_a_store_beside_another_goes_when_its_partition_has_its_own_directory_again(tmp_path: Path) -> None:
    memory, identity = StoreMemory(1 << 20), Identity(cluster="c", topic="states", partition=3)
    path = tmp_path / "3"
    held = Store(path, identity=identity, memory=memory)
    beside = await open_store(path, identity=identity, memory=memory)
    assert beside.path == tmp_path / "3.1"
    held.close()
    discard_beside(path)
    assert beside.path.exists()  # it is in use
    beside.apply({b"a": b"1"}, 1)
    beside.close()
    (tmp_path / "3.2").mkdir()  # one that never came to be a store
    with await open_store(path, identity=identity, memory=memory):
        assert [name for name in ("3", "3.1", "3.2") if (tmp_path / name).exists()] == ["3"]
