"""Bytes from anyone: what is no record of ours ends as a ContractProblem, soon and in little memory."""

import os
import tracemalloc
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.codec import wire
from schemas.codec.catalogue import catalogue
from schemas.problems import ContractProblem, UnknownSchema, Unreadable, Unwritable

RECORD = "RegistrationEvent"
FRAME = b"\x00\x00\x00\x03\xea"  # id 1002
NONSENSE = 900_000  # bytes, just under a topic's limit
SOME = 90_000  # bytes, where the time is that of counting allocations
RECORDS = sorted({one.record for one in catalogue() if one.id is not None})


def _event(**overrides: Any) -> dict[str, Any]:
    return {
        "event_id": "MC-2025-000123",
        "registration_id": "SA.MC.7001775498",
        "sequence": 4,
        "kind": "AMENDED",
        "effective_date": date(2025, 4, 1),
        "recorded_at": datetime(2025, 4, 1, 9, 30, tzinfo=UTC),
        "replaces": None,
        "stated": {"legal_name": [{"text": "شركة المثال لتقنية المعلومات", "language": "ar"}], "is_branch": False},
        "cleared": ["website"],
        **overrides,
    }


VALID = wire.encode(RECORD, _event())


def _number(value: int) -> bytes:
    """Write a number as Avro does: zigzag, seven bits a byte."""
    rest = ((value << 1) ^ (value >> 63)) & (2**64 - 1)
    written = bytearray()
    while rest > 0x7F:
        written.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes([*written, rest])


def _body(*, event_id: bytes = b"\x02e", day: int = 20_000, moment: int = 0, stated: bytes = b"\0" * 22) -> bytes:
    """Put an event together by hand: the parts as they stand in the body."""
    head = event_id + b"\x02r" + _number(1) + _number(2)
    return FRAME + head + _number(day) + _number(moment) + b"\0" + stated + b"\0"


def test_the_hand_made_event_is_readable() -> None:
    read = wire.decode(_body(), RECORD)
    assert (read["event_id"], read["effective_date"]) == ("e", date(2024, 10, 4))


def test_what_was_written_is_read_back() -> None:
    read = wire.decode(VALID, RECORD)
    stated = {name: value for name, value in read["stated"].items() if value is not None}
    assert {**read, "stated": stated} == _event()


def test_the_frame_holds_the_catalogues_id() -> None:
    assert VALID.startswith(FRAME)
    assert wire.schema_id_of(VALID) == 1002


@pytest.mark.parametrize("value", [b"", b"\0", b"\0\0\0\x03", b"\x01\0\0\x03\xe9rest", b'{"event_id": "1"}'])
def test_a_value_without_a_frame_is_unreadable(value: bytes) -> None:
    assert wire.schema_id_of(value) is None
    with pytest.raises(Unreadable, match="does not begin with 0x00"):
        wire.decode(value, RECORD)


def test_an_id_that_nobody_knows_is_an_unknown_schema() -> None:
    with pytest.raises(UnknownSchema, match="schema id 4242"):
        wire.decode(b"\0\0\0\x10\x92body", RECORD)


def test_another_record_is_unreadable_here() -> None:
    cursor = wire.encode("NoticeCursor", {"agency": "zatca", "number": 7})
    with pytest.raises(Unreadable, match="is a NoticeCursor, expected a RegistrationEvent"):
        wire.decode(cursor, RECORD)


def test_a_body_cut_anywhere_is_unreadable() -> None:
    for length in range(len(FRAME), len(VALID)):
        with pytest.raises(Unreadable):
            wire.decode(VALID[:length], RECORD)


def test_bytes_after_the_body_are_unreadable() -> None:
    with pytest.raises(Unreadable, match="3 bytes are left over"):
        wire.decode(VALID + b"abc", RECORD)


