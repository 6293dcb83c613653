"""`sijill doctor` names what is wrong with deployments that are really broken, one after the other."""

import asyncio
import json
import multiprocessing
import os
import re
import socket
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from alembic import command
from alembic.config import Config
from confluent_kafka.admin import AdminClient
from sqlalchemy import create_engine, text

from readmodel.migrating import SCRIPTS
from register.ids import RegistrationId
from register.resolution.judgements import Verdict
from runtime.clock import StoppedClock, SystemClock
from runtime.embedded import free_ports
from runtime.settings import Settings
from schemas.codec.wire import encode
from services.health.examination import Examined, Subject, examine
from services.health.findings import Health
from services.judgement_drafts import signed
from services.judging import judge
from services.publishing import publish_file
from services.topics import apply
from services.waiting import wait_until_caught_up
from tests.acceptance.instance import Instance
from tests.conftest import Cluster, own_settings
from tests.contract.registry_double import schema_registry

DAY = date(2025, 10, 1)
ROWS = """\
authority,registration_number,legal_name_en,legal_form_as_stated
KW.MOCI,12345,Noor Systems,ذ.م.م
SA.MC,7010000016,Oasis Software,
"""
LATER = """\
authority,registration_number,legal_name_en,legal_form_as_stated
BH.SIJILAT,9-1,Pearl Data,
"""
NOBODY = 65534
KEEPING = ("retention.ms", "retention.bytes", "cleanup.policy", "max.message.bytes", "min.insync.replicas")
QUICKLY_S = 120  # a machine may be busy


@dataclass(frozen=True)
class Finding:
    """A finding as `sijill doctor --json` gives it."""

    kind: str
    health: str
    says: str
    remedy: str


@pytest.fixture(scope="module")
def register(cluster: Cluster) -> Iterator[tuple[Settings, Sequence[Examined]]]:
    """A register that held two companies and a dead letter, and what was found while it ran. It is stopped."""
    with own_settings(cluster, "doctor") as settings:
        asyncio.run(apply(settings))
        file = settings.data_dir / "rows.csv"
        file.write_text(ROWS, encoding="utf-8")
        asyncio.run(publish_file(settings, "csv", file, DAY))
        asyncio.run(_send(settings, "registrations.kw", b"no event"))
        with Instance(settings).running():
            waited = asyncio.run(wait_until_caught_up(settings, 200, lambda progress: None))
            assert waited.caught_up, waited
            running = _examined(settings)
        yield settings, running


@pytest.fixture
def settings(register: tuple[Settings, Sequence[Examined]]) -> Settings:
    return register[0]


def _examined(settings: Settings, *subjects: Subject) -> Sequence[Examined]:
    return asyncio.run(examine(settings, SystemClock(), subjects or tuple(Subject), lambda subject: None))


def doctor(settings: Settings, *subjects: str, extra: Mapping[str, str] | None = None) -> Mapping[str, list[Finding]]:
    """Run the real command, and give what is not well, by check. Its exit code must say the same."""
    words = [word for subject in subjects for word in ("--check", subject)]
    answer = Instance(settings, extra or {}).begin("doctor", "--json", *words).answer()
    document = answer.json()
    checks = {one["check"]: one["findings"] for one in document["checks"]}
    assert set(checks) == set(subjects or tuple(Subject))
    bad = [one for found in checks.values() for one in found if one["health"] in ("broken", "unchecked")]
    assert (answer.code, document["healthy"]) == ((1, False) if bad else (0, True))
    return {check: [_finding(one) for one in found if one["health"] != "ok"] for check, found in checks.items()}


def _finding(one: Mapping[str, Any]) -> Finding:
    return Finding(one["kind"], one["health"], one["says"], one["remedy"] or "")


