"""`unify`: one record per company, one change per version, both in the company's partition."""

from schemas.codec.company_records import company_from
from schemas.codec.records import statement_datum
from schemas.codec.wire import decode, encode
from tests.unit.register.companies import NOOR_GROUP, registration, statement
from tests.unit.register.stating import NOOR, NOOR_IN_RIYADH, event, named, registered
from tests.unit.streams.in_memory import InMemoryKafka, run_out
from tests.unit.streams.sample_events import Admitting, unifying


def state(kafka: InMemoryKafka, *stated: str) -> None:
    """Let Noor's websites be stated in turn."""
    for website in stated:
        value = encode("Statement", statement_datum(statement(registration(NOOR, website=website))))
        kafka.publish("register.statements", NOOR_GROUP.encode(), value)


def test_the_record_and_its_changes_are_told_version_by_version() -> None:
    kafka = InMemoryKafka()
    state(kafka, "a", "b", "c")
    run_out(unifying(kafka))
    (told,) = kafka.records("register.companies")
    company = company_from(decode(told.value or b"", "Company"))
    assert (told.key, company.version, company.properties["website"]) == (NOOR_GROUP.encode(), 3, "c")
    changes = kafka.values("register.changes", "Change")
    assert [(one["version"], one["after"]["website"]) for one in changes] == [(1, "a"), (2, "b"), (3, "c")]


def test_versions_go_on_in_the_next_slice() -> None:
    kafka = InMemoryKafka()
    state(kafka, "a", "b", "c")
    run_out(unifying(kafka), lambda: 1)
    assert [one["version"] for one in kafka.values("register.companies", "Company")] == [1, 2, 3]
    assert [one["version"] for one in kafka.values("register.changes", "Change")] == [1, 2, 3]


def test_a_statement_that_comes_again_is_told_to_nobody() -> None:
    kafka = InMemoryKafka()
    state(kafka, "a", "a")
    run_out(unifying(kafka))
    assert len(kafka.records("register.changes")) == 1


def test_a_change_stands_in_the_partition_of_its_company() -> None:
    kafka = InMemoryKafka(partitions=5)
    state(kafka, "a")
    run_out(unifying(kafka))
    (change,) = kafka.records("register.changes")
    assert (change.key, change.partition) == (NOOR_GROUP.encode(), kafka.place(NOOR_GROUP.encode()))


def test_a_value_that_only_got_another_source_changes_the_record_and_tells_no_change() -> None:
    kafka = InMemoryKafka()
    restated = registration(NOOR, event(2, cleared=["website"]), event(3, website="a"), website="a")
    state(kafka, "a")
    kafka.publish("register.statements", NOOR_GROUP.encode(), encode("Statement", statement_datum(statement(restated))))
    run_out(unifying(kafka), lambda: 1)
    records = [company_from(one) for one in kafka.values("register.companies", "Company")]
    assert [(one.version, one.source_of("website")[1].event_id) for one in records] == [(1, "e1"), (1, "e3")]
    assert len(kafka.records("register.changes")) == 1


def test_what_is_admitted_becomes_companies() -> None:
    admitting = Admitting(partitions=3)
    admitting.take(registered(name="Noor"), registered(of=NOOR_IN_RIYADH, name="Nour"), event(2, website="a"))
    run_out(unifying(admitting.kafka))
    companies = [company_from(one) for one in admitting.kafka.values("register.companies", "Company")]
    newest = {one.company_id: (one.version, one.properties["legal_name"]) for one in companies}
    assert newest == {
        NOOR_GROUP: (2, named("Noor")),
        "GCC.SA.MC.7001775498": (1, named("Nour")),
    }


def test_a_cause_that_a_newer_contract_added_is_merged_and_told_as_unknown() -> None:
    kafka = InMemoryKafka()
    stated = statement(registration(NOOR, website="a"))
    datum = {**statement_datum(stated), "cause": "UNKNOWN"}  # what a reader makes of a symbol that it does not have
    kafka.publish("register.statements", NOOR_GROUP.encode(), encode("Statement", datum))
    run_out(unifying(kafka))
    (change,) = kafka.values("register.changes", "Change")
    assert change["cause"] == "UNKNOWN"
