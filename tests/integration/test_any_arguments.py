"""Any command with any arguments ends with an answer or a sentence, on a real Kafka and PostgreSQL."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as how

from readmodel.migrating import migrate
from services import topics
from tests.conftest import Cluster, own_settings
from tests.unit.operations.command_fuzzing import LONG, call, calls, require_sentence

HUGE = "9" * 4_400


@pytest.fixture(scope="module")
def instance(cluster: Cluster) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """An instance with topics and tables, and a file of a feed."""
    with own_settings(cluster, "any_arguments") as settings:
        asyncio.run(topics.apply(settings))
        migrate(settings)
        folder = settings.data_dir
        (folder / "good.csv").write_text("authority,registration_number,legal_name_ar\nSA.MC,7010000016,شركة الواحة\n")
        yield folder, settings.environment()


@given(calls().filter(lambda words: words[0] != "wait"))  # nobody would catch up: no process runs
@how(
    max_examples=20_000 if LONG else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@example(["search", "A" * 100_000])
@example(["search", "a " * 5_000])
@example(["search", "a' & b | !c:* \\ \" %_"])
@example(["search", "x", "--activity", "%_\\"])
@example(["show", "KW.MOCI./../5"])
@example(["queue", "--limit", "9" * 19])
@example(["dlq", "show", "sa", "2147483648", "0"])
@example(["dlq", "show", "sa", "7", "0"])
@example(["dlq", "show", "sa", "0", str(2**63 - 1)])
@example(["queue", "show", "'; DROP TABLE companies; --"])
@example(["judgements", "GCC.%"])
@example(["judge", "KW.MOCI.1", "SA.MC.2", "--same", "--by", "\x1b[2J", "--why", "\x9b31m"])
@example(["follow", "a" * 300])
@example(["follow", "kw-tax", "--from", HUGE])
@example(["status"])
@example(["wait", "--timeout", "1"])
def test_no_argument_of_any_command_is_answered_with_a_traceback(
    instance: tuple[Path, Mapping[str, str]], words: list[str]
) -> None:
    folder, environment = instance
    require_sentence(words, call(words, environment, folder))
