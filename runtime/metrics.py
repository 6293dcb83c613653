"""Every metric of every process in one typed list, and the conversion of plain numbers for Prometheus.

What is measured is kept as plain numbers where it happens, once per transaction. They are read only when somebody
asks: `Collector` makes Prometheus' families of them, in the endpoint's thread.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import Final, TypeAlias

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector as PrometheusCollector

Family: TypeAlias = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily

SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
RECORDS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0)


class MetricKind(StrEnum):
    """The behaviour of a number over time."""

    COUNTER = "counter"  # rises, from zero when its process starts
    GAUGE = "gauge"  # how it is now
    HISTOGRAM = "histogram"  # counts of values up to each bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """The definition of one metric."""

    name: str  # complete, as it is queried: a counter's ends with _total
    kind: MetricKind
    unit: str
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()  # of a histogram's buckets, rising


def _counter(name: str, unit: str, says: str, *labels: str) -> Metric:
    return Metric(name=name, kind=MetricKind.COUNTER, unit=unit, help=says, labels=labels)


def _gauge(name: str, unit: str, says: str, *labels: str) -> Metric:
    return Metric(name=name, kind=MetricKind.GAUGE, unit=unit, help=says, labels=labels)


def _histogram(name: str, unit: str, says: str, bounds: tuple[float, ...]) -> Metric:
    return Metric(name=name, kind=MetricKind.HISTOGRAM, unit=unit, help=says, bounds=bounds)


READY: Final = _gauge("sijill_ready", "0 or 1", "Whether /ready says yes: all that was assigned is open and reading.")
LAG: Final = _gauge(
    "sijill_lag_records",
    "records",
    "Offsets of an input that are committed in Kafka and not yet taken in; asked for every five seconds.",
    "topic",
    "partition",
)
PROCESSED: Final = _counter("sijill_records_total", "records", "Input records taken in, in committed transactions.")
SLICE: Final = _histogram("sijill_slice_records", "records", "Input records of one transaction.", RECORDS)
TRANSACTION: Final = _histogram(
    "sijill_transaction_seconds", "seconds", "From taking the records until all of it is committed and kept.", SECONDS
)
STAGE: Final = _counter(
    "sijill_transaction_stage_seconds_total",
    "seconds",
    "Time of the transactions by stage: prepare, step, send, commit, store.",
    "stage",
)
OUTPUTS: Final = _counter("sijill_outputs_total", "records", "Records written to Kafka, states among them.")
OUTPUT_BYTES: Final = _counter("sijill_output_bytes_total", "bytes", "Size of these records before compression.")
RECEIPTS: Final = _counter(
    "sijill_receipts_total", "receipts", "Receipts of admit by what became of the event.", "publisher", "outcome"
)
DEAD_LETTERS: Final = _counter(
    "sijill_dead_letters_total", "records", "Records that admit parked, by the code of the reason.", "publisher", "code"
)
UNMAPPED_WORDS: Final = _counter(
    "sijill_unmapped_words_total",
    "events",
    "Accepted events with a registry's word that is in no map: status, legal form or activity. Of each task the first "
    "200 words are told apart, the others are … together; `sijill status` lists all.",
    "authority",
    "property",
    "word",
)
SUBSCRIPTIONS_UNREAD: Final = _counter(
    "sijill_subscriptions_unread_total",
    "subscriptions",
    "Subscriptions that notify could not read, a newer release's perhaps; their agencies hear of nothing.",
)
NOTICES_TOPICS_MADE: Final = _counter(
    "sijill_notices_topics_made_total",
    "topics",
    "Topics of notices that were missing, deleted perhaps, and that notify made anew; their numbers go on.",
)
TASKS: Final = _gauge("sijill_tasks", "tasks", "Tasks by phase: reading, restoring, opening, paused.", "phase")
FENCES: Final = _counter(
    "sijill_fences_total", "fences", "Transactional ids taken over, from a predecessor or from itself.", "partition"
)
RESTORED: Final = _counter(
    "sijill_restored_states_total", "states", "States read again from the state topic.", "partition"
)
RESTORE_TIME: Final = _counter("sijill_restore_seconds_total", "seconds", "Time that this took.", "partition")
RESTORE_LEFT: Final = _gauge(
    "sijill_restore_remaining_offsets", "offsets", "How far a restore that runs is from its end.", "partition"
)
WIPED: Final = _counter(
    "sijill_stores_wiped_total", "stores", "Local stores that could not be continued and began anew.", "partition"
)
STALLED: Final = _gauge(
    "sijill_stalled_seconds",
    "seconds",
    "How long the partition that is worst off has had work and made no progress; the watchdog ends the worker at 60.",
)
LOOP_AGE: Final = _gauge("sijill_loop_age_seconds", "seconds", "Time since the event loop last moved; about 1 is well.")
NAMES_HELD: Final = _gauge("sijill_names_held", "names", "Names of companies that suggest compares new ones with.")
NAMES_BYTES: Final = _gauge(
    "sijill_names_bytes", "bytes", "What these names take of the memory of suggest, reckoned from its arrays."
)
ROWS: Final = _counter(
    "sijill_projection_rows_total", "rows", "Companies, changes, receipts … written to PostgreSQL.", "table"
)
OLDER: Final = _counter(
    "sijill_projection_older_total", "records", "Records of companies that PostgreSQL held in a newer version."
)
OUTAGES: Final = _counter("sijill_projection_outages_total", "times", "How often a server was found away.", "server")

METRICS: Final[tuple[Metric, ...]] = (
    READY,
    LAG,
    PROCESSED,
    SLICE,
    TRANSACTION,
    STAGE,
    OUTPUTS,
    OUTPUT_BYTES,
    RECEIPTS,
    DEAD_LETTERS,
    UNMAPPED_WORDS,
    SUBSCRIPTIONS_UNREAD,
    NOTICES_TOPICS_MADE,
    TASKS,
    FENCES,
    RESTORED,
    RESTORE_TIME,
    RESTORE_LEFT,
    WIPED,
    STALLED,
    LOOP_AGE,
    NAMES_HELD,
    NAMES_BYTES,
    ROWS,
    OLDER,
    OUTAGES,
)


@dataclass(slots=True)
class Histogram:
    """Counts of values by bucket. Written by one thread; another may read it at any moment."""

    bounds: tuple[float, ...]
    counts: list[int] = field(init=False)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)  # the last: above every bound

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


@dataclass(frozen=True, slots=True)
class MetricValue:
    """A metric's value for one set of labels."""

    metric: Metric
    value: float | Histogram
    labels: tuple[str, ...] = ()


