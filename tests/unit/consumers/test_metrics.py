"""What the projector says of itself."""

from bus.kafka_availability import KafkaPresence
from consumers.projection.metrics import ProjectionReport, ProjectionStats
from consumers.projection.postgres_store import Stored
from consumers.projection.transaction_input import Advance, Partition, Prepared, SliceRows
from runtime.metrics import LAG, OUTAGES, PROCESSED, ROWS

CHANGES = Partition("register.changes", 0)


def values(report: ProjectionReport) -> dict[tuple[str, ...], object]:
    return {(one.metric.name, *one.labels): one.value for one in report.readings()}


def test_a_slice_counts_once_it_is_written_and_the_lag_with_it() -> None:
    stats = ProjectionStats(stored={CHANGES: 10}, waits_for=None)
    report = ProjectionReport(stats, KafkaPresence("unasked:1"))
    stats.note_ends(lambda: {CHANGES: 100})
    assert values(report)[LAG.name, "register.changes", "0"] == 90
    rows = SliceRows(changes={("register.changes", 0, n): "line" for n in range(3)})
    advance = Advance(partition=CHANGES, expected=10, next=14)
    stats.count(Prepared(rows=rows, advances=[advance], records=3), Stored(companies=2, older=1), 0.1)
    found = values(report)
    assert found[LAG.name, "register.changes", "0"] == 86
    assert found[(PROCESSED.name,)] == 3
    assert (found[ROWS.name, "changes"], found[ROWS.name, "companies"], found[ROWS.name, "notices"]) == (3, 2, 0)
    assert report.unready() is None


def test_an_outage_is_counted_and_named_until_it_is_over() -> None:
    stats = ProjectionStats()
    report = ProjectionReport(stats, KafkaPresence("unasked:1"))
    assert report.unready() == "connecting to PostgreSQL and Kafka"
    stats.note_outage("database_away", "connection refused")
    assert report.unready() == "postgresql does not answer: connection refused"
    assert values(report)[OUTAGES.name, "postgresql"] == 1
    stats.note_outage("database_away", "connection refused", first=False)
    assert values(report)[OUTAGES.name, "postgresql"] == 1
    assert report.unwell() is None  # waiting is what it should do
