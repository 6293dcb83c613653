"""`notify`: each agency hears of what it wants, in one series of numbers without gaps."""

from collections import Counter
from io import BytesIO
from typing import Any

import pytest
from fastavro import schemaless_writer

from register.ids import AgencyId
from register.subscriptions import Subscription
from runtime.metrics import NOTICES_TOPICS_MADE, SUBSCRIPTIONS_UNREAD
from schemas.codec.catalogue import catalogue
from schemas.codec.records import change_datum, change_from, subscription_datum
from schemas.codec.wire import decode, encode
from streams.processors import notify
from streams.processors.notify import Notify
from streams.processors.subscribers import Subscribers
from tests.unit.register.companies import Register, registration, statement
from tests.unit.register.stating import NOOR, NOOR_IN_RIYADH, event
from tests.unit.streams.in_memory import InMemoryKafka, Table, Task, run_out, tasks_of

NOOR_CHANGES = (
    Register()
    .take(
        statement(registration(NOOR, website="a")),
        statement(registration(NOOR, event(2, website="b"), website="a")),
        statement(registration(NOOR, event(2, website="b", cleared=["trading_names"]), event(3, is_branch=False))),
    )
    .changes
)


class Telling:
    """`notify` over topics in memory."""

    def __init__(self, partitions: int = 3) -> None:
        self.kafka = InMemoryKafka(partitions=partitions)
        table = Table(self.kafka, self.kafka.topics.subscriptions)
        self.tasks: list[Task] = tasks_of(self.kafka, notify.processor(self.kafka.topics, table))

    def subscribe(self, agency: str, **wishes: Any) -> "Telling":
        """Let an agency say what it wants."""
        value = encode("Subscription", subscription_datum(Subscription(agency=AgencyId(agency), **wishes)))
        self.kafka.publish("register.subscriptions", agency.encode(), value)
        return self

    def unsubscribe(self, agency: str) -> "Telling":
        """Let an agency want nothing any more."""
        self.kafka.publish("register.subscriptions", agency.encode(), None)
        return self

    def change(self, *company: str, slice_records: int = 1_000) -> "Telling":
        """Let these companies change in Noor's way, and work it off."""
        for one in company:
            for told in NOOR_CHANGES:
                value = encode("Change", {**change_datum(told), "company_id": one})
                self.kafka.publish("register.changes", one.encode(), value)
        run_out(self.tasks, lambda: slice_records)
        return self

    def subscribers(self) -> Subscribers:
        """What the tasks share."""
        step = self.tasks[0]._step
        assert isinstance(step, Notify)
        return step._subscribers

    def counted(self) -> Counter[tuple[str, ...]]:
        """What was counted."""
        return self.subscribers().counted

    def notices(self, agency: str) -> list[dict[str, Any]]:
        """What an agency was told."""
        return self.kafka.values(f"notices.{agency}", "Notice")


def test_an_agency_without_wishes_hears_of_every_change_of_a_company_in_order() -> None:
    notices = Telling().subscribe("zatca").change("GCC.KW.MOCI.12345").notices("zatca")
    assert [(one["number"], one["change"]["version"]) for one in notices] == [(1, 1), (2, 2), (3, 3)]
    assert [change_from(one["change"]) for one in notices] == NOOR_CHANGES


def test_a_notice_holds_the_values_before_and_after() -> None:
    notice = Telling().subscribe("zatca", fields=("website",)).change("GCC.KW.MOCI.12345").notices("zatca")[1]
    assert (notice["change"]["before"]["website"], notice["change"]["after"]["website"]) == ("a", "b")
    assert notice["change"]["triggers"][0]["registration_id"] == NOOR


def test_an_agency_is_spared_what_it_does_not_want() -> None:
    telling = Telling().subscribe("qcb", fields=("legal_address",)).subscribe("zatca", member_states=("SA",))
    telling.change("GCC.KW.MOCI.12345")
    assert telling.notices("qcb") == telling.notices("zatca") == []


def test_each_agency_has_its_own_numbers() -> None:
    telling = Telling().subscribe("zatca", fields=("website",)).subscribe("qcb").change("GCC.KW.MOCI.12345")
    assert [one["number"] for one in telling.notices("zatca")] == [1, 2]
    assert [one["number"] for one in telling.notices("qcb")] == [1, 2, 3]


def test_the_numbers_of_an_agency_have_no_gap_whatever_the_partitions_and_slices() -> None:
    companies = [f"GCC.KW.MOCI.{number}" for number in range(40)]
    for slice_records in (1, 2, 7, 1_000):
        telling = Telling().subscribe("zatca").change(*companies, slice_records=slice_records)
        notices = telling.notices("zatca")
        assert [one["number"] for one in notices] == list(range(1, 121))
        for company in companies:
            told = [one["change"]["version"] for one in notices if one["change"]["company_id"] == company]
            assert told == [1, 2, 3]


def test_all_notices_of_an_agency_stand_in_one_partition_under_the_companys_key() -> None:
    telling = Telling().subscribe("zatca").change("GCC.KW.MOCI.1", "GCC.KW.MOCI.2")
    records = telling.kafka.records("notices.zatca")
    assert {record.partition for record in records} == {0}
    assert {record.key for record in records} == {b"GCC.KW.MOCI.1", b"GCC.KW.MOCI.2"}


