"""The local state, on a real disk: it is the one thing here that a fake would prove nothing about."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from streams.tasks.problems import StoreBroken, StoreBusy
from streams.tasks.store import BROKEN, MARKER, Identity, Store, StoreMemory

IDENTITY = Identity(cluster="c", topic="state", partition=1)


@pytest.fixture
def memory() -> StoreMemory:
    return StoreMemory(1 << 20)


def opened(path: Path, memory: StoreMemory, identity: Identity = IDENTITY) -> Store:
    return Store(path / "1", identity=identity, memory=memory)


def test_what_was_written_and_its_position_are_there_after_closing(tmp_path: Path, memory: StoreMemory) -> None:
    with opened(tmp_path, memory) as store:
        store.apply({b"a": b"1", b"b": b"2"}, 10)
        store.apply({b"a": None, b"c": b"3"}, 20)
    with opened(tmp_path, memory) as store:
        assert store.get_many([b"a", b"b", b"c", b"d"]) == [None, b"2", b"3", None]
        assert store.position == 20
        assert store.wiped is None


def test_a_store_that_only_passed_what_was_aborted_is_empty(tmp_path: Path, memory: StoreMemory) -> None:
    with opened(tmp_path, memory) as store:
        assert store.is_empty()
        store.apply({}, 7)
        assert store.is_empty()
        store.apply({b"a": b"1"}, 9)
        assert not store.is_empty()
        store.apply({b"a": None}, 11)
        assert store.is_empty()


def test_all_states_are_given_in_the_order_of_their_keys_and_the_marker_is_none(
    tmp_path: Path, memory: StoreMemory
) -> None:
    with opened(tmp_path, memory) as store:
        assert list(store.states()) == []
        store.apply({b"b": b"2", b"a": b"1", b"c": b"3"}, 10)
        store.apply({b"c": None, b"\xff": b"4"}, 20)
        assert list(store.states()) == [(b"a", b"1"), (b"b", b"2"), (b"\xff", b"4")]


def test_a_bulk_write_that_is_cancelled_leaves_the_sorting_on(tmp_path: Path, memory: StoreMemory) -> None:
    with opened(tmp_path, memory) as store:
        with pytest.raises(asyncio.CancelledError), store.bulk():
            raise asyncio.CancelledError
        for number in range(8):
            store.apply({b"%d" % one: Random(one).randbytes(1_000) for one in range(100)}, number + 1)
            store.flush(wait=True)
        deadline = time.monotonic() + 60
        while store.unsorted_files() >= 4:  # RocksDB sorts four files and more
            assert time.monotonic() < deadline, f"{store.unsorted_files()} files are not sorted"
            time.sleep(0.05)


def test_a_process_that_dies_leaves_a_prefix_of_what_it_wrote(tmp_path: Path, memory: StoreMemory) -> None:
    program = """
import os, sys
from pathlib import Path
from streams.tasks.store import Identity, Store, StoreMemory
store = Store(Path(sys.argv[1]), identity=Identity(cluster="c", topic="state", partition=1), memory=StoreMemory())
for n in range(1, 60_001):
    store.apply({b"k": b"%d" % n, b"k%d" % n: os.urandom(400)}, n)
