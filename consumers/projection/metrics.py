"""The metrics of the projector, and whether it is alive and ready."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bus.kafka_availability import KafkaPresence
from consumers.projection.postgres_store import Stored
from consumers.projection.transaction_input import Partition, Prepared
from runtime import metrics
from runtime.exposition import Pulse
from runtime.metrics import Histogram, MetricValue

LAG_S: Final = 5.0  # between two looks at the ends of the topics
SERVERS: Final = {"database_away": "postgresql", "kafka_away": "kafka"}  # by the event of the log


@dataclass(slots=True)
class ProjectionStats:
    """Counters since the process began. The database's thread counts slices; the event loop counts the rest."""

    waits_for: str | None = "connecting to PostgreSQL and Kafka"  # None: it reads and writes
    rows: Counter[str] = field(
        default_factory=lambda: Counter(
            dict.fromkeys(("companies", "changes", "receipts", "dead_letters", "notices", "events"), 0)
        )
    )
    records: int = 0
    older: int = 0
    outages: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(SERVERS.values(), 0)))
    slices: Histogram = field(default_factory=lambda: Histogram(metrics.SLICE.bounds))
    durations: Histogram = field(default_factory=lambda: Histogram(metrics.TRANSACTION.bounds))
    stored: Mapping[Partition, int] = field(default_factory=dict)  # where each partition goes on
    ends: Mapping[Partition, int] = field(default_factory=dict)
    looked: float = -LAG_S

    def count(self, ready: Prepared, stored: Stored, seconds: float) -> None:
        """Count a slice that was written."""
        rows = ready.rows
        self.rows["companies"] += stored.companies
        self.rows["changes"] += len(rows.changes)
        self.rows["receipts"] += len(rows.receipts)
        self.rows["dead_letters"] += len(rows.dead_letters)
        self.rows["notices"] += len(rows.notices)
        self.rows["events"] += len(rows.events)
        self.records += ready.records
        self.older += stored.older
        self.slices.observe(ready.records)
        self.durations.observe(seconds)
        self.stored = {**self.stored, **{one.partition: one.next for one in ready.advances}}

    def note_ends(self, ends: Callable[[], Mapping[Partition, int]]) -> None:
        """Record the ends of the topics, now and then."""
        now = time.monotonic()
        if now - self.looked >= LAG_S:
            self.ends, self.looked = ends(), now

    def note_outage(self, event: str, message: str, *, first: bool = True) -> None:
        """Record that a server is away; an outage counts once, at its first message."""
        server = SERVERS[event]
        self.outages[server] += first
        self.ends = {}  # unknown until it is back
        self.waits_for = f"{server} does not answer: {message}"


class ProjectionReport:
    """See `runtime.exposition.Report`."""

    def __init__(self, stats: ProjectionStats, kafka: KafkaPresence) -> None:
        self.pulse = Pulse()
        self._stats = stats
        self._kafka = kafka

    def unwell(self) -> str | None:
        return self.pulse.fault()

    def unready(self) -> str | None:
        return self._kafka.fault() or self._stats.waits_for

    def readings(self) -> Iterator[MetricValue]:
        stats = self._stats
        yield MetricValue(metrics.READY, float(self.unready() is None))
        yield MetricValue(metrics.LOOP_AGE, self.pulse.age())
        stored, ends = stats.stored, stats.ends
        for partition, end in ends.items():
            waiting = max(0, end - stored.get(partition, end))
            yield MetricValue(metrics.LAG, waiting, (partition.topic, str(partition.partition)))
        yield MetricValue(metrics.PROCESSED, stats.records)
        yield MetricValue(metrics.SLICE, stats.slices)
        yield MetricValue(metrics.TRANSACTION, stats.durations)
        yield from (MetricValue(metrics.ROWS, rows, (table,)) for table, rows in stats.rows.copy().items())
        yield MetricValue(metrics.OLDER, stats.older)
        outages = stats.outages + Counter(kafka=self._kafka.outages)
        yield from (MetricValue(metrics.OUTAGES, outages[server], (server,)) for server in SERVERS.values())
