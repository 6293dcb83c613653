"""Dead letters say where they come from and why, and nothing that a record says of itself can stop its partition."""

import random
from hashlib import sha256
from typing import cast

import pytest

from bus.damaged_batches import Unread
from bus.record import ConsumedRecord, RecordHeaders
from register.events import EventKind, RegistrationEvent
from register.ids import RegistrationId
from register.limits import EVENT_BYTES
from schemas.facts.topics import contracts
from streams.processors.dead_letters import LETTER_BYTES
from streams.processors.receipts import KEY_BYTES, TEXT_LENGTH, WARNINGS
from tests.unit.register.stating import NOOR, activity, address, event, identifier, named, registered
from tests.unit.streams.sample_events import GARBAGE, HEADERS, Admitting, value_of

MIB = 1_048_576
CP1256 = "المصدر".encode("cp1256").decode("utf-8", "surrogateescape")
SIZES = [
    0,
    1,
    255 * 1024,
    256 * 1024,
    256 * 1024 + 1,
    MIB - 1,
    MIB,
    MIB + 1,
    2 * MIB - 20_000,
    2 * MIB,
    2 * MIB + 1,
    3 * MIB,
    30 * MIB,
]


def letter_of(key: bytes | None, value: bytes | None, headers: RecordHeaders = ()) -> ConsumedRecord:
    """Park a record that is none of ours; one good event behind it must be accepted."""
    admitting = Admitting()
    admitting.kafka.publish("registrations.kw", key, value, headers, partition=0)
    admitting.run().take(registered())
    assert [one["outcome"] for one in admitting.kafka.values("receipts.kw", "Receipt")] == ["REJECTED", "ACCEPTED"]
    (letter,) = admitting.kafka.records("registrations.kw.dlq")
    return letter


def test_a_dead_letter_says_where_it_comes_from_and_why() -> None:
    admitting = Admitting()
    bad = admitting.kafka.publish("registrations.kw", NOOR.encode(), value_of(event(1, website="")), HEADERS)
    (letter,) = admitting.run().kafka.records("registrations.kw.dlq")
    assert [(name, (value or b"").decode()) for name, value in letter.headers[len(HEADERS) :]] == [
        ("sijill_origin_topic", "registrations.kw"),
        ("sijill_origin_partition", "0"),
        ("sijill_origin_offset", "0"),
        ("sijill_origin_timestamp", str(bad.timestamp)),
        ("sijill_reason", "empty_value"),
        ("sijill_message", "website is stated as empty: list it in `cleared` instead"),
        ("sijill_field", "website"),
        ("sijill_schema_id", "1002"),
        ("sijill_attempt", "1"),
    ]


def test_a_header_without_a_value_stays_without_one() -> None:
    admitting = Admitting()
    headers = (("null", cast(bytes, None)), ("empty", b""))
    admitting.kafka.publish("registrations.kw", NOOR.encode(), GARBAGE, headers)
    (letter,) = admitting.run().kafka.records("registrations.kw.dlq")
    assert tuple(letter.headers[:2]) == headers


def test_a_dead_letter_without_a_frame_names_no_schema() -> None:
    admitting = Admitting()
    admitting.kafka.publish("registrations.kw", None, GARBAGE)
    (letter,) = admitting.run().kafka.records("registrations.kw.dlq")
    assert letter.key is None
    assert dict(letter.headers)["sijill_schema_id"] == b""


def test_a_dead_letter_that_is_sent_again_and_refused_again_counts_its_attempts() -> None:
    admitting = Admitting()
    headers: RecordHeaders = HEADERS
    for _ in range(3):
        admitting.kafka.publish("registrations.kw", NOOR.encode(), GARBAGE, headers)
        headers = admitting.run().kafka.records("registrations.kw.dlq")[-1].headers
    assert dict(headers)["sijill_attempt"] == b"3"
    assert dict(headers)["sijill_origin_offset"] == b"2"
    assert len(headers) == len(HEADERS) + 9


