"""Check the clocks: ours against PostgreSQL's, and those of the processes against the brokers'.

Kafka tells nobody its time. But the leader of a partition writes a marker behind each transaction, with its own time.
The records before it have the time of the process that wrote them. A commit follows its records within seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bus.transaction_times import TransactionTimes, newest_transactions
from readmodel.server_clock import server_time
from runtime.clock import Clock
from runtime.settings import Settings
from schemas.facts.topics import Topics
from services.error_mapping import named
from services.health.findings import Bad, Doubtful, Good, HealthFinding

AGREE_S: Final = 2.0  # NTP keeps machines within some hundredths of a second
FAR_S: Final = 60.0  # receipts and changes would stand at wrong times
LONGEST_S: Final = 120.0  # of a transaction: its broker aborts it after 20 s, and a queue may hold records before it


@dataclass(frozen=True, kw_only=True)
class ClocksAgree(Good):
    """The clocks agree within some seconds."""

    server: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class ClockDiffers(Doubtful):
    """Our clock is some seconds ahead of a server's; behind it where negative."""

    server: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class ClockFarOff(Bad):
    """Our clock is far ahead of a server's; behind it where negative."""

    server: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class WriterClockFarOff(Bad):
    """The clock of a process that writes a topic is far ahead of the broker's; behind it where negative."""

    topic: str
    partition: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class NoTransactions(Good):
    """No process has written yet, so that nothing says how the clocks stand."""


def check_postgres_clock(settings: Settings, clock: Clock) -> Sequence[HealthFinding]:
    """Compare our clock with PostgreSQL's."""
    with named(settings):
        times = server_time(settings, clock.now)
    return clock_findings("PostgreSQL", times.ours, times.theirs)


async def check_kafka_clock(settings: Settings, clock: Clock) -> Sequence[HealthFinding]:
    """Compare the newest transactions' records and markers, and the markers with our clock."""
    topic = Topics(settings.topic_prefix).offsets
    return transaction_findings(await newest_transactions(settings, topic), clock.now())


def clock_findings(server: str, ours: datetime, theirs: datetime) -> Sequence[HealthFinding]:
    """Judge our time and that of a server at the same moment."""
    seconds = (ours - theirs).total_seconds()
    if abs(seconds) >= FAR_S:
        return [ClockFarOff(server=server, seconds=seconds)]
    if abs(seconds) >= AGREE_S:
        return [ClockDiffers(server=server, seconds=seconds)]
    return [ClocksAgree(server=server, seconds=seconds)]


def transaction_findings(newest: Sequence[TransactionTimes], now: datetime) -> Sequence[HealthFinding]:
    """Judge the times of transactions: a marker follows its records, and lies in our past."""
    if not newest:
        return [NoTransactions()]
    found: list[HealthFinding] = []
    for one in newest:
        ahead_s = one.written_at - one.committed_at
        if ahead_s >= AGREE_S or ahead_s <= -LONGEST_S:
            found.append(WriterClockFarOff(topic=one.topic, partition=one.partition, seconds=ahead_s))
    behind_s = max(one.committed_at for one in newest) - now.timestamp()
    if behind_s >= AGREE_S:
        found.append(ClockFarOff(server="Kafka", seconds=-behind_s))
    return found or [ClocksAgree(server="Kafka", seconds=max(one.written_at - one.committed_at for one in newest))]
