"""Who takes part in a comparison, and how each is started. One worker process each."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import java
from benchmarks.output_rate import Isolation
from benchmarks.problems import BenchmarkFailed
from runtime.settings import Settings

ROOT: Final = Path(__file__).resolve().parent.parent
PEERS_PYTHON: Final = ROOT / ".venv-bench" / "bin" / "python"  # Quix Streams needs other versions than Sijill does

Command = Callable[[Settings], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One runtime doing the job."""

    name: str
    """As in `ratios` of results.json."""
    title: str
    group: str
    """The end of its consumer group's name, after the topic prefix."""
    command: Command
    isolation: Isolation = "read_committed"
    """How its outputs are looked at: one that commits every few seconds is taken at what it has not committed yet."""


def require_peers() -> None:
    """Raise BenchmarkFailed where the peers are not installed."""
    if not PEERS_PYTHON.exists():
        raise BenchmarkFailed(f"the peers are not installed in {PEERS_PYTHON.parent.parent}: run `make bench`")


def _peer(module: str, *arguments: str) -> Command:
    return lambda settings: (str(PEERS_PYTHON), "-m", f"benchmarks.peers.{module}", *arguments)


QUIX: Final = Contender(
    name="quix_at_least_once",
    title="Quix Streams, at least once",
    group="quix",
    command=_peer("quix_merge", "at-least-once"),
)
MERGING: Final = (
    QUIX,
    Contender(
        name="quix_exactly_once",
        title="Quix Streams, exactly once",
        group="quix",
        command=_peer("quix_merge", "exactly-once"),
        isolation="read_uncommitted",
    ),
    Contender(name="faust", title="stock Faust, at least once", group="faust", command=_peer("faust_merge")),
    Contender(
        name="aiokafka",
        title="a bare aiokafka loop, state in memory, no guarantee",
        group="aiokafka",
        command=_peer("aiokafka_merge"),
    ),
)
COUNTING: Final = (
    Contender(
        name="ours",
        title="Sijill's runtime, exactly once",
        group="count",
        command=lambda settings: (sys.executable, "-m", "benchmarks.count_process"),
    ),
    Contender(
        name="kafka_streams",
        title=f"Kafka Streams {java.STREAMS_VERSION}, exactly_once_v2, one thread, Processor API",
        group="streams",
        command=lambda settings: java.count(settings, "processor"),
    ),
    Contender(
        name="kafka_streams_dsl",
        title=f"Kafka Streams {java.STREAMS_VERSION}, exactly_once_v2, one thread, DSL",
        group="streams",
        command=lambda settings: java.count(settings, "dsl"),
    ),
    Contender(
        name="quix_at_least_once",
        title="Quix Streams, at least once",
        group="quix",
        command=_peer("quix_count", "at-least-once"),
    ),
    Contender(
        name="quix_exactly_once",
        title="Quix Streams, exactly once",
        group="quix",
        command=_peer("quix_count", "exactly-once"),
        isolation="read_uncommitted",
    ),
)
