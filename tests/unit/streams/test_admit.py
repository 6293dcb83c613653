"""`admit`: a receipt per record, a dead letter for what is refused, a statement of what a registration now says."""

from datetime import date

import pytest

from register.authority_words import Words
from register.changes import Cause, Trigger
from register.codes import Code
from register.events import EventKind, RegistrationEvent, ref_of
from register.ids import CompanyId, RegistrationId, company_id
from register.resolution.assignments import Assignment
from schemas.codec.records import history_from, statement_from
from schemas.codec.resolution_records import assignment_datum
from schemas.codec.wire import decode, encode
from tests.unit.register.stating import (
    NOOR,
    NOOR_IN_RIYADH,
    corrected,
    event,
    folded,
    identifier,
    named,
    registered,
    withdrawn,
)
from tests.unit.streams.sample_events import (
    GARBAGE,
    HEADERS,
    Admitting,
    nonsense,
    of_an_unknown_schema,
    publish,
    truncated,
    value_of,
)

FINE = registered()
OTHER_RECORD = encode("NoticeCursor", {"agency": "zatca", "number": 1})


def test_an_accepted_event_gets_a_receipt_a_state_and_a_statement() -> None:
    admitting = Admitting().take(FINE)
    receipt = admitting.kafka.values("receipts.kw", "Receipt")[0]
    assert (receipt["outcome"], receipt["event_id"], receipt["registration_id"], receipt["sequence"]) == (
        "ACCEPTED",
        "e1",
        NOOR,
        1,
    )
    assert (receipt["topic"], receipt["partition"], receipt["offset"]) == ("registrations.kw", 0, 0)
    state = history_from(decode(admitting.tasks[0].states[NOOR.encode()], "RegistrationHistory"))
    statement = statement_from(admitting.kafka.values("register.statements", "Statement")[0])
    assert statement.registration == state.registration == folded(FINE, words=Words())
    assert admitting.kafka.records("register.statements")[0].key == b"GCC.KW.MOCI.12345"


def test_the_state_topic_holds_what_the_task_holds() -> None:
    admitting = Admitting(partitions=3).take(FINE, event(2, website="a"), registered(of=NOOR_IN_RIYADH))
    told = {record.key: record.value for record in admitting.kafka.records("register.registrations")}
    assert told == {key: value for task in admitting.tasks for key, value in task.states.items()}


def test_a_registration_with_many_events_in_a_slice_is_written_once() -> None:
    admitting = Admitting().take(FINE, *(event(sequence, website=f"w{sequence}") for sequence in range(2, 50)))
    assert len(admitting.kafka.records("register.registrations")) == 1
    assert len(admitting.kafka.records("register.statements")) == 49


def test_a_duplicate_gets_a_receipt_and_nothing_else() -> None:
    admitting = Admitting().take(FINE).take(FINE)
    assert [one["outcome"] for one in admitting.kafka.values("receipts.kw", "Receipt")] == ["ACCEPTED", "DUPLICATE"]
    assert len(admitting.kafka.records("register.statements")) == 1
    assert len(admitting.kafka.records("register.registrations")) == 1
    assert not admitting.kafka.records("registrations.kw.dlq")


def test_an_event_that_changes_nothing_makes_no_statement() -> None:
    admitting = Admitting().take(FINE, event(2, legal_name=named("Noor")))
    assert len(admitting.kafka.records("register.statements")) == 1


def test_a_stale_event_is_told_so_and_is_no_dead_letter() -> None:
    events = [FINE, *(event(sequence, website=f"w{sequence}") for sequence in range(3, 300))]
    admitting = Admitting().take(*events).take(event(2, website="late"))
    receipt = admitting.kafka.values("receipts.kw", "Receipt")[-1]
    assert receipt["outcome"] == "STALE"
    assert "publish a correction or a snapshot" in receipt["message"]
    assert not admitting.kafka.records("registrations.kw.dlq")


@pytest.mark.parametrize(
    ("later", "cause"),
    [(event(2, website="b"), "SOURCE"), (corrected(2, "e1", legal_name=named("Nour")), "CORRECTION")],
    ids=["an amendment", "a correction"],
)
def test_a_statement_names_its_cause_and_its_event(later: RegistrationEvent, cause: str) -> None:
    statement = Admitting().take(FINE, later).kafka.values("register.statements", "Statement")[-1]
    assert (statement["cause"], statement["trigger"]["event"]["event_id"]) == (cause, "e2")


def test_a_withdrawn_entry_is_stated_as_empty() -> None:
    statement = Admitting().take(FINE, withdrawn(2, "e1")).kafka.values("register.statements", "Statement")[-1]
    assert statement_from(statement).registration == folded(FINE, withdrawn(2, "e1"))


