"""How the checks of a deployment judge what they read: each a function of plain values."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

import pytest
from aiokafka import TopicPartition

from bus.transaction_times import TransactionTimes
from readmodel.migrating import MigrationState
from readmodel.stewards import Backlog
from runtime.process_ends import MOST, ProcessEnd, ends_of, note_end
from schemas.codec.catalogue import catalogue
from schemas.facts.topics import Topics
from services.counting import Totals
from services.health import versions
from services.health.clock_checks import clock_findings, transaction_findings
from services.health.findings import HealthFinding, worst
from services.health.machine_checks import GIB, disk_findings, restart_findings
from services.health.processor_checks import (
    ProcessorOffsets,
    StageProgress,
    lag_findings,
    member_findings,
    state_findings,
)
from services.health.readmodel_checks import dead_letter_findings, queue_findings, table_findings
from services.health.registry_checks import AtRegistry, registry_findings
from services.health.servers import kafka_findings, postgres_findings
from services.health.topic_checks import record_findings, topic_findings
from services.topic_differences import Aspect, Difference

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)


def kinds(findings: Sequence[HealthFinding]) -> list[str]:
    return [type(one).__name__ for one in findings]


def test_the_supported_versions_of_python_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first, beyond = (".".join(map(str, one)) for one in (versions.FIRST, versions.BEYOND))
    assert project["requires-python"] == f">={first},<{beyond}"
    assert kinds(versions.python_findings((3, 11))) == ["PythonTested"]
    assert kinds(versions.python_findings((3, 14))) == ["PythonUntested"]


def test_a_library_of_another_version_than_the_lock_is_named() -> None:
    locked = {"aiokafka": ("0.14.0",), "numpy": ("1.0", "2.0"), "absent": ("1.0",)}
    assert kinds(versions.library_findings(locked, {"aiokafka": "0.14.0", "numpy": "2.0"})) == ["LibrariesAsLocked"]
    [found] = versions.library_findings(locked, {"aiokafka": "0.13.0", "own": "7"})
    assert found.facts() == {"library": "aiokafka", "locked": ("0.14.0",), "installed": "0.13.0"}


def test_the_libraries_of_this_environment_are_those_of_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kinds(versions.check_libraries()) == ["LibrariesAsLocked"]
    other = tmp_path / "aiokafka-0.1.2.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: aiokafka\nVersion: 0.1.2\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert metadata.version("aiokafka") == "0.1.2"
    [found] = versions.check_libraries()
    assert found.facts()["installed"] == "0.1.2"


@pytest.mark.parametrize(
    ("free", "total", "kind"),
    [
        (100 * GIB, 200 * GIB, "DiskFree"),
        (GIB, 10 * GIB, "DiskFree"),  # a tenth of a small disk
        (GIB, 100 * GIB, "DiskNearlyFull"),
        (GIB // 8, GIB, "DiskFull"),
    ],
)
def test_a_disk_is_judged_by_what_is_free_and_by_its_share(free: int, total: int, kind: str) -> None:
    assert kinds(disk_findings(Path("/"), free=free, total=total, states=5)) == [kind]


def test_three_ends_within_ten_minutes_are_often() -> None:
    ends = [ProcessEnd(at=float(at), code=3) for at in (100, 5_000, 5_100, 5_200)]
    assert kinds(restart_findings({"admit": ends}, now=5_300.0)) == ["RestartsOften"]
    assert kinds(restart_findings({"admit": ends[:3]}, now=5_300.0)) == ["NoneRestarts"]
    [found] = restart_findings({"admit": ends, "unify": []}, now=5_300.0)
    assert found.facts() == {"process": "admit", "times": 3, "seconds": 300.0, "code": 3}


def test_the_ends_of_a_process_are_kept_and_a_damaged_line_counts_as_none(tmp_path: Path) -> None:
    for at in range(MOST + 2):
        note_end(tmp_path, "admit", ProcessEnd(at=float(at), code=None))
    kept = ends_of(tmp_path, "admit")
    assert [one.at for one in kept] == [float(at) for at in range(2, MOST + 2)]
    file = next(tmp_path.iterdir())
    file.write_text(file.read_text()[:-10])
    assert ends_of(tmp_path, "admit") == kept[:-1]
    assert ends_of(tmp_path, "unify") == ()


def test_kafka_is_known_by_the_oldest_fetch_that_it_takes() -> None:
    assert kinds(kafka_findings("k:9092", 3, {1: (4, 18)})) == ["KafkaAnswers"]
    assert kinds(kafka_findings("k:9092", 3, {1: (0, 16)})) == ["KafkaOld"]


@pytest.mark.parametrize(
    ("number", "encoding", "kind"),
    [(180_001, "UTF8", "PostgresAnswers"), (160_010, "UTF8", "PostgresOld"), (180_001, "SQL_ASCII", "EncodingWrong")],
)
def test_postgresql_is_judged_by_version_and_encoding(number: int, encoding: str, kind: str) -> None:
    assert kinds(postgres_findings(number, encoding)) == [kind]


def test_fewer_replicas_are_a_warning_and_all_else_is_a_fault() -> None:
    few = Difference(topic="a", aspect=Aspect.REPLICAS)
    short = Difference(topic="b", aspect=Aspect.CONFIG)
    assert kinds(topic_findings([few, short], 40)) == ["ReplicasFew", "TopicDiffers"]
    assert worst(topic_findings([few], 40)) == "warning"
    assert kinds(topic_findings([], 40)) == ["TopicsAsAgreed"]


def test_deleted_records_are_found_by_first_offsets() -> None:
    kept = Topics().standing()
    begins = {TopicPartition("register.companies", 0): 0, TopicPartition("registrations.sa", 1): 17}
    [found] = record_findings(kept, begins)
    assert found.facts() == {"topic": "registrations.sa", "partitions": (1,), "deleted": 17, "state": False}
    assert kinds(record_findings(kept, {TopicPartition("register.companies", 0): 0})) == ["RecordsKept"]


def progress(*, before: int, behind: int, moved: int, runs: bool = True) -> StageProgress:
    return StageProgress(stage="s", process="p", behind_before=before, behind=behind, moved=moved, runs=runs)


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (progress(before=10, behind=0, moved=10), "StagesUpToDate"),
        (progress(before=10, behind=5, moved=5), "StagesUpToDate"),
        (progress(before=10, behind=10, moved=0), "StageStuck"),
        (progress(before=10, behind=10, moved=0, runs=False), "StageStopped"),
        (progress(before=600_000, behind=500_000, moved=100_000), "StageBehind"),
    ],
)
def test_a_stage_is_judged_by_two_looks(one: StageProgress, kind: str) -> None:
    assert kinds(lag_findings([one], 2.0)) == [kind]


def test_a_stage_that_is_far_behind_says_when_it_will_be_done() -> None:
    [found] = lag_findings([progress(before=600_000, behind=500_000, moved=150_000)], 2.0)
    assert (found.facts()["per_s"], found.facts()["left_s"]) == (75_000, 10)
    [found] = lag_findings([progress(before=500_000, behind=600_000, moved=50_000)], 2.0)
    assert found.facts()["left_s"] is None


def test_a_process_without_a_member_is_named() -> None:
    assert [one.facts() for one in member_findings({"admit": True, "unify": False})] == [{"process": "unify"}]
    assert kinds(member_findings({"admit": True})) == ["ProcessesRun"]


def processor(**facts: object) -> ProcessorOffsets:
    usual = {
        "process": "unify", "state_topic": "register.companies", "has_read": True, "states": 9,
        "unknown": frozenset(), "recorded": frozenset(),
    }  # fmt: skip
    return ProcessorOffsets(**{**usual, **facts})  # type: ignore[arg-type]


def test_states_and_offsets_belong_together() -> None:
    assert kinds(state_findings([processor()])) == ["StatesFit"]
    assert kinds(state_findings([processor(states=0)])) == ["StateTopicEmpty"]
    assert kinds(state_findings([processor(states=0, process="notify")])) == ["StatesFit"]
    lost = processor(unknown=frozenset({0, 1, 2}), recorded=frozenset({1}))
    found = state_findings([lost])
    assert kinds(found) == ["StatesWithoutOffsets", "GroupOffsetsGone"]
    assert [one.facts()["partitions"] for one in found] == [(0, 2), (1,)]


def test_the_tables_are_old_newer_missing_or_current() -> None:
    def judged(found: str | None, *, known: bool = True) -> list[str]:
        return kinds(table_findings("sijill", MigrationState(found=found, newest="0005", known=known)))

    assert judged("0005") == ["TablesCurrent"]
    assert judged("0003") == ["TablesOld"]
    assert judged("0007", known=False) == ["TablesNewer"]
    assert judged(None) == ["TablesMissing"]


def test_dead_letters_are_named_per_publisher() -> None:
    counted = {"sa": Totals(dead_letters=3), "kw": Totals()}
    assert [one.facts() for one in dead_letter_findings(counted)] == [{"publisher": "sa", "letters": 3}]
    assert kinds(dead_letter_findings({"kw": Totals()})) == ["NoDeadLetters"]


def test_a_queue_is_long_when_it_has_many_cases_or_an_old_one() -> None:
    def judged(cases: int, days: int) -> list[str]:
        return kinds(queue_findings(Backlog(cases=cases, oldest=NOW - timedelta(days=days)), NOW))

    assert judged(5, 3) == ["QueueShort"]
    assert judged(5_000, 3) == ["QueueLong"]
    assert judged(5, 40) == ["QueueLong"]
    assert kinds(queue_findings(Backlog(cases=0, oldest=None), NOW)) == ["QueueShort"]


@pytest.mark.parametrize(
    ("seconds", "kind"), [(0.5, "ClocksAgree"), (-5, "ClockDiffers"), (300, "ClockFarOff"), (-300, "ClockFarOff")]
)
def test_a_clock_is_judged_by_how_far_it_is_off(seconds: float, kind: str) -> None:
    [found] = clock_findings("PostgreSQL", NOW + timedelta(seconds=seconds), NOW)
    assert kinds([found]) == [kind]
    assert found.facts()["seconds"] == seconds


def times(written: float, committed: float) -> TransactionTimes:
    at = NOW.timestamp()
    return TransactionTimes(topic="register.offsets", partition=0, written_at=at + written, committed_at=at + committed)


def test_a_marker_follows_its_records_and_lies_in_our_past() -> None:
    assert kinds(transaction_findings([times(-9, -8)], NOW)) == ["ClocksAgree"]
    assert kinds(transaction_findings([times(-3_600, -3_599)], NOW)) == ["ClocksAgree"]  # an idle register
    assert kinds(transaction_findings([times(50, -8)], NOW)) == ["WriterClockFarOff"]
    assert kinds(transaction_findings([times(-3_600, -8)], NOW)) == ["WriterClockFarOff"]
    assert kinds(transaction_findings([times(99, 100)], NOW)) == ["ClockFarOff"]
    assert kinds(transaction_findings([], NOW)) == ["NoTransactions"]


def at_registry(**facts: object) -> AtRegistry:
    usual: Mapping[str, object] = {"version": catalogue().version("Change", 1), "id": 1501, "under_id": None}
    return AtRegistry(**{**usual, **facts})  # type: ignore[arg-type]


def test_a_registry_may_give_other_ids_but_not_ours_to_others() -> None:
    assert kinds(registry_findings([at_registry()])) == ["RegistryFits"]
    [fits] = registry_findings([at_registry(id=7)])
    assert fits.facts() == {"schemas": 1, "others": 1}
    assert kinds(registry_findings([at_registry(under_id={"schema": '"string"'})])) == ["SchemaIdTaken"]
    assert kinds(registry_findings([at_registry(under_id={"schema": "no JSON"})])) == ["SchemaIdTaken"]
    assert kinds(registry_findings([at_registry(id=None)])) == ["SchemasUnregistered"]
