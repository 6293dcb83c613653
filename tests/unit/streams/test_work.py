from collections.abc import Sequence

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from bus.problems import Unaddressed
from bus.record import RecordHeaders
from schemas.partitioning import partition_of
from streams.tasks.problems import StreamsError
from streams.tasks.transaction_work import TransactionWork


class States:
    """Committed states in memory, which counts the reads."""

    def __init__(self, **held: bytes) -> None:
        self.held = {key.encode(): value for key, value in held.items()}
        self.reads: list[list[bytes]] = []

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        self.reads.append(list(keys))
        return [self.held.get(key) for key in keys]


class Outputs:
    def __init__(self) -> None:
        self.sent: list[tuple[str, int | None, bytes | None, bytes | None]] = []

    def append(
        self,
        topic: str,
        partition: int | None,
        key: bytes | None,
        value: bytes | None,
        headers: RecordHeaders = (),
        timestamp_ms: int | None = None,
    ) -> None:
        self.sent.append((topic, partition, key, value))


def work_on(states: States, outputs: Outputs | None = None, state_topic: str | None = "state") -> TransactionWork:
    return TransactionWork(
        partition=2, partitions=3, states=states, state_topic=state_topic, outputs=outputs or Outputs()
    )


def test_a_transaction_sees_its_own_puts() -> None:
    work = work_on(States(a=b"1", b=b"2"))
    work.put(b"a", b"9")
    work.put(b"b", None)
    assert work.get_many([b"a", b"b", b"c"]) == {b"a": b"9", b"b": None, b"c": None}
    assert work.get(b"b") is None


def test_a_key_is_read_from_the_store_once() -> None:
    states = States(a=b"1")
    work = work_on(states)
    work.get_many([b"a", b"b", b"a"])
    work.get(b"a")
    work.get_many([b"b", b"c"])
    assert states.reads == [[b"a", b"b"], [b"c"]]


def test_the_last_put_of_a_key_goes_to_the_state_topic_in_the_tasks_own_partition() -> None:
    outputs = Outputs()
    work = work_on(States(), outputs)
    work.put(b"a", b"1")
    work.put(b"a", b"2")
    work.put(b"gone", None)
    work.close()
    assert outputs.sent == [("state", 2, b"a", b"2"), ("state", 2, b"gone", None)]
    assert work.changes == {b"a": b"2", b"gone": None}


def test_the_stores_own_keys_and_a_put_without_a_state_topic_are_refused() -> None:
    with pytest.raises(StreamsError, match="must not begin with"):
        work_on(States()).put(b"\x00sijill.marker", b"x")
    with pytest.raises(StreamsError, match="this processor has none"):
        work_on(States(), state_topic=None).put(b"a", b"x")


def test_a_record_needs_a_key_or_a_partition() -> None:
    with pytest.raises(Unaddressed, match="needs a key or a partition"):
        work_on(States()).emit("out", None, b"value")


@given(st.binary(max_size=40), st.integers(min_value=1, max_value=50))
def test_keys_go_where_kafkas_own_partitioner_sends_them(key: bytes, partitions: int) -> None:
    assert partition_of(key, partitions) == DefaultPartitioner()(key, list(range(partitions)), [])
