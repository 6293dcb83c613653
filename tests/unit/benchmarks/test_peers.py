"""The peers: what they are compared on is the same job, at the versions that we use ourselves."""

import re
import tomllib
from pathlib import Path

import pytest

from benchmarks import java
from benchmarks.cloned_register import FOLLOWING, World
from benchmarks.contenders import COUNTING, MERGING
from benchmarks.event_file import Frame
from benchmarks.peers.merging import MergeJob, Origin
from runtime.settings import Settings
from schemas.codec.wire import decode
from schemas.facts.topics import Topics
from simulation import Simulation
from streams.processors import admit, unify
from streams.tasks.transaction_work import MemoryWork
from tests.unit.consumer_records import received

ROOT = Path(__file__).resolve().parents[3]
PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)")


@pytest.mark.slow
def test_a_peer_gives_what_sijill_gives() -> None:
    """The receipts, the evidence, the companies and the changes byte for byte, and the last naming of each entry."""
    topics = Topics()
    frames = [Frame(*one) for one in Simulation(1, 40).frames()]
    ours, admitted, unified = MemoryWork(), admit.processor(topics).step(0), unify.processor(topics).step(0)
    admitted([received(topics.registrations(f.publisher), n, f.key, f.value) for n, f in enumerate(frames)], ours)
    statements = [one for one in ours.emitted if one.topic == topics.statements]
    merged = MemoryWork()
    unified([received(one.topic, n, one.key, one.value) for n, one in enumerate(statements)], merged)

    job, receipts, changes = MergeJob(Settings()), [], []
    evidence: list[bytes | None] = []
    namings: dict[bytes, bytes | None] = {}
    histories: dict[bytes, bytes | None] = {}
    companies: dict[bytes, bytes] = {}
    for number, frame in enumerate(frames):
        origin = Origin(topics.registrations(frame.publisher), 0, number, frame.value)
        step = job.step(origin, histories.get(frame.key), companies.get(b"GCC." + frame.key))
        histories[frame.key] = step.history or histories.get(frame.key)
        receipts.append(step.receipt)
        evidence += step.evidence
        for naming in step.naming:
            namings[frame.key] = naming
        if step.company is not None:
            companies[b"GCC." + frame.key] = step.company
        if step.change is not None:
            changes.append(step.change)

    answered = [one.value for one in ours.emitted if one.topic.startswith("receipts.")]
    assert receipts == answered
    assert evidence == [one.value for one in ours.emitted if one.topic == topics.links]
    assert namings == {one.key: one.value for one in ours.emitted if one.topic == topics.names}
    assert changes == [one.value for one in merged.emitted]
    assert companies == merged.states
    assert histories == ours.states


@pytest.mark.slow
def test_a_cloned_register_holds_different_registrations_that_can_be_read() -> None:
    world = World(1_000)
    held = [world.held(number) for number in (0, 1, 100, 999)]
    names = {one.registration for one in held}
    assert len(names) == 4
    for one in held:
        number = one.registration.decode()
        assert decode(one.history, "RegistrationHistory")["registration"]["registration_id"] == number
        assert decode(one.record, "Company")["company_id"] == f"GCC.{number}" == one.company.decode()
        assert [decode(event, "RegistrationEvent")["registration_id"] for event in one.following] == [
            number
        ] * FOLLOWING


def test_every_contender_has_a_name_of_its_own() -> None:
    for contenders in (MERGING, COUNTING):
        assert len({one.name for one in contenders}) == len(contenders)


def test_the_peers_use_our_versions_of_what_they_share_with_us() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ours = dict(PIN.findall("\n".join(project["project"]["dependencies"])))
    theirs = dict(PIN.findall("\n".join(project["dependency-groups"]["bench"])))
    locked = dict(PIN.findall((ROOT / "requirements-bench.lock").read_text(encoding="utf-8")))
    assert {name: ours[name] for name in theirs if name in ours} == {n: v for n, v in theirs.items() if n in ours}
    assert {name: locked.get(name) for name in theirs} == theirs
    assert "://" not in (ROOT / "requirements-bench.lock").read_text(encoding="utf-8")


def test_the_version_of_kafka_streams_is_that_of_its_pom() -> None:
    pom = (ROOT / "benchmarks" / "kafka_streams" / "pom.xml").read_text(encoding="utf-8")
    assert f"<version>{java.STREAMS_VERSION}</version>" in pom