def _short(settings: Settings, found: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """Give findings without the prefix of the topics."""
    prefix = settings.topic_prefix
    return [(one.kind, one.says.replace(prefix, ""), one.remedy.replace(prefix, "")) for one in found]


def test_a_register_that_runs_is_well_but_for_its_dead_letter(
    register: tuple[Settings, Sequence[Examined]],
) -> None:
    found = {one.subject: one for one in register[1]}
    assert set(found) == set(Subject)
    not_well = {subject: one.findings for subject, one in found.items() if one.health is not Health.OK}
    not_well.pop(Subject.DISK, None)  # of whoever runs the tests
    assert set(not_well) == {Subject.DEAD_LETTERS}
    [letters] = not_well[Subject.DEAD_LETTERS]
    assert letters.facts() == {"publisher": "kw", "letters": 1}


def test_dead_letters_are_a_warning_and_no_fault(settings: Settings) -> None:
    [letters] = doctor(settings, "dead-letters")["dead-letters"]
    assert (letters.health, letters.says) == ("warning", "1 records of kw wait among the dead letters")
    assert letters.remedy == "`sijill dlq list --publisher kw` says why"


def test_a_stopped_processor_and_a_stopped_projection_are_named_with_what_they_leave_unread(settings: Settings) -> None:
    file = settings.data_dir / "later.csv"
    file.write_text(LATER, encoding="utf-8")
    asyncio.run(publish_file(settings, "csv", file, DAY))
    because = signed("noor", "a test", (), datetime(2026, 3, 9, 8, tzinfo=UTC))
    asyncio.run(judge(settings, RegistrationId("KW.MOCI.12345"), "SA.MC.7010000016", Verdict.DIFFERENT, because))

    found = doctor(settings, "lag", "projection", "groups")

    stopped = {re.sub(r"\d+", "N", one.says): one.remedy for one in found["lag"]}
    for name in ("admit", "resolve", "suggest"):  # a judgement is written in a transaction, whose marker counts too
        remedy = stopped[f"{name} has N records to read, and {name} does not run"]
        assert remedy == f"start it: `sijill run {name} --detach`, then `sijill wait`"
    [projection] = found["projection"]
    assert (projection.kind, projection.health) == ("StageStopped", "broken")
    assert re.fullmatch(r"projection has \d+ records to read, and projection does not run", projection.says)
    absent = {(one.kind, one.says) for one in found["groups"]}
    assert absent == {
        ("ProcessAbsent", f"{name} does not run") for name in ("admit", "resolve", "suggest", "unify", "notify")
    }


def test_another_retention_a_missing_topic_and_another_number_of_partitions_are_named(settings: Settings) -> None:
    asyncio.run(_break_topics(settings))
    found = doctor(settings, "topics")["topics"]
    apply_them = "run `sijill topics apply`, which creates and sets what differs"
    by_hand = "set SIJILL_PARTITIONS to what the cluster has, or rebuild into a new topic prefix"
    assert sorted(_short(settings, found)) == [
        ("TopicDiffers", "receipts.om is missing (2 partitions, 1 replicas)", apply_them),
        ("TopicDiffers", "receipts.qa has partitions=5, the contract says 2", by_hand),
        ("TopicDiffers", "registrations.ae has retention.ms=3600000, the contract says -1", apply_them),
    ]
    Instance(settings).begin("topics", "apply").answer().ends(1)  # it leaves the partitions to a person
    [left] = doctor(settings, "topics")["topics"]
    assert "receipts.qa" in left.says


def test_a_group_whose_offsets_were_deleted_is_named_and_found_again_by_its_process(settings: Settings) -> None:
    admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers})
    admin.delete_consumer_groups([f"{settings.topic_prefix}unify"])[f"{settings.topic_prefix}unify"].result()
    [gone] = doctor(settings, "states")["states"]
    assert (gone.kind, gone.health) == ("GroupOffsetsGone", "warning")
    assert gone.says.startswith("the consumer group of unify lost its offsets of partitions ")
    assert gone.remedy.startswith("start it: `sijill run unify --detach`")
    asyncio.run(_delete_records(settings, "register.offsets"))
    found = doctor(settings, "states", "records")
    [lost] = found["states"]
    assert (lost.kind, lost.health) == ("StatesWithoutOffsets", "broken")
    assert "nobody knows where it goes on" in lost.says
    assert [one.kind for one in found["records"]] == ["RecordsDeleted"]


