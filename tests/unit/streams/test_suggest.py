"""`suggest`: from events to the stewards' queue, over topics in memory."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from matching.names.name_parser import NameReader, ReadName
from register.events import RegistrationEvent
from register.ids import RegistrationId
from register.resolution.judgements import Judgement, Verdict
from runtime.metrics import NAMES_BYTES, NAMES_HELD
from schemas.codec.resolution_records import judgement_datum
from schemas.codec.wire import decode, encode
from streams.processors import admit, resolve, suggest
from streams.tasks.processor import Counts
from tests.unit.register.resolution.resolver_fixture import judged
from tests.unit.register.stating import (
    NOOR,
    NOOR_AT_GLEIF,
    NOOR_IN_RIYADH,
    event,
    identifier,
    named,
    registered,
    withdrawn,
)
from tests.unit.streams.in_memory import InMemoryKafka, Task, run_out, tasks_of
from tests.unit.streams.sample_events import publish

ARABIC = "بستان الذهبية للتجارة ذ.م.م"
ENGLISH = "Boustan Golden Trading LLC"
ROW = f"name/{NOOR}/{NOOR_IN_RIYADH}"
LEI = NOOR_AT_GLEIF.rpartition(".")[2]


class Suggesting:
    """`admit`, `resolve` and `suggest`, and what stewards see of their work."""

    def __init__(self, index: Path | None = None) -> None:
        self.kafka = InMemoryKafka(partitions=1)
        topics = self.kafka.topics
        self.deciding = [
            *tasks_of(self.kafka, admit.processor(topics)),
            *tasks_of(self.kafka, resolve.processor(topics)),
        ]
        self.index = index
        self.task = Task(self.kafka, suggest.processor(topics, index), 0)

    def take(self, *events: RegistrationEvent, judgements: tuple[Judgement, ...] = ()) -> "Suggesting":
        """Publish events and judgements, and work them off."""
        publish(self.kafka, *events)
        for one in judgements:
            value = encode("Judgement", judgement_datum(one))
            self.kafka.publish("register.judgements", "/".join(one.pair).encode(), value, partition=0)
        run_out(self.deciding)
        run_out([self.task])
        return self

    def rows(self) -> dict[str, Any]:
        """The queue's rows of similar names, by id."""
        newest = {(record.key or b"").decode(): record.value for record in self.kafka.records("register.cases")}
        return {
            key: decode(value, "Case") for key, value in newest.items() if value is not None and key.startswith("name/")
        }

    def names(self) -> list[tuple[str, Any]]:
        """What admit told of names, in order."""
        records = self.kafka.records("register.names")
        return [((one.key or b"").decode(), one.value and decode(one.value, "Naming")) for one in records]


def noor(name: str = ARABIC, sequence: int = 1, **stated: Any) -> RegistrationEvent:
    return registered(sequence, name, **stated)


def riyadh(name: str = ENGLISH, **stated: Any) -> RegistrationEvent:
    return registered(1, name, of=NOOR_IN_RIYADH, **stated)


def test_admit_tells_names_when_they_or_the_company_change_and_at_no_other_time() -> None:
    desk = Suggesting().take(registered(legal_name=[*named("Noor"), *named("نور", language="ar")]))
    ours = {"registration_id": NOOR, "company_id": f"GCC.{NOOR}", "jurisdiction": "KW", "names": ["Noor", "نور"]}
    assert desk.names() == [(NOOR, ours)]
    desk.take(event(2, website="noor.example"), event(3, legal_name=[*named("Noor"), *named("نور", language="ar")]))
    assert len(desk.names()) == 1
    desk.take(event(4, legal_name=named("Al Noor")), event(5, home_registration=NOOR_IN_RIYADH), riyadh("Noor"))
    assert desk.names()[-1] == (NOOR, {**ours, "company_id": f"GCC.{NOOR_IN_RIYADH}", "names": ["Al Noor"]})
    desk.take(withdrawn(6, "e1"), withdrawn(7, "e2"), withdrawn(8, "e3"), withdrawn(9, "e4"), withdrawn(10, "e5"))
    assert desk.names()[-1] == (NOOR, None)


def test_a_name_of_a_reference_source_is_read_as_in_the_companys_jurisdiction() -> None:
    entry = registered(1, ENGLISH, of=NOOR_AT_GLEIF, jurisdiction="KW", identifiers=[identifier("LEI", LEI)])
    [(_, naming)] = Suggesting().take(entry).names()
    assert naming["jurisdiction"] == "KW"


def test_an_arabic_and_an_english_name_in_two_member_states_become_one_row() -> None:
    desk = Suggesting().take(noor()).take(riyadh())
    assert list(desk.rows()) == [ROW]
    row = desk.rows()[ROW]
    assert (row["kind"], row["registrations"]) == ("SIMILAR_NAME", [NOOR, NOOR_IN_RIYADH])
    assert row["score"] >= 500
    assert [one["how"] for one in row["words"]] == ["TRANSLITERATED", "TRANSLATED", "TRANSLATED"]


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT])
def test_a_row_that_was_judged_goes_and_comes_back_when_that_is_revoked(verdict: Verdict) -> None:
    desk = Suggesting().take(noor(), riyadh())
    assert not desk.take(judgements=(judged(1, NOOR, NOOR_IN_RIYADH, verdict),)).rows()
    revoked = judged(2, NOOR, NOOR_IN_RIYADH, Verdict.UNDECIDED, revokes=1)
    assert list(desk.take(judgements=(revoked,)).rows()) == [ROW]