@pytest.mark.parametrize(
    "hostile",
    [
        event(1, of=RegistrationId("K" * 900_000)),
        event(1, of=RegistrationId("\x00" * 900_000)),
        event(1, event_id="e" * 900_000),
        event(1, replaces="r" * 900_000),
        event(1, cleared=["c" * 900_000]),
        event(1, home_registration="h" * 900_000),
        event(1, particulars={"note": "x" * 900_000}),
        event(1, identifiers=[identifier("S" * 900_000, "1")]),
        event(1, status_as_stated="s" * 900_000),
    ],
    ids=["id", "id of NULs", "event id", "target", "cleared", "home", "particulars", "scheme", "status"],
)
def test_an_endless_text_is_refused_and_its_receipt_stays_short(hostile: RegistrationEvent) -> None:
    admitting = Admitting()
    admitting.kafka.publish("registrations.kw", NOOR.encode(), value_of(hostile))
    admitting.take(registered())
    refused, accepted = admitting.kafka.values("receipts.kw", "Receipt")
    assert (refused["outcome"], accepted["outcome"]) == ("REJECTED", "ACCEPTED")
    assert len(refused["message"]) <= TEXT_LENGTH
    assert all(len(one.value or b"") < 10_000 for one in admitting.kafka.records("receipts.kw"))
    assert admitting.kafka.records("registrations.kw.dlq")[0].value == value_of(hostile)


@pytest.mark.slow
def test_an_endless_key_is_parked_whole_and_shortened_in_the_receipt() -> None:
    admitting = Admitting()
    admitting.kafka.publish("registrations.kw", b"k" * (MIB - 1_000), value_of(registered()))
    (letter,) = admitting.run().kafka.records("registrations.kw.dlq")
    assert letter.key == b"k" * (MIB - 1_000)
    assert admitting.kafka.records("receipts.kw")[0].key == b"k" * KEY_BYTES


def test_an_event_with_thousands_of_odd_things_is_accepted_and_its_receipt_lists_the_first() -> None:
    odd = event(1, identifiers=[identifier("TIN", str(number)) for number in range(5_000)])
    (receipt,) = Admitting().take(odd).kafka.values("receipts.kw", "Receipt")
    assert (receipt["outcome"], len(receipt["warnings"])) == ("ACCEPTED", WARNINGS)
    assert "5000 things are odd" in receipt["message"]


def test_a_registration_may_not_grow_beyond_what_its_topics_take() -> None:
    admitting = Admitting().take(registered())
    notes = [event(2, trading_names=named("n" * 200_000)), event(3, previous_legal_names=named("n" * 200_000))]
    too_much = event(4, particulars={"note": "x" * 200_000})
    admitting.take(*notes, too_much, event(5, cleared=["trading_names"]), event(6, particulars={"note": "x" * 200_000}))
    receipts = admitting.kafka.values("receipts.kw", "Receipt")
    assert [one["code"] for one in receipts] == [None, None, None, "too_large", None, None]
    assert "clear what the entry no longer needs" in receipts[3]["message"]


def test_a_history_of_the_largest_events_stays_within_its_topic() -> None:
    text = "x" * (EVENT_BYTES - 1_000)
    largest = [event(sequence, particulars={"note": f"{sequence}{text}"}) for sequence in range(2, 30)]
    admitting = Admitting().take(registered(), *largest, *reversed(largest))
    assert {one["code"] for one in admitting.kafka.values("receipts.kw", "Receipt")} == {None}


