"""One register on the suite's servers, with its workers, two agencies and a load: the faults of a plan act on it."""

import asyncio
import math
import shutil
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

import psycopg
from aiokafka.admin import AIOKafkaAdminClient

from register.ids import AgencyId
from register.subscriptions import Subscription
from runtime.settings import Settings
from services import topics
from services.subscribing import subscribe
from tests.faults.ground import Ground
from tests.faults.load import Load
from tests.faults.progress import Progress
from tests.faults.workers import PRODUCT, Crew, Worker

ALL: Final = (
    ("admit", "a"),
    ("admit", "b"),
    ("resolve", "a"),
    ("resolve", "b"),  # it has one partition: the other worker waits until it is needed
    ("suggest", "a"),
    ("unify", "a"),
    ("unify", "b"),
    ("notify", "a"),
    ("projection", "b"),
)
EVERYTHING: Final = Subscription(agency=AgencyId("everything"))
SAUDI: Final = Subscription(
    agency=AgencyId("saudi-names"), member_states=("SA",), fields=("legal_name", "entity_status")
)
ONE_DIRECTORY: Final = 0.3  # share of plans in which both hosts keep their state in one and the same directory
STARTED_S: Final = 120.0
AWAY_S: Final = 20.0  # of the fault "broker away"; the long run's first plan has five minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The parts on which a fault can act."""

    ground: Ground
    settings: Settings
    crew: Crew
    load: Load
    progress: Progress
    logs: Path
    hosts: Mapping[str, Settings]
    away_s: float  # how long a broker that is away for long is away
    outages: list[float] = field(default_factory=list)
    """When the broker was back, by the monotonic clock; infinity while it is away."""

    @contextmanager
    def broker_away(self) -> Iterator[None]:
        """Record that the broker is away."""
        self.outages.append(math.inf)
        yield
        self.outages[-1] = time.monotonic()

    def was_broker_away(self, since: float) -> bool:
        """Tell whether the broker was away at any time since that moment."""
        return bool(self.outages) and max(self.outages) >= since

    def disk_of(self, worker: Worker) -> str:
        """The host whose disk a worker's state is on."""
        return next(host for host in self.ground.disks if worker.settings.data_dir == self.ground.data_dir(host))

    def newcomer(self, process: str) -> Worker:
        """A worker on the third host, not started."""
        return _worker(self.ground, process, "c", self.hosts["c"], self.logs)


@asynccontextmanager
async def stage(
    ground: Ground,
    seed: str,
    *,
    session_s: int,
    away_s: float = AWAY_S,
    team: Sequence[tuple[str, str]] = ALL,
    entry: Sequence[str] = PRODUCT,
) -> AsyncIterator[Stage]:
    """Make topics, subscriptions and workers, and wait until all work; at the end no process is left."""
    settings = _own(ground, session_s)
    logs = ground.settings.data_dir / "logs" / seed
    logs.mkdir(parents=True, exist_ok=True)
    await topics.apply(settings)
    for agency in (EVERYTHING, SAUDI):
        await subscribe(settings, agency)
    together = Random(f"{seed}:hosts").random() < ONE_DIRECTORY
    places = {host: ground.data_dir("a" if together else host) for host in ground.disks}
    hosts = {host: settings.model_copy(update={"data_dir": place}) for host, place in places.items()}
    crew = Crew([_worker(ground, process, host, hosts[host], logs, entry) for process, host in team])
    crew.start()
    keeping = asyncio.create_task(crew.keep())
    try:
        await _all_work(crew)
        yield Stage(
            ground=ground,
            settings=settings,
            crew=crew,
            load=Load(settings, seed),
            progress=Progress(settings),
            logs=logs,
            hosts=hosts,
            away_s=away_s,
        )
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        crew.end()
        await _clear(ground, settings)


def _own(ground: Ground, session_s: int) -> Settings:
    name = f"f{uuid.uuid4().hex[:8]}"
    return ground.settings.model_copy(
        update={
            "kafka": ground.settings.bootstrap_servers,
            "database_url": ground.settings.postgres_url,
            "topic_prefix": f"{name}.",
            "database_schema": name,
            "session_timeout_s": session_s,
            "log_format": "json",
        }
    )


def _worker(
    ground: Ground, process: str, host: str, settings: Settings, logs: Path, entry: Sequence[str] = PRODUCT
) -> Worker:
    return Worker(process, host, settings, logs / f"{process}-{host}.log", entry, forked=ground.forked)


async def _all_work(crew: Crew) -> None:
    said = [
        one.says("projection_ready" if one.process == "projection" else "worker_ready", STARTED_S)
        for one in crew.workers
    ]
    for worker, works in zip(crew.workers, await asyncio.gather(*said), strict=True):
        if not works:
            raise AssertionError(f"{worker.name} did not come up:\n{worker.logged()[-3000:]}")


async def _clear(ground: Ground, settings: Settings) -> None:
    """A broker holds memory maps for each partition, and the next plan wants an empty disk."""
    ground.kafka.start()
    ground.postgres.start()
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([one for one in await admin.list_topics() if one.startswith(settings.topic_prefix)])
    finally:
        await admin.close()
    with psycopg.connect(settings.postgres_url, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA IF EXISTS "{settings.database_schema}" CASCADE'.encode())
    for host, disk in ground.disks.items():
        disk.free()
        for held in (disk.path, ground.data_dir(host) / "faust"):
            for directory in held.glob(f"{settings.topic_prefix}*"):
                shutil.rmtree(directory, ignore_errors=True)