os._exit(9)
"""
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path / "1")], check=False)
    assert ended.returncode == 9
    with opened(tmp_path, memory) as store:
        assert 0 < store.position < 60_000  # some memtables had been flushed; the last one had not
        present = store.get_many([b"k%d" % n for n in range(1, store.position + 2)])
        assert all(present[:-1])
        assert present[-1] is None
        assert store.get_many([b"k"]) == [b"%d" % store.position]


def test_a_store_that_another_process_holds_is_busy_and_is_not_wiped(tmp_path: Path, memory: StoreMemory) -> None:
    with opened(tmp_path, memory) as store:
        store.apply({b"a": b"1"}, 10)
        with pytest.raises(StoreBusy):
            opened(tmp_path, memory)
    with opened(tmp_path, memory) as store:
        assert store.get_many([b"a"]) == [b"1"]


@pytest.mark.parametrize("file", ["CURRENT", "MANIFEST*", "*.sst"])
def test_a_corrupted_store_is_wiped(tmp_path: Path, memory: StoreMemory, file: str) -> None:
    with opened(tmp_path, memory) as store:
        store.apply({b"a": b"1"}, 10)
    for path in (tmp_path / "1").glob(file):
        path.write_bytes(b"nonsense")
    with opened(tmp_path, memory) as store:
        assert store.wiped
        assert store.position == 0
        assert store.get_many([b"a"]) == [None]


@pytest.mark.parametrize(
    "other",
    [
        Identity(cluster="other", topic="state", partition=1),
        Identity(cluster="c", topic="other", partition=1),
        Identity(cluster="c", topic="state", partition=2),
    ],
)
def test_the_copy_of_something_else_is_wiped(tmp_path: Path, memory: StoreMemory, other: Identity) -> None:
    with opened(tmp_path, memory) as store:
        store.apply({b"a": b"1"}, 10)
    with opened(tmp_path, memory, other) as store:
        assert "it is the copy of" in (store.wiped or "")
        assert store.get_many([b"a"]) == [None]


def test_states_without_a_marker_are_wiped(tmp_path: Path, memory: StoreMemory) -> None:
    with opened(tmp_path, memory) as store:
        store.apply({b"a": b"1"}, 10)
        store._db.delete(MARKER)
    with opened(tmp_path, memory) as store:
        assert store.wiped == "it has states but no marker"


def test_a_store_that_could_not_be_read_is_wiped_by_whoever_opens_it_next(tmp_path: Path, memory: StoreMemory) -> None:
    store = opened(tmp_path, memory)
    store.apply({b"a": b"1"}, 10)
    store.close()
    with pytest.raises(StoreBroken, match="could not be read"):
        store.get_many([b"a"])  # closed: the nearest to a broken disk that can be had here
    assert (tmp_path / "1" / BROKEN).exists()
    with opened(tmp_path, memory) as again:
        assert "could not be read" in (again.wiped or "")


def test_states_that_a_broken_block_hides_are_not_passed_over_in_silence(tmp_path: Path, memory: StoreMemory) -> None:
    """RocksDB's iterator ends there as if nothing came after."""
    with opened(tmp_path, memory) as store:
        store.apply({b"%06d" % number: Random(number).randbytes(200) for number in range(10_000)}, 10)
    [table] = (tmp_path / "1").glob("*.sst")
    content = bytearray(table.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    table.write_bytes(content)
    store = opened(tmp_path, StoreMemory(1 << 20))
    assert store.wiped is None
    with pytest.raises(StoreBroken, match="checksum mismatch"):
        list(store.states())
    store.close()
    with opened(tmp_path, memory) as again:
        assert "checksum mismatch" in (again.wiped or "")


def test_wiping_begins_again_with_nothing(tmp_path: Path, memory: StoreMemory) -> None:
    with opened(tmp_path, memory) as store:
        store.apply({b"a": b"1"}, 10)
        store.wipe("for a test")
        assert (store.position, store.get_many([b"a"])) == (0, [None])
        store.apply({b"a": b"2"}, 5)
    with opened(tmp_path, memory) as store:
        assert (store.position, store.get_many([b"a"])) == (5, [b"2"])


def test_what_is_written_in_bulk_is_there_and_is_sorted_afterwards(tmp_path: Path, memory: StoreMemory) -> None:
    with opened(tmp_path, memory) as store:
        with store.bulk():
            for turn in range(1, 13):
                store.apply({b"k%d" % n: b"%d" % turn for n in range(1_000)}, turn)
                store.flush(wait=True)
            assert store.unsorted_files() == 12
        store.apply({b"k0": b"new"}, 13)
        store.flush(wait=True)
        deadline = time.monotonic() + 30
        while store.unsorted_files() >= 12 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert store.unsorted_files() < 12
        assert store.get_many([b"k0", b"k1", b"k999"]) == [b"new", b"12", b"12"]
