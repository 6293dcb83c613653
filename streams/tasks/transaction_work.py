"""The reads and writes of one transaction: an overlay over the local state, and the records to send."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from bus.problems import Unaddressed
from bus.record import RecordHeaders
from streams.tasks.problems import StreamsError

LOOP_S: Final = 0.25  # of a step's loop over its records; a step has one or two
RESERVED: Final = b"\x00sijill."  # begins the store's own keys: no state may have such a key


class States(Protocol):
    """The committed local state of a task."""

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Give the values of `keys`, in their order; None where there is none. Raises StoreBroken."""


class Outputs(Protocol):
    """Collects the records of a transaction."""

    def append(
        self,
        topic: str,
        partition: int | None,
        key: bytes | None,
        value: bytes | None,
        headers: RecordHeaders = (),
        timestamp_ms: int | None = None,
    ) -> None:
        """Add a record; `partition` None: by the hash of the key. Raises RecordTooLarge."""


class TransactionWork:
    """The `Work` of one transaction of a task."""

    __slots__ = ("_known", "_outputs", "_state_topic", "_states", "changes", "loop_s", "partition", "partitions")

    def __init__(
        self, *, partition: int, partitions: int, states: States, state_topic: str | None, outputs: Outputs
    ) -> None:
        self.partition = partition
        self.loop_s = LOOP_S
        self.partitions = partitions
        self.changes: dict[bytes, bytes | None] = {}  # the last put of each key, for the store and the state topic
        self._known: dict[bytes, bytes | None] = {}  # what was read or put
        self._states = states
        self._state_topic = state_topic
        self._outputs = outputs

    def get(self, key: bytes) -> bytes | None:
        if key not in self._known:
            self._known[key] = self._states.get_many((key,))[0]
        return self._known[key]

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, bytes | None]:
        known = self._known
        wanted = dict.fromkeys(keys)
        unread = [key for key in wanted if key not in known]
        if unread:
            known.update(zip(unread, self._states.get_many(unread), strict=True))
        return {key: known[key] for key in wanted}

    def put(self, key: bytes, value: bytes | None) -> None:
        if self._state_topic is None:
            raise StreamsError("put needs a state topic, and this processor has none")
        if key.startswith(RESERVED):
            raise StreamsError(f"a state's key must not begin with {RESERVED!r}: {key!r}")
        self._known[key] = value
        self.changes[key] = value

    def emit(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: RecordHeaders = (),
        *,
        partition: int | None = None,
        timestamp_ms: int | None = None,
    ) -> None:
        if partition is None and key is None:
            raise Unaddressed(f"a record for {topic} needs a key or a partition")
        self._outputs.append(topic, partition, key, value, headers, timestamp_ms)

    def close(self) -> None:
        """Add the changed states to the outputs: call once, after the step. They stay in the task's own partition."""
        if self._state_topic is not None:
            for key, value in self.changes.items():
                self._outputs.append(self._state_topic, self.partition, key, value)


class Emitted(NamedTuple):
    """A record that a step emitted into memory. A tuple: benchmarks make one for each output of millions of events."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    partition: int | None = None
    timestamp_ms: int | None = None


@dataclass(slots=True, kw_only=True)
class MemoryWork:
    """A `Work` without Kafka or a disk: for the tests of steps and for benchmarks."""

    partition: int = 0
    loop_s: float = math.inf
    partitions: int = 1
    states: dict[bytes, bytes] = field(default_factory=dict)
    emitted: list[Emitted] = field(default_factory=list)

    def get(self, key: bytes) -> bytes | None:
        return self.states.get(key)

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, bytes | None]:
        return {key: self.states.get(key) for key in keys}

    def put(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self.states.pop(key, None)
        else:
            self.states[key] = value

    def emit(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: RecordHeaders = (),
        *,
        partition: int | None = None,
        timestamp_ms: int | None = None,
    ) -> None:
        self.emitted.append(
            Emitted(
                topic=topic,
                key=key,
                value=value,
                headers=tuple(headers),
                partition=partition,
                timestamp_ms=timestamp_ms,
            )
        )