class Collector(PrometheusCollector):
    """Reads the numbers whenever Prometheus asks."""

    def __init__(self, read: Callable[[], Iterable[MetricValue]]) -> None:
        self._read = read

    def collect(self) -> Iterator[Family]:
        families: dict[str, Family] = {}
        for reading in self._read():
            metric = reading.metric
            family = families.get(metric.name)
            if family is None:
                family = families[metric.name] = _family(metric)
            _add(family, reading.labels, reading.value)
        yield from families.values()


def _family(metric: Metric) -> Family:
    match metric.kind:
        case MetricKind.COUNTER:
            return CounterMetricFamily(metric.name.removesuffix("_total"), metric.help, labels=metric.labels)
        case MetricKind.GAUGE:
            return GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
        case MetricKind.HISTOGRAM:
            return HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)


def _add(family: Family, labels: Sequence[str], value: float | Histogram) -> None:
    if isinstance(family, HistogramMetricFamily):
        assert isinstance(value, Histogram)
        bounds = [*(f"{bound:g}" for bound in value.bounds), "+Inf"]
        counts = map(float, accumulate(list(value.counts)))
        family.add_metric(labels, buckets=list(zip(bounds, counts, strict=True)), sum_value=value.total)
    else:
        assert not isinstance(value, Histogram)
        family.add_metric(labels, value)