def test_a_state_topic_that_was_emptied_and_one_that_was_made_anew_are_named(settings: Settings) -> None:
    asyncio.run(_delete_records(settings, "register.companies"))
    asyncio.run(_make_anew(settings, "register.suggestions"))
    found = doctor(settings, "records", "states")
    says = {one.says.replace(settings.topic_prefix, ""): one for one in found["records"]}
    [emptied] = [one for said, one in says.items() if "register.companies" in said]
    assert emptied.health == "broken"
    assert "keep the local states" in emptied.remedy
    [anew] = [one for one in found["states"] if one.kind == "StateTopicEmpty"]
    assert anew.says.endswith("register.suggestions is empty")


def test_an_id_of_the_catalogue_that_a_registry_gave_to_another_schema_is_named(settings: Settings) -> None:
    with schema_registry() as registry:
        registry.schemas[1501] = {"schema": {"type": "record", "name": "com.example.Invoice", "fields": []}}
        found = doctor(settings, "registry", extra={"SIJILL_SCHEMA_REGISTRY_URL": registry.url})["registry"]
    taken, unregistered = found
    assert (taken.kind, taken.health) == ("SchemaIdTaken", "broken")
    assert taken.says == (
        "the schema registry has com.example.Invoice under id 1501, which is that of Change 1 in our catalogue"
    )
    assert unregistered.kind == "SchemasUnregistered"


def test_tables_of_an_older_version_and_of_a_newer_one_are_named(settings: Settings) -> None:
    schema = f"{settings.database_schema}_old"
    old = settings.model_copy(update={"database_schema": schema})
    engine = create_engine(settings.sqlalchemy_url)
    try:
        _migrate_to(old, "0003")
        [found] = doctor(old, "tables")["tables"]
        assert (found.kind, found.health) == ("TablesOld", "broken")
        assert found.says.startswith(f"the tables of the schema {schema} have version 0003, this Sijill needs ")
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE {schema}.schema_version SET version_num = '9999'"))  # noqa: S608
        [found] = doctor(old, "tables")["tables"]
        assert found.kind == "TablesNewer"
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        engine.dispose()


def test_a_data_directory_that_we_may_not_read_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.data_dir.chmod(0o711)
    folder = settings.data_dir / "ours"
    (folder / "state" / "admit" / "0").mkdir(parents=True)
    folder.chmod(0o700 if os.geteuid() == 0 else 0o000)
    own = settings.model_copy(update={"data_dir": folder})
    kinds = _as_nobody(own)
    folder.chmod(0o700)
    assert kinds == [("DirectoryUnusable", str(folder), "unreadable")]
    file = tmp_path / "file"
    file.write_text("")
    [found] = doctor(settings, "directory", extra={"SIJILL_DATA_DIR": str(file)})["directory"]
    assert (found.kind, found.says) == ("DirectoryUnusable", f"{file} is no directory")


def test_clocks_that_are_far_off_are_named(settings: Settings) -> None:
    ahead = StoppedClock(datetime.now(UTC) + timedelta(hours=1))
    subjects = (Subject.POSTGRES_CLOCK, Subject.KAFKA_CLOCK)
    [postgres, _] = asyncio.run(examine(settings, ahead, subjects, lambda subject: None))
    assert postgres.health is Health.BROKEN
    assert 3_500 < _number(postgres.findings[0].facts()["seconds"]) < 3_700
    behind = StoppedClock(datetime.now(UTC) - timedelta(hours=1))
    of_writer = settings.model_copy(update={"topic_prefix": f"{settings.topic_prefix}clock."})
    asyncio.run(_write_with_a_clock_ahead(of_writer, timedelta(minutes=30)))
    [kafka] = asyncio.run(examine(of_writer, behind, (Subject.KAFKA_CLOCK,), lambda subject: None))
    writer, ours = kafka.findings
    assert 1_700 < _number(writer.facts()["seconds"]) < 1_900
    assert -3_700 < _number(ours.facts()["seconds"]) < -3_500


