"""Topics, workers that count, and a reader that checks every count: for the tests of the task runtime."""

import asyncio
import json
import os
import random
import re
import signal
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from runtime.settings import Settings
from schemas.partitioning import partition_of
from tests.forking import start

PARTITIONS = 4
POLL_S = 0.05
SESSION_S = 2


class WorkerProcess:
    """A counting worker, its output in a file."""

    def __init__(self, settings: Settings, topics: Mapping[str, object], log: Path) -> None:
        self.log = log
        self._from = log.stat().st_size if log.exists() else 0
        environment = {**os.environ, **settings.environment(), "COUNTING": json.dumps(topics)}
        with log.open("ab") as out:
            self.process = start("tests.integration.counting", (), environment=environment, output=out)

    @property
    def pid(self) -> int:
        return self.process.pid

    def logged(self) -> str:
        """Read the log of this process, without the log of an earlier one."""
        return self.log.read_bytes()[self._from :].decode()

    async def says(self, pattern: str, *, since: int = 0, within_s: float = 60.0) -> re.Match[str]:
        """Wait for a match of `pattern` in the log after its first `since` characters; the latest if there are many."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if found := list(re.finditer(pattern, self.logged()[since:])):
                return found[-1]
            await asyncio.sleep(POLL_S)
        raise AssertionError(f"no {pattern!r} within {within_s} s in:\n{self.logged()}")

    async def ends(self, within_s: float = 45.0) -> int:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if (code := self.process.poll()) is not None:
                return code
            await asyncio.sleep(POLL_S)
        raise AssertionError(f"still running after {within_s} s:\n{self.logged()}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@dataclass(kw_only=True)
class Arena:
    """The inputs, the output and the state topic of one test, and the events sent so far."""

    settings: Settings
    inputs: Sequence[str]
    out: str
    state: str
    offsets: str | None
    producer: AIOKafkaProducer
    recalls: bool = False
    sent: Counter[bytes] = field(default_factory=Counter)
    counts: defaultdict[bytes, list[int]] = field(default_factory=lambda: defaultdict(list))  # read committed
    workers: list[WorkerProcess] = field(default_factory=list)

    def start(self, number: int = 0) -> WorkerProcess:
        """Start a worker. Those of one number share a log file."""
        topics: dict[str, object] = {"inputs": self.inputs, "out": self.out, "state": self.state}
        topics |= {"offsets": self.offsets, "recalls": self.recalls}
        worker = WorkerProcess(self.settings, topics, self.settings.data_dir / f"worker{number}.log")
        self.workers.append(worker)
        return worker

    async def publish(self, keys: Iterable[bytes], value: bytes = b"x" * 200, topic: str | None = None) -> None:
        """Publish one event per key, in the key's partition."""
        futures = []
        for key in keys:
            self.sent[key] += 1
            to = topic or self.inputs[0]
            partition = partition_of(key, PARTITIONS)
            futures.append(await self.producer.send(to, key=key, value=value, partition=partition))
        await asyncio.gather(*futures)

    async def counted(self, events: int | None = None, within_s: float = 90.0) -> None:
        """Wait until so many counts have come out; by default as many as events were sent by now."""
        wanted = self.sent.total() if events is None else events
        deadline = time.monotonic() + within_s
        while self._counted() < wanted:
            assert time.monotonic() < deadline, f"{self._counted()} of {wanted} were counted{self._logs()}"
            await asyncio.sleep(POLL_S)

    async def check(self, within_s: float = 90.0) -> None:
        """Check that every key was counted 1, 2, 3 … up to its number of events: nothing lost or twice, in order."""
        await self.counted(within_s=within_s)
        wrong = {
            key: (len(self.counts[key]), sent)
            for key, sent in self.sent.items()
            if self.counts[key] != list(range(1, sent + 1))
        }
        assert not wrong, f"{len(wrong)} keys are wrong, (counted, sent): {list(wrong.items())[:10]}{self._logs()}"

    async def read_on(self, reader: "AIOKafkaConsumer[bytes, bytes]") -> None:
        """Collect the counts, for as long as the arena stands."""
        while True:
            for records in (await reader.getmany(timeout_ms=200)).values():
                for record in records:
                    self.counts[record.key].append(_count(record.value))

    def _counted(self) -> int:
        return sum(len(counts) for counts in self.counts.values())

    def state_directories(self) -> list[Path]:
        return sorted(path for path in self.settings.state_dir.glob("*/*") if path.is_dir())

    def _logs(self) -> str:
        return "".join(f"\n--- {w.log.name} (pid {w.pid})\n{w.logged()[-4000:]}" for w in self.workers)


@asynccontextmanager
async def arena(
    settings: Settings, inputs: Sequence[str] = ("in",), *, recalls: bool = False, offsets: bool = True
) -> AsyncIterator[Arena]:
    """Make the topics; at the end no worker is left. A worker counts as dead after two seconds.

    `recalls`: the workers count in memory, from the states that they are told. `offsets`: they write where they go on.
    """
    settings = settings.model_copy(update={"session_timeout_s": SESSION_S, "log_format": "console"})
    prefix = settings.topic_prefix
    names = [prefix + name for name in inputs]
    await _create(settings, [*names, prefix + "out"], [prefix + "state", prefix + "offsets"])
    async with _clients(settings) as (producer, reader):
        made = Arena(
            settings=settings,
            inputs=names,
            out=prefix + "out",
            state=prefix + "state",
            offsets=prefix + "offsets" if offsets else None,
            producer=producer,
            recalls=recalls,
        )
        reader.assign([TopicPartition(made.out, partition) for partition in range(PARTITIONS)])
        reading = asyncio.create_task(made.read_on(reader))
        try:
            yield made
        finally:
            reading.cancel()
            for worker in made.workers:
                worker.kill()


@asynccontextmanager
async def _clients(settings: Settings) -> "AsyncIterator[tuple[AIOKafkaProducer, AIOKafkaConsumer[bytes, bytes]]]":
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers, linger_ms=2, max_batch_size=1 << 18)
    reader: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    async with producer, reader:
        yield producer, reader


async def _create(settings: Settings, topics: list[str], compacted: list[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics(
            [
                *(NewTopic(topic, PARTITIONS, 1) for topic in topics),
                *(NewTopic(topic, PARTITIONS, 1, topic_configs={"cleanup.policy": "compact"}) for topic in compacted),
            ]
        )
    finally:
        await admin.close()


def _count(value: bytes) -> int:
    return int(value.lstrip(b"0"))


def some_keys(count: int, seed: int, different: int = 500) -> list[bytes]:
    """Make keys, many of which repeat."""
    dice = random.Random(seed)
    return [b"k%d" % dice.randrange(different) for _ in range(count)]
