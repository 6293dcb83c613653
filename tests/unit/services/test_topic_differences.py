"""A topic's compression is the operator's choice, among those that can be read."""

import pytest

from services.topic_differences import Aspect, FoundTopic, WantedTopic, differences_of

WANTED = WantedTopic(partitions=1, replicas=1, config={})


def _having(compression: str) -> FoundTopic:
    config = {"compression.type": compression}
    return FoundTopic(partitions=1, replicas=1, config=config, own=config)


@pytest.mark.parametrize("compression", ["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"])
def test_every_compression_of_kafka_may_be_chosen(compression: str) -> None:
    assert list(differences_of("t", WANTED, _having(compression))) == []


def test_a_compression_that_nobody_could_read_is_named() -> None:
    (difference,) = differences_of("t", WANTED, _having("brotli"))
    assert (difference.aspect, difference.found, difference.wanted) == (Aspect.CONFIG, "brotli", "producer")