def test_warnings_of_the_event_and_of_its_history_stand_in_one_receipt() -> None:
    odd = corrected(3, "e2", identifiers=[identifier("TIN", "1")])
    receipt = Admitting().take(FINE, odd).kafka.values("receipts.kw", "Receipt")[-1]
    assert receipt["outcome"] == "ACCEPTED"
    assert [warning["code"] for warning in receipt["warnings"]] == ["unknown_scheme", "target_not_yet_known"]


def test_a_recording_after_the_receipt_is_a_warning() -> None:
    receipts = Admitting().take(FINE, event(2, on=date(2099, 1, 1), website="a")).kafka.values("receipts.kw", "Receipt")
    assert [[one["code"] for one in receipt["warnings"]] for receipt in receipts] == [[], ["implausible_date"]]
    assert [warning["field"] for warning in receipts[1]["warnings"]] == ["recorded_at"]


def test_what_is_too_large_to_be_read_is_refused_by_its_size() -> None:
    admitting = Admitting()
    admitting.kafka.publish("registrations.kw", NOOR.encode(), value_of(registered(website="x" * 3_000_000)))
    admitting.take(FINE)
    refused, accepted = admitting.kafka.values("receipts.kw", "Receipt")
    assert (refused["code"], refused["event_id"], accepted["outcome"]) == ("too_large", None, "ACCEPTED")


REFUSED: dict[str, tuple[bytes | None, Code]] = {
    "garbage": (GARBAGE, Code.UNREADABLE),
    "nothing but a frame": (value_of(FINE)[:5], Code.UNREADABLE),
    "no bytes at all": (b"", Code.UNREADABLE),
    "a truncated body": (truncated(FINE), Code.UNREADABLE),
    "bytes left over": (value_of(FINE) + b"\x00", Code.UNREADABLE),
    "900 kB of nonsense": (nonsense(), Code.UNREADABLE),
    "an unknown schema": (of_an_unknown_schema(FINE), Code.UNKNOWN_SCHEMA),
    "another record of the contract": (OTHER_RECORD, Code.WRONG_RECORD),
    "a tombstone": (None, Code.EMPTY_RECORD),
    "an event of Saudi Arabia": (value_of(registered(of=NOOR_IN_RIYADH)), Code.WRONG_TOPIC),
    "an event of another company": (value_of(registered(of=RegistrationId("KW.MOCI.9"))), Code.KEY_MISMATCH),
    "a number that is none": (value_of(event(1, of=RegistrationId("OM.MOCIIP.1"))), Code.MALFORMED_NUMBER),
    "a register nobody knows": (value_of(event(1, of=RegistrationId("KW.PAI.1"))), Code.UNKNOWN_AUTHORITY),
    "an id that is none": (value_of(event(1, of=RegistrationId("12345"))), Code.MALFORMED_REGISTRATION_ID),
    "no event id": (value_of(event(3, event_id="")), Code.MISSING_EVENT_ID),
    "sequence 0": (value_of(event(0)), Code.INVALID_SEQUENCE),
    "an unknown kind": (value_of(event(3, EventKind.UNKNOWN)), Code.UNKNOWN_KIND),
    "no name": (value_of(event(3, EventKind.SNAPSHOT)), Code.MISSING_NAME),
    "no target": (value_of(event(3, EventKind.WITHDRAWN)), Code.MISSING_TARGET),
    "a correction of itself": (value_of(corrected(3, "e3")), Code.SELF_REPLACEMENT),
    "an amendment that replaces": (value_of(event(3, replaces="e1")), Code.UNEXPECTED_TARGET),
    "a correction from the past": (value_of(corrected(1, "e2", event_id="c")), Code.REPLACES_LATER_EVENT),
    "dates that contradict": (
        value_of(event(3, registration_date=event(9).effective_date, expiry_date=event(8).effective_date)),
        Code.DATES_CONTRADICT,
    ),
    "an unknown property": (value_of(event(3, cleared=["colour"])), Code.UNKNOWN_PROPERTY),
    "a mandatory one cleared": (value_of(event(3, cleared=["jurisdiction"])), Code.MANDATORY_CLEARED),
    "stated and cleared": (value_of(event(3, website="a", cleared=["website"])), Code.STATED_AND_CLEARED),
    "a home that is none": (value_of(event(3, home_registration="?")), Code.MALFORMED_REFERENCE),
    "an empty value": (value_of(event(3, website="")), Code.EMPTY_VALUE),
    "300 kB of particulars": (value_of(event(3, particulars={"note": "x" * 300_000})), Code.TOO_LARGE),
    "an event id used before": (value_of(event(2, website="other")), Code.EVENT_ID_REUSED),
    "a sequence used before": (value_of(event(2, event_id="new")), Code.SEQUENCE_REUSED),
}


