"""The bare functions: the same steps on the same bytes, with states and outputs in memory. One core, no Kafka.

`python -m benchmarks.in_memory SPOOL PARTITIONS SLICE_RECORDS` prints the events per second as JSON: a process of its
own, so that neither side pays for the other's garbage.
"""

import gc
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.consumed_records import consumed
from benchmarks.event_file import Spool, read
from benchmarks.problems import BenchmarkFailed
from bus.record import ConsumedRecord
from runtime.settings import Settings
from schemas.facts.topics import Topics
from schemas.partitioning import partition_of
from streams.processors import admit, unify
from streams.tasks.processor import Step
from streams.tasks.transaction_work import MemoryWork

TOPICS: Final = Topics()
WARM_UP: Final = 500  # events; starting up is not counted on Kafka either


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemory:
    """What the functions did, each alone and one after the other; per second of one core."""

    events: int
    statements: int
    admit_s: float
    unify_s: float

    @property
    def events_per_s(self) -> float:
        """The whole merge job."""
        return self.events / (self.admit_s + self.unify_s)


def in_memory(load: Spool, settings: Settings) -> InMemory:
    """Measure in a fresh process."""
    arguments = [str(load.path), str(settings.partitions), str(settings.slice_records)]
    command = [sys.executable, "-m", "benchmarks.in_memory", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise BenchmarkFailed(f"the functions in memory failed:\n{ran.stderr[-3_000:]}")
    return InMemory(**json.loads(ran.stdout))


def measure(path: Path, partitions: int, slice_records: int) -> InMemory:
    """Run the steps over all events, partition by partition, in slices as a task would."""
    events = _records(((TOPICS.registrations(f.publisher), f.key, f.value) for f in read(path)), partitions)
    _run(admit.processor(TOPICS).step, {0: events[0][:WARM_UP]}, slice_records)  # reads and compiles the schemas
    gc.freeze()  # what was read beforehand is not the functions' garbage
    begun = time.perf_counter()
    emitted = _run(admit.processor(TOPICS).step, events, slice_records)
    admitted = time.perf_counter()
    statements = _records(((TOPICS.statements, key, value) for key, value in emitted), partitions)
    _run(unify.processor(TOPICS).step, {0: statements[0][:WARM_UP]}, slice_records)
    gc.freeze()
    prepared = time.perf_counter()
    _run(unify.processor(TOPICS).step, statements, slice_records)
    return InMemory(
        events=_count(events),
        statements=_count(statements),
        admit_s=admitted - begun,
        unify_s=time.perf_counter() - prepared,
    )


def _run(
    step: Callable[[int], Step], parts: Mapping[int, Sequence[ConsumedRecord]], slice_records: int
) -> list[tuple[bytes, bytes]]:
    """Run a step over the records of each partition; returns the keys and values of the statements that it emits."""
    statements: list[tuple[bytes, bytes]] = []
    for partition, records in parts.items():
        apply, work = step(partition), MemoryWork(partition=partition, partitions=len(parts))
        for start in range(0, len(records), slice_records):
            apply(records[start : start + slice_records], work)
            statements += [(one.key or b"", one.value or b"") for one in work.emitted if one.topic == TOPICS.statements]
            work.emitted.clear()  # a task hands its records to Kafka after each slice, too
    return statements


def _records(sent: Iterable[tuple[str, bytes, bytes]], partitions: int) -> dict[int, list[ConsumedRecord]]:
    parts: dict[int, list[ConsumedRecord]] = defaultdict(list)
    for topic, key, value in sent:
        number = partition_of(key, partitions)
        parts[number].append(consumed(topic, key, value, partition=number, offset=len(parts[number])))
    return parts


def _count(parts: Mapping[int, Sequence[ConsumedRecord]]) -> int:
    return sum(len(records) for records in parts.values())


if __name__ == "__main__":
    measured = measure(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    json.dump({name: getattr(measured, name) for name in InMemory.__dataclass_fields__}, sys.stdout)