def test_numbers_go_on_where_they_ended() -> None:
    telling = Telling().subscribe("zatca").change("GCC.KW.MOCI.1").change("GCC.KW.MOCI.2")
    assert [one["number"] for one in telling.notices("zatca")] == [1, 2, 3, 4, 5, 6]


def test_who_subscribes_hears_of_what_comes_next_and_not_of_what_was() -> None:
    telling = Telling().change("GCC.KW.MOCI.1").subscribe("zatca").change("GCC.KW.MOCI.2")
    assert {one["change"]["company_id"] for one in telling.notices("zatca")} == {"GCC.KW.MOCI.2"}


def test_a_subscription_that_is_stated_again_replaces_the_one_before() -> None:
    telling = Telling().subscribe("zatca").change("GCC.KW.MOCI.1").subscribe("zatca", member_states=("SA",))
    assert len(telling.change("GCC.KW.MOCI.2").notices("zatca")) == 3


def test_who_unsubscribes_hears_nothing_more_and_keeps_its_numbers_when_it_comes_back() -> None:
    telling = Telling().subscribe("zatca").change("GCC.KW.MOCI.1").unsubscribe("zatca").change("GCC.KW.MOCI.2")
    assert len(telling.notices("zatca")) == 3
    telling.subscribe("zatca").change("GCC.KW.MOCI.3")
    assert [one["number"] for one in telling.notices("zatca")] == [1, 2, 3, 4, 5, 6]


def test_a_company_in_two_states_is_told_to_both() -> None:
    joined = Register().take(statement(registration(NOOR)), statement(registration(NOOR_IN_RIYADH, website="sa")))
    telling = Telling().subscribe("zatca", member_states=("SA",)).subscribe("kdipa", member_states=("KW",))
    value = encode("Change", change_datum(joined.changes[1]))
    telling.kafka.publish("register.changes", b"GCC.KW.MOCI.12345", value)
    run_out(telling.tasks)
    assert (len(telling.notices("zatca")), len(telling.notices("kdipa"))) == (1, 1)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x00\x00\x0f\x42\x3fwhatever",  # a schema that nobody knows yet
        encode("NoticeCursor", {"agency": "nobody", "number": 1}),
        encode("Subscription", subscription_datum(Subscription(agency=AgencyId("another"))))[:-1],
        encode("Subscription", subscription_datum(Subscription(agency=AgencyId("another")))),
        encode("Subscription", subscription_datum(Subscription(agency=AgencyId("No Agency")))),
    ],
    ids=["empty", "unknown schema", "another record", "cut", "another agency's", "no agency"],
)
def test_a_subscription_that_cannot_be_read_stops_nobody_and_is_counted(value: bytes) -> None:
    telling = Telling().subscribe("zatca").subscribe("nobody")
    telling.kafka.publish("register.subscriptions", b"nobody", value)
    telling.kafka.publish("register.subscriptions", b"\xff", value)
    telling.change("GCC.KW.MOCI.1")
    assert len(telling.notices("zatca")) == 3
    assert telling.notices("nobody") == []
    assert telling.counted()[(SUBSCRIPTIONS_UNREAD.name,)] == 2
    telling.subscribe("nobody").change("GCC.KW.MOCI.2")
    assert [one["number"] for one in telling.notices("nobody")] == [1, 2, 3]


def test_a_subscription_is_read_once_whatever_the_number_of_tasks_and_changes() -> None:
    companies = tuple(f"KW.MOCI.{number}" for number in range(5_000))
    telling = Telling().subscribe("many", companies=companies).subscribe("one", member_states=("SA",))
    for number in range(4):
        telling.change(f"GCC.KW.MOCI.{number}", slice_records=1)
    assert telling.subscribers().touched == len(companies) + 1
    telling.subscribe("one", member_states=("QA",)).change("GCC.KW.MOCI.5")
    assert telling.subscribers().touched == len(companies) + 3
    assert len(telling.notices("many")) == 15


def test_a_change_that_an_older_release_wrote_is_told_in_todays_form() -> None:
    telling = Telling().subscribe("zatca")
    first = catalogue().version("Change", 1)
    assert first.id is not None
    body = BytesIO()
    schemaless_writer(body, first.parsed, decode(encode("Change", change_datum(NOOR_CHANGES[0])), "Change"))
    value = b"\0" + first.id.to_bytes(4, "big") + body.getvalue()
    telling.kafka.publish("register.changes", b"GCC.KW.MOCI.12345", value)
    run_out(telling.tasks)
    [notice] = telling.notices("zatca")
    assert notice["change"]["company_id"] == NOOR_CHANGES[0].company_id
    assert notice["change"]["after"]["website"] == "a"


async def test_a_topic_of_notices_that_is_missing_is_made_and_no_other_is() -> None:
    kafka, asked = InMemoryKafka(), list[str]()
    there = {"kdipa"}

    async def make(agency: AgencyId) -> bool:
        asked.append(agency)
        missing = agency not in there
        there.add(agency)
        return missing

    processor = notify.processor(kafka.topics, Table(kafka, kafka.topics.subscriptions), make)
    assert processor.provide is not None
    for topic in ("notices.zatca", "notices.zatca", "notices.kdipa", "register.matches", "register.cursors"):
        await processor.provide(topic)
    step = processor.step(0)
    assert isinstance(step, Notify)
    assert (asked, step.counted) == (["zatca", "zatca", "kdipa"], {(NOTICES_TOPICS_MADE.name,): 1})