def test_a_process_that_ends_again_and_again_is_named(settings: Settings) -> None:
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        own = settings.model_copy(update={"metrics_port": min(occupied.getsockname()[1], 65_526)})
        offset = occupied.getsockname()[1] - own.metrics_port
        if offset:  # the last ports: the process that has this one
            pytest.skip("no room for ten ports here")
        processes = Instance(own).start("admit")
        try:
            deadline = time.monotonic() + QUICKLY_S
            while not doctor(settings, "restarts")["restarts"]:
                assert time.monotonic() < deadline, processes.logged()
                time.sleep(0.5)
        finally:
            processes.stop()
    [found] = doctor(settings, "restarts")["restarts"]
    assert (found.kind, found.health) == ("RestartsOften", "broken")
    assert found.says.startswith("admit ended ")
    assert "processes.log" in found.remedy


def test_a_server_that_is_away_stops_only_the_checks_that_need_it(settings: Settings) -> None:
    nowhere = f"127.0.0.1:{free_ports(1)[0]}"
    found = doctor(settings.model_copy(update={"kafka": nowhere}))
    assert found["kafka"] == [
        Finding(
            "ServerAway",
            "broken",
            f"no Kafka answers at {nowhere}",
            "start one with `sijill up`, or say in SIJILL_KAFKA where it is",
        )
    ]
    waiting = {check for check, every in found.items() if [one.kind for one in every] == ["ServerNeeded"]}
    assert waiting == {"topics", "records", "states", "groups", "lag", "projection", "kafka-clock"}
    assert [one.kind for one in found["dead-letters"]] == ["DeadLettersOpen"]
    found = doctor(settings.model_copy(update={"database_url": f"postgresql://sijill@{nowhere}/none"}))
    assert [one.kind for one in found["postgres"]] == ["ServerAway"]
    waiting = {check for check, every in found.items() if [one.kind for one in every] == ["ServerNeeded"]}
    assert waiting == {"tables", "projection", "postgres-clock", "dead-letters", "queue"}
    assert found["groups"], "what needs Kafka alone was looked at"


def test_a_check_that_there_is_not_is_wrong_usage(settings: Settings) -> None:
    answer = Instance(settings).begin("doctor", "--check", "weather").answer().ends(2)
    assert "no check weather: choose from python, libraries" in answer.err


def test_the_table_says_what_to_do(settings: Settings) -> None:
    answer = Instance(settings).begin("doctor", "--check", "python", "--check", "groups").answer().ends(0)
    assert "ProcessAbsent" not in answer.out
    assert "start it: `sijill run suggest --detach`" in answer.out


def _number(value: object) -> float:
    assert isinstance(value, float)
    return value


def _as_nobody(settings: Settings) -> list[tuple[str, str, str]]:
    """Look at the data directory as another user; a test that is not root made it unreadable for itself."""
    _examined(settings, Subject.DIRECTORY)  # all is imported
    ours, theirs = multiprocessing.get_context("fork").Pipe()
    child = multiprocessing.get_context("fork").Process(target=_examine_as_nobody, args=(settings, theirs))
    child.start()
    assert ours.poll(QUICKLY_S)
    found: list[tuple[str, str, str]] = json.loads(ours.recv())
    child.join()
    return [(kind, path, access) for kind, path, access in found]