def test_a_row_goes_when_its_registrations_become_one_company_and_comes_when_they_come_apart() -> None:
    desk = Suggesting().take(noor(), riyadh())
    assert not desk.take(event(2, home_registration=NOOR_IN_RIYADH)).rows()
    assert list(desk.take(event(3, cleared=["home_registration"])).rows()) == [ROW]


def test_a_row_goes_when_its_entry_is_withdrawn() -> None:
    desk = Suggesting().take(noor(), riyadh())
    assert not desk.take(withdrawn(2, "e1")).rows()
    assert [key for key in desk.task.states if not key.startswith(b"registration/SA")] == []


def test_a_task_that_dies_before_its_commit_or_after_it_loses_and_doubles_no_row() -> None:
    desk = Suggesting()
    publish(desk.kafka, noor(), riyadh(), registered(1, "Marjan Systems LLC", of=RegistrationId("OM.MOCIIP.1000001")))
    run_out(desk.deciding)
    while desk.task.queued():
        desk.task.run(slice_records=1, crash=True)
        desk.task.run(slice_records=1)
        desk.task.restart()
    written = [record.key for record in desk.kafka.records("register.cases")]
    assert written == [ROW.encode()]
    assert not desk.take(judgements=(judged(1, NOOR, NOOR_IN_RIYADH, Verdict.DIFFERENT),)).rows()


@pytest.fixture
def saved_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the index down whenever a name has changed."""
    monkeypatch.setattr(suggest, "LEAST_SAVED", 1)


@pytest.mark.usefixtures("saved_always")
def test_a_restart_reads_no_name_again_that_its_file_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Suggesting(tmp_path / "names").take(noor(), riyadh())
    desk.task.restart()
    reading = NameReader.read

    def read(reader: NameReader, name: str, jurisdiction: str = "") -> ReadName:
        assert name == "Boustan Golden Trading Co.", "only what is new is read"
        return reading(reader, name, jurisdiction)

    monkeypatch.setattr(NameReader, "read", read)
    muscat = registered(1, "Boustan Golden Trading Co.", of=RegistrationId("OM.MOCIIP.1000001"))
    assert len(desk.take(muscat).rows()) == 2


@pytest.mark.usefixtures("saved_always")
@pytest.mark.parametrize("damaged", [False, True])
def test_what_the_file_lacks_or_has_too_much_changes_nothing(tmp_path: Path, *, damaged: bool) -> None:
    index = tmp_path / "names"
    gone = registered(1, ENGLISH, of=RegistrationId("OM.MOCIIP.1000001"))
    other = Suggesting(index).take(noor("Marjan Systems LLC"), gone)
    assert (len(other.rows()), index.exists()) == (0, True)
    if damaged:
        index.write_bytes(index.read_bytes()[:-1])
    older = index.read_bytes()
    desk, plain = Suggesting(tmp_path / "mine"), Suggesting()
    for one in (desk, plain):
        one.take(noor(), registered(1, "Zumurrud Logistics", of=RegistrationId("QA.MOCI.77")))
    (tmp_path / "mine").write_bytes(older)
    for one in (desk, plain):
        one.task.restart()
        one.take(riyadh())
    assert desk.rows() == plain.rows() != {}


@pytest.mark.usefixtures("saved_always")
def test_a_file_that_ran_ahead_of_what_was_committed_doubles_and_loses_no_row(tmp_path: Path) -> None:
    desk = Suggesting(tmp_path / "names")
    publish(desk.kafka, noor(), riyadh(), registered(1, "Marjan Systems LLC", of=RegistrationId("OM.MOCIIP.1000001")))
    run_out(desk.deciding)
    while desk.task.queued():
        desk.task.run(slice_records=1, crash=True)
        desk.task.run(slice_records=1)
    assert [record.key for record in desk.kafka.records("register.cases")] == [ROW.encode()]


def test_an_index_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest, "LEAST_SAVED", 1)
    (tmp_path / "file").touch()
    assert list(Suggesting(tmp_path / "file" / "names").take(noor(), riyadh()).rows()) == [ROW]


def test_the_gauges_say_how_many_names_are_held_over_restarts() -> None:
    desk = Suggesting()
    gauges: Counter[tuple[str, ...]] = Counter()
    desk.take(noor())
    for expected in (2, 1):
        desk.take(riyadh() if expected == 2 else withdrawn(2, "e1"))
        counted = desk.task._step
        assert isinstance(counted, Counts)
        gauges.update(counted.counted)
        counted.counted.clear()
        assert gauges[NAMES_HELD.name,] == expected
        assert gauges[NAMES_BYTES.name,] > 0
        desk.task.restart()


def test_a_name_that_never_ends_is_cut() -> None:
    endless = " ".join(f"word{number}" for number in range(5_000))
    [(_, naming)] = Suggesting().take(noor(endless)).names()
    assert len(naming["names"][0]) == 300
