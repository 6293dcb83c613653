"""The tasks of one worker, through the group's rebalances."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import structlog
from aiokafka import TopicPartition

from streams.tasks.assignor import Claim
from streams.tasks.faust_overrides import Slice
from streams.tasks.problems import NotCopartitioned
from streams.tasks.stats import WorkerStats
from streams.tasks.task import Task
from streams.tasks.worker_context import WorkerContext

log = structlog.get_logger(__name__)


class Tasks:
    """Opens, pauses, resumes and closes tasks as partitions come and go (what these mean: `task`)."""

    def __init__(
        self, site: Callable[[], WorkerContext], state_dir: Path, stats: WorkerStats, *, rules: str = ""
    ) -> None:
        """`state_dir`: of the processor, with a directory per partition. `rules`: the digest of its rules."""
        self._rules = rules
        self._site = site  # made late: the consumer does not exist before Faust starts
        self._state_dir = state_dir
        self._stats = stats
        self._tasks: dict[int, Task] = {}
        self._generation = -1  # of the group, at the latest assignment
        self._assigned_at = 0.0
        self._closed = False

    @property
    def joined(self) -> bool:
        """Whether the group has assigned partitions, perhaps none, and the worker is not stopping."""
        return self._generation >= 0 and not self._closed

    def __iter__(self) -> Iterator[Task]:
        return iter(self._tasks.values())

    def demand(self) -> Mapping[TopicPartition, int]:
        wanted: dict[TopicPartition, int] = {}
        for task in self._tasks.values():
            wanted.update(task.demand())
        return wanted

    def deliver(self, part: Slice) -> None:
        task = self._tasks.get(part.tp.partition)
        if task is not None:  # else it was fetched before the partition moved away
            task.deliver(part)

    def claim(self) -> Claim:
        """Give the partitions that this worker has, for the assignor. Called from the consumer's thread."""
        group_dir = self._state_dir
        kept = {int(path.name) for path in group_dir.iterdir() if path.name.isdigit()} if group_dir.is_dir() else set()
        return Claim(generation=self._generation, held=frozenset(self._tasks), kept=frozenset(kept), rules=self._rules)

    async def revoked(self) -> None:
        """Pause all tasks: nothing may be committed until the next assignment."""
        await asyncio.gather(*(task.pause() for task in self._tasks.values()))

    async def assigned(self, tps: Iterable[TopicPartition], generation: int) -> None:
        site = self._site()
        partitions = _partitions(tps, site.processor.inputs)
        consecutive = generation == self._generation + 1
        self._generation = generation
        gone = [self._tasks.pop(partition) for partition in set(self._tasks) - partitions]
        await asyncio.gather(*(task.close() for task in gone))
        for partition in sorted(partitions):
            task = self._tasks.get(partition)
            if task is None:
                task = self._tasks[partition] = Task(partition, site, self._stats.of(partition))
                task.start()
            elif consecutive:
                task.resume()
            else:
                task.start()
        log.info(
            "partitions_assigned",
            processor=site.group,
            generation=generation,
            partitions=sorted(partitions),
            closed=sorted(task.partition for task in gone),
        )
        self._assigned_at = time.monotonic()
        if not partitions:
            self.opened()

    def opened(self) -> None:
        """Log one line when the last task of an assignment is ready."""
        if all(task.ready for task in self._tasks.values()):
            log.info(
                "worker_ready",
                processor=self._site().group,
                partitions=sorted(self._tasks),
                restored=sum(task.stats.restored_states for task in self._tasks.values()),
                seconds=round(time.monotonic() - self._assigned_at, 3),
            )

    async def close(self) -> None:
        """End the running transactions, and flush and close all tasks."""
        self._closed = True
        tasks = list(self._tasks.values())
        self._tasks.clear()
        await asyncio.gather(*(task.close() for task in tasks))


def _partitions(tps: Iterable[TopicPartition], inputs: tuple[str, ...]) -> set[int]:
    """Give the assigned partition numbers. Raises NotCopartitioned unless each comes from every input."""
    assigned = set(tps)
    numbers = {tp.partition for tp in assigned}
    missing = [f"{topic}-{number}" for number in sorted(numbers) for topic in inputs if (topic, number) not in assigned]
    if missing:
        raise NotCopartitioned(
            f"the inputs {', '.join(inputs)} must have the same number of partitions, and be assigned together; "
            f"missing: {', '.join(missing)}"
        )
    return numbers