@pytest.mark.slow
@pytest.mark.parametrize(
    "value",
    [
        pytest.param(_body(event_id=_number(2) + b"\xff\xfe"), id="invalid UTF-8"),
        pytest.param(_body(event_id=_number(3) + b"\xed\xa0\x80"), id="half of a surrogate pair"),
        pytest.param(_body(day=10**9), id="a day in the year 2,739,877"),
        pytest.param(_body(day=-(10**9)), id="a day before the year 1"),
        pytest.param(_body(day=2**62), id="a day beyond any calendar"),
        pytest.param(_body(moment=2**62), id="a moment after the year 9999"),
        pytest.param(_body(moment=-(2**63)), id="a moment before the year 1"),
        pytest.param(_body(event_id=_number(2**40)), id="a text of a terabyte"),
        pytest.param(_body(event_id=_number(2**63 - 1)), id="a text of all that a length can say"),
        pytest.param(_body(event_id=_number(-1)), id="a text of negative length"),
        pytest.param(_body(stated=b"\0" + _number(2**40) + b"\0" * 19), id="a branch that its union does not have"),
        pytest.param(FRAME + b"\xff" * NONSENSE, id="a number that never ends"),
        pytest.param(_body(stated=b"\0\x02" + _number(2**40) + b"\0" * SOME), id="a trillion empty names"),
        pytest.param(_body(stated=b"\0\x02" + _number(2**62) + b"\0" * SOME), id="more names than can be counted"),
        pytest.param(_body(stated=b"\0\x02" + b"\x02\0\0" * (SOME // 3)), id="blocks of one name without an end"),
        pytest.param(_body(stated=b"\0" * 20 + b"\x02" + _number(2**40) + b"\0" * SOME), id="a trillion keys"),
        pytest.param(_body(stated=b"\0\x02" + _number(-(2**63)) + _number(2**50)), id="a negative count of names"),
        pytest.param(FRAME + b"\0" * NONSENSE, id="900 kB of zeros"),
        pytest.param(FRAME + b"x" * NONSENSE, id="900 kB of one letter"),
    ],
)
def test_lengths_and_values_that_cannot_be_are_unreadable_in_little_memory(value: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable) as refused:
            wire.decode(value, RECORD)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 250 * len(value) + 1_000_000  # an empty name takes two bytes there and 200 here
    assert len(str(refused.value)) < 500


def test_900_kb_of_noise_behind_a_valid_frame_are_unreadable() -> None:
    with pytest.raises(Unreadable):
        wire.decode(FRAME + os.urandom(NONSENSE), RECORD)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(value=st.binary(max_size=200), record=st.sampled_from(RECORDS))
@example(value=FRAME, record=RECORD)
def test_no_bytes_raise_anything_but_a_contract_problem(value: bytes, record: str) -> None:
    schema_id = catalogue().newest(record).id
    assert schema_id is not None
    for framed in (value, b"\0" + schema_id.to_bytes(4, "big") + value):
        with suppress(ContractProblem):
            wire.decode(framed, record)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(at=st.integers(0, len(VALID) - 1), put=st.binary(min_size=1, max_size=9))
def test_an_event_damaged_anywhere_is_read_or_refused(at: int, put: bytes) -> None:
    try:
        read = wire.decode(VALID[:at] + put + VALID[at + len(put) :], RECORD)
    except ContractProblem:
        return
    assert set(read) == set(_event())


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"sequence": "four"}, "sequence"),
        ({"sequence": 2**70}, "too large"),
        ({"event_id": None}, "event_id"),
        ({"event_id": "\ud800"}, "surrogates"),
        ({"kind": "SOLD"}, "SOLD"),
        ({"stated": {"legal_nam": "Example"}}, "legal_nam"),
        ({"stated": {"legal_name": "Example"}}, "legal_name"),
        ({"stated": {"share_capital": {"amount": "1", "currency": "SAR", "paid": "1"}}}, "paid"),
        ({"capital": 1}, "capital"),
    ],
)
def test_a_datum_that_does_not_fit_is_unwritable_and_says_where(overrides: dict[str, Any], said: str) -> None:
    with pytest.raises(Unwritable, match=rf"no RegistrationEvent \(version 2\): .*{said}"):
        wire.encode(RECORD, _event(**overrides))


def test_the_reason_stays_short_when_the_value_is_long() -> None:
    with pytest.raises(Unwritable) as refused:
        wire.encode(RECORD, _event(stated={"legal_name": "x" * 1_000_000}))
    assert len(str(refused.value)) < 500


def test_a_part_never_stands_alone() -> None:
    with pytest.raises(Unwritable, match="Properties is a part"):
        wire.encode("Properties", {})


def test_what_is_said_of_unreadable_bytes_is_the_same_each_time() -> None:
    said = set()
    for _ in range(3):
        with pytest.raises(Unreadable) as refused:
            wire.decode(VALID[:-1], RECORD)
        said.add(str(refused.value))
    assert len(said) == 1
    assert "0x" not in said.pop()