def test_large_values_that_a_snapshot_hides_do_not_grow_the_state_beyond_its_topic() -> None:
    text = "y" * (EVENT_BYTES - 1_000)
    snapshot = event(99, EventKind.SNAPSHOT, legal_name=named("Noor"))
    hidden = [
        event(2, website=text),
        event(3, legal_form_as_stated=text),
        event(4, trading_names=named(text)),
        event(5, particulars={"note": text}),
        event(6, activities=[activity(text)]),
        event(7, legal_address=address(text)),
        event(8, headquarters_address=address(text)),
        event(9, share_capital={"amount": text, "currency": "KWD"}),
    ]
    admitting = Admitting().take(registered(), snapshot, *hidden, event(100, website="last"))
    codes = [one["code"] for one in admitting.kafka.values("receipts.kw", "Receipt")]
    assert set(codes) == {None, "too_large"}
    assert (codes[:2], codes[-1]) == ([None, None], None)


def test_a_dead_letter_may_be_as_large_as_its_topic_takes() -> None:
    assert contracts()["registrations.{publisher}.dlq"].max_message_bytes == LETTER_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("of", ["value", "key", "header", "header name"])
def test_a_record_of_any_size_is_parked_and_what_was_cut_is_said(of: str, size: int) -> None:
    large = random.Random(size).randbytes(size)
    name = "n" * size if of == "header name" else "h"
    headers = ((name, large if of == "header" else b"h"), ("last", b"l"))
    key, value = large if of == "key" else b"k", large if of == "value" else b"v"
    letter = letter_of(key, value, headers)
    said = dict(letter.headers)
    if "sijill_cut" not in said:
        assert (letter.key, letter.value, tuple(letter.headers[:2])) == (key, value, headers)
        assert size < 2 * MIB
        return
    cut = (said["sijill_cut"] or b"").decode()
    whole = {"key": key, "value": value, "headers": b"".join(one.encode() + (held or b"") for one, held in headers)}[
        cut
    ]
    assert said[f"sijill_{cut}_size"] == str(len(whole)).encode()
    assert said[f"sijill_{cut}_sha256"] == sha256(whole).hexdigest().encode()
    assert key.startswith(letter.key or b"")
    assert value.startswith(letter.value or b"")
    assert cut == ("headers" if of == "header name" else of if of != "header" else "headers")


def test_a_record_of_which_all_is_too_large_is_cut_in_all_its_parts() -> None:
    large = bytes(2 * MIB)
    letter = letter_of(large, large, tuple((f"h{number}", bytes(1_000)) for number in range(5_000)))
    assert dict(letter.headers)["sijill_cut"] == b"key,value,headers"
    assert len(letter.value or b"") > MIB


def test_thousands_of_headers_are_kept_where_they_fit() -> None:
    headers = tuple(("h", None) for _ in range(50_000))
    assert tuple(letter_of(b"k", b"v", headers).headers[:50_000]) == headers


def test_a_header_name_that_is_no_utf8_is_parked_byte_for_byte() -> None:
    assert letter_of(b"k", b"v", ((CP1256, b"7"), ("ملف", b"8"))).headers[:2] == ((CP1256, b"7"), ("ملف", b"8"))


@pytest.mark.parametrize("count", [b"9" * 5_000, "٣".encode(), "²".encode(), b"-1", b"", b" 1", b"1_0", b"nan", None])
def test_an_attempt_that_no_dead_letter_of_ours_has_counts_from_one(count: bytes | None) -> None:
    assert dict(letter_of(b"k", GARBAGE, (("sijill_attempt", count),)).headers)["sijill_attempt"] == b"1"


def test_a_redriven_dead_letter_that_was_cut_brings_nothing_of_its_last_time() -> None:
    first = letter_of(b"k", bytes(3 * MIB))
    second = letter_of(first.key, b"short", first.headers)
    assert "sijill_cut" not in dict(second.headers)
    assert len(dict(second.headers)) == len(second.headers)


def test_a_record_that_could_not_be_unpacked_is_parked_empty_with_the_reason() -> None:
    letter = letter_of(None, Unread.because("its batch is no zstd: corrupt"))
    assert (letter.key, letter.value, dict(letter.headers)["sijill_reason"]) == (None, b"", b"unreadable")
    large = letter_of(None, Unread.because("its batch unpacks to more", too_large=True))
    assert dict(large.headers)["sijill_reason"] == b"too_large"
