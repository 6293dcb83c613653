"""A stretch ends where it was told to, even while more is written behind it."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from bus import committed_records
from bus.committed_records import committed

TP = TopicPartition("in", 0)
CHUNK = 4


class Reader:
    """A partition of ten records, read four at a time."""

    def __init__(self, **_: object) -> None:
        self._position = 0

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def assign(self, tps: object) -> None: ...

    def seek(self, tp: object, offset: int) -> None:
        self._position = offset

    async def getmany(self, *_: object, **__: object) -> dict[TopicPartition, list[Any]]:
        begin, self._position = self._position, min(self._position + CHUNK, 10)
        return {TP: [SimpleNamespace(offset=offset) for offset in range(begin, self._position)]}

    async def position(self, tp: object) -> int:
        return self._position


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (0, 6, [([0, 1, 2, 3], 4), ([4, 5], 6)]),
        (1, 5, [([1, 2, 3, 4], 5)]),
        (3, 4, [([3], 4)]),
        (4, 4, []),
    ],
)
async def test_records_from_its_end_on_are_left_out(
    monkeypatch: pytest.MonkeyPatch, begin: int, end: int, expected: list[tuple[list[int], int]]
) -> None:
    monkeypatch.setattr(committed_records, "AIOKafkaConsumer", Reader)
    found = [([one.offset for one in records], position) async for records, position in committed("", TP, begin, end)]
    assert found == expected