def _examine_as_nobody(settings: Settings, answer: Any) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    [examined] = _examined(settings, Subject.DIRECTORY)
    facts = [(type(one).__name__, one.facts()) for one in examined.findings]
    answer.send(json.dumps([(kind, str(found["path"]), str(found.get("access"))) for kind, found in facts]))


def _migrate_to(settings: Settings, version: str) -> None:
    engine = create_engine(settings.sqlalchemy_url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {settings.database_schema}"))
        connection.execute(text(f"SET LOCAL search_path TO {settings.database_schema}"))
        config = Config()
        config.set_main_option("script_location", SCRIPTS)
        config.attributes.update(connection=connection, schema=settings.database_schema)
        command.upgrade(config, version)
    engine.dispose()


async def _send(settings: Settings, topic: str, value: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers)
    await producer.start()
    try:
        await producer.send_and_wait(settings.topic_prefix + topic, value, key=b"key")
    finally:
        await producer.stop()


async def _break_topics(settings: Settings) -> None:
    prefix = settings.topic_prefix
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        short = {"retention.ms": "3600000", "retention.bytes": "-1", "cleanup.policy": "delete"}
        short |= {"max.message.bytes": await _configured(admin, f"{prefix}registrations.ae", "max.message.bytes")}
        short |= {"min.insync.replicas": "1"}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, f"{prefix}registrations.ae", short)])
        contract = {
            name: await _configured(admin, f"{prefix}receipts.qa", name)
            for name in (
                "retention.ms",
                "retention.bytes",
                "cleanup.policy",
                "max.message.bytes",
                "min.insync.replicas",
            )
        }
        await admin.delete_topics([f"{prefix}receipts.om", f"{prefix}receipts.qa"])
        await _until_gone(admin, f"{prefix}receipts.qa")
        await admin.create_topics([NewTopic(f"{prefix}receipts.qa", 5, 1, None, contract)])
    finally:
        await admin.close()


async def _configured(admin: AIOKafkaAdminClient, topic: str, name: str) -> str:
    [response] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {name: None})])
    [(_, _, _, _, [entry])] = response.resources
    return str(entry[1])


async def _until_gone(admin: AIOKafkaAdminClient, topic: str) -> None:
    deadline = time.monotonic() + QUICKLY_S
    while topic in await admin.list_topics():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def _delete_records(settings: Settings, topic: str) -> None:
    """Empty a compacted topic. Kafka refuses that, so that somebody must have changed its policy for a while."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        name = settings.topic_prefix + topic
        every = [TopicPartition(name, partition) for partition in range(settings.partitions)]
        for policy in ("delete", "compact"):
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"cleanup.policy": policy})])
            deadline = time.monotonic() + QUICKLY_S
            while await _configured(admin, name, "cleanup.policy") != policy:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
            if policy == "delete":
                await admin.delete_records({tp: RecordsToDelete(before_offset=-1) for tp in every})  # up to the end
    finally:
        await admin.close()


async def _make_anew(settings: Settings, topic: str) -> None:
    name = settings.topic_prefix + topic
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([name])
        await _until_gone(admin, name)
        await admin.create_topics([NewTopic(name, 1, 1, None, {"cleanup.policy": "compact"})])
    finally:
        await admin.close()


async def _write_with_a_clock_ahead(settings: Settings, ahead: timedelta) -> None:
    """Write a transaction as a process does whose clock is ahead."""
    topic = f"{settings.topic_prefix}register.offsets"
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1, None, {"cleanup.policy": "compact"})])
    await admin.close()
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, transactional_id=f"ahead-{uuid.uuid4().hex}"
    )
    await producer.start()
    at_ms = int((datetime.now(UTC) + ahead).timestamp() * 1000)
    try:
        async with producer.transaction():
            value = encode("TaskOffsets", {"task": "admit-0", "offsets": {}})
            await producer.send_and_wait(topic, value, key=b"admit-0", timestamp_ms=at_ms)
    finally:
        await producer.stop()