@pytest.mark.parametrize(("value", "code"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_taken_is_parked_byte_for_byte_and_the_others_go_on(value: bytes | None, code: Code) -> None:
    admitting = Admitting()
    early = 3 if code is Code.REPLACES_LATER_EVENT else 1  # so that sequence 1 is free
    publish(admitting.kafka, registered(early, event_id="e1"), event(2, website="a"))
    bad = admitting.kafka.publish("registrations.kw", NOOR.encode(), value, HEADERS)
    publish(admitting.kafka, event(4, website="b"))
    admitting.run()
    (letter,) = admitting.kafka.records("registrations.kw.dlq")
    assert (letter.key, letter.value, letter.headers[: len(HEADERS)]) == (bad.key, bad.value, HEADERS)
    assert dict(letter.headers)["sijill_reason"] == code.value.encode()
    receipts = admitting.kafka.values("receipts.kw", "Receipt")
    assert [(one["offset"], one["outcome"], one["code"]) for one in receipts] == [
        (0, "ACCEPTED", None),
        (1, "ACCEPTED", None),
        (2, "REJECTED", code.value),
        (3, "ACCEPTED", None),
    ]
    last = statement_from(admitting.kafka.values("register.statements", "Statement")[-1]).registration
    assert last is not None
    assert last.properties["website"] == "b"


def test_an_event_in_another_partition_than_that_of_its_key_is_refused() -> None:
    admitting = Admitting(partitions=3)
    right = admitting.kafka.place(NOOR.encode())
    for partition in range(admitting.kafka.partitions):
        admitting.kafka.publish("registrations.kw", NOOR.encode(), value_of(FINE), partition=partition)
    receipts = admitting.run().kafka.values("receipts.kw", "Receipt")
    assert {one["partition"]: one["code"] for one in receipts} == {
        partition: None if partition == right else Code.WRONG_PARTITION
        for partition in range(admitting.kafka.partitions)
    }
    assert all(f"belongs to partition {right} of 3" in one["message"] for one in receipts if one["code"])


def test_every_code_of_the_contract_can_be_reached() -> None:
    assert {code for _, code in REFUSED.values()} == set(Code) - {Code.WRONG_PARTITION}  # which the test above reaches


def test_an_event_of_kuwait_in_the_saudi_topic_is_parked_there() -> None:
    admitting = Admitting().take(FINE, publisher="sa").take(registered(of=NOOR_IN_RIYADH))
    (letter,) = admitting.kafka.records("registrations.sa.dlq")
    assert letter.value == value_of(FINE)
    receipts = admitting.kafka.values("receipts.sa", "Receipt")
    assert [(one["outcome"], one["code"], one["registration_id"]) for one in receipts] == [
        ("REJECTED", "wrong_topic", NOOR),
        ("ACCEPTED", None, NOOR_IN_RIYADH),
    ]
    assert not admitting.kafka.records("receipts.kw")


def test_an_entry_that_comes_back_to_its_own_company_is_held_as_one_that_never_left() -> None:
    home = CompanyId("GCC.SA.MC.7001775498")
    stayed, returned = Admitting().take(FINE), Admitting().take(FINE)
    for company in (home, company_id(NOOR)):
        assigned = assignment_datum(
            Assignment(
                registration_id=NOOR,
                company_id=company,
                cause=Cause.MERGE,
                trigger=Trigger(registration_id=NOOR, event=ref_of(FINE)),
            )
        )
        returned.kafka.publish("register.assignments", NOOR.encode(), encode("Assignment", assigned))
        returned.run()
    told = [statement_from(one) for one in returned.kafka.values("register.statements", "Statement")]
    assert [(one.company_id, one.registration is None) for one in told] == [
        (company_id(NOOR), False),
        (company_id(NOOR), True),
        (home, False),
        (home, True),
        (company_id(NOOR), False),
    ]
    held = [one.kafka.records("register.registrations")[-1].value for one in (stayed, returned)]
    assert held[0] == held[1]


@pytest.mark.parametrize(("key", "named"), [(NOOR.encode(), NOOR), (b"\xff\x00", None), (None, None)])
def test_the_receipt_of_what_cannot_be_read_names_the_registration_of_its_key(
    key: bytes | None, named: str | None
) -> None:
    admitting = Admitting()
    admitting.kafka.publish("registrations.kw", key, GARBAGE, partition=0)
    [receipt] = admitting.run().kafka.values("receipts.kw", "Receipt")
    assert (receipt["registration_id"], receipt["event_id"], receipt["code"]) == (named, None, "unreadable")
