"""What the tasks of one worker share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiokafka import TopicPartition

from bus.broker_offsets import Ledger
from bus.kafka_availability import KafkaPresence
from streams.tasks.processor import Processor
from streams.tasks.store import StoreMemory


class InputReader(Protocol):
    """Reads the inputs: see `SliceConsumer`."""

    async def read_from(self, offsets: Mapping[TopicPartition, int]) -> int:
        """Read these partitions from these offsets on; returns the era of the slices that follow."""

    def demand_changed(self) -> None:
        """A task has room again."""

    async def rejoin(self) -> None:
        """Have the group assign its partitions anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerContext:
    """Settings and connections; made once per worker."""

    processor: Processor
    group: str  # the processor's name with the topic prefix
    state_dir: Path  # of the processor, with a directory per partition
    slice_records: int  # the most records of a transaction
    ledger: Ledger
    memory: StoreMemory
    reader: InputReader
    kafka: KafkaPresence
    failed: Callable[[int, BaseException], None]  # ends the process
    reopening_after_outage: Callable[[int, BaseException], None]  # a task was broken by an outage, and opens again
    opened: Callable[[], None]  # a task has become ready
    partitions: dict[str, int]  # how many each output topic has, as far as known

    def task(self, partition: int) -> str:
        """Name a task: its transactional id, and the key of its recorded offsets."""
        return f"{self.group}-{partition}"
