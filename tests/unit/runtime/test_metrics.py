"""The list of metrics, and what Prometheus reads of plain numbers."""

import re
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from runtime import metrics
from runtime.metrics import METRICS, Collector, Histogram, Metric, MetricKind, MetricValue


def scraped(readings: Sequence[MetricValue]) -> dict[str, tuple[str, dict[tuple[str, ...], float]]]:
    """What Prometheus understands: each family's kind, and its samples by name and labels, these by the alphabet."""
    registry = CollectorRegistry()
    registry.register(Collector(lambda: readings))
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        one.name: (one.type, {(sample.name, *sample.labels.values()): sample.value for sample in one.samples})
        for one in families
    }


def some_value(metric: Metric) -> float | Histogram:
    return Histogram(metric.bounds) if metric.kind is MetricKind.HISTOGRAM else 7


def test_every_metric_can_be_scraped_with_its_name_kind_and_labels() -> None:
    found = scraped(
        [MetricValue(one, some_value(one), tuple(f"of {label}" for label in one.labels)) for one in METRICS]
    )
    assert {name: kind for name, (kind, _) in found.items()} == {
        one.name.removesuffix("_total"): one.kind for one in METRICS
    }
    for one in METRICS:
        if one.kind is not MetricKind.HISTOGRAM:
            _, samples = found[one.name.removesuffix("_total")]
            assert samples == {(one.name, *(f"of {label}" for label in sorted(one.labels))): 7}


def test_the_list_has_every_metric_once_and_named_as_prometheus_wants_it() -> None:
    assert list(METRICS) == [one for one in vars(metrics).values() if isinstance(one, Metric)]
    assert len({one.name for one in METRICS}) == len(METRICS)
    for one in METRICS:
        assert re.fullmatch(r"sijill(_[a-z]+)+", one.name)
        assert one.name.endswith("_total") == (one.kind is MetricKind.COUNTER), one.name
        assert one.help.endswith("."), one.name
        assert ("_seconds" in one.name) == (one.unit == "seconds"), one.name
        assert list(one.bounds) == sorted(one.bounds)
        assert bool(one.bounds) == (one.kind is MetricKind.HISTOGRAM)


def test_a_value_counts_in_every_bucket_that_it_fits_into() -> None:
    metric = Metric(name="sijill_x", kind=MetricKind.HISTOGRAM, unit="seconds", help="X.", bounds=(0.1, 1.0))
    values = Histogram(metric.bounds)
    for value in (0.05, 0.1, 0.5, 3.0):
        values.observe(value)
    _, samples = scraped([MetricValue(metric, values)])["sijill_x"]
    assert samples == {
        ("sijill_x_bucket", "0.1"): 2,
        ("sijill_x_bucket", "1"): 3,
        ("sijill_x_bucket", "+Inf"): 4,
        ("sijill_x_count",): 4,
        ("sijill_x_sum",): 3.65,
    }
