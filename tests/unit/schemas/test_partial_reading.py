"""A value that cannot be read is read as far as it goes, and the byte and the field are named where it ends."""

import random
import struct

import pytest

from schemas.codec.json_form import from_json
from schemas.codec.partial_reading import read_as_far_as_possible
from schemas.codec.wire import encode
from tests.contract.examples import Example, examples

EVENT = next(one for one in examples("RegistrationEvent") if one.path.stem == "a_saudi_company_is_registered")
WHOLE = encode("RegistrationEvent", from_json("RegistrationEvent", EVENT.plain))


def test_a_whole_event_is_read_whole_with_days_and_moments_as_text() -> None:
    read = read_as_far_as_possible(WHOLE)
    assert read is not None
    assert (read.record, read.failed_at, read.path, read.fault, read.guessed) == (
        "RegistrationEvent", None, None, None, False,
    )  # fmt: skip
    assert read.fields["event_id"] == EVENT.plain["event_id"]
    assert read.fields["effective_date"] == EVENT.plain["effective_date"]
    assert read.fields["stated"]["legal_name"] == EVENT.plain["stated"]["legal_name"]


@pytest.mark.parametrize("example", examples(), ids=str)
def test_every_example_is_read_whole(example: Example) -> None:
    read = read_as_far_as_possible(encode(example.record, from_json(example.record, example.plain)))
    assert read is not None
    assert (read.record, read.fault) == (example.record, None)


def test_each_cut_names_the_byte_and_the_field_and_keeps_what_comes_before() -> None:
    known = 0
    for end in range(5, len(WHOLE)):
        read = read_as_far_as_possible(WHOLE[:end])
        assert read is not None
        assert read.failed_at is not None
        assert 5 <= read.failed_at <= end
        assert read.path
        assert len(read.fields) >= known  # the more bytes, the more fields
        known = len(read.fields)
    assert known >= len(EVENT.plain)


def test_an_altered_byte_is_found_in_its_field() -> None:
    at = WHOLE.index(EVENT.plain["registration_id"].encode())
    read = read_as_far_as_possible(WHOLE[:at] + b"\xff" + WHOLE[at + 1 :])
    assert read is not None
    assert (read.failed_at, read.path, read.fault) == (at, "registration_id", "a text is no UTF-8")
    assert list(read.fields) == ["event_id"]


def test_bytes_that_are_left_over_are_no_field() -> None:
    read = read_as_far_as_possible(WHOLE + b"xyz")
    assert read is not None
    assert (read.failed_at, read.path, read.fault) == (len(WHOLE), "", "3 bytes are left over")


def test_an_unknown_schema_is_read_as_an_event_and_marked_as_a_guess() -> None:
    read = read_as_far_as_possible(struct.pack(">bI", 0, 999_999) + WHOLE[5:] + b"\0")
    assert read is not None
    assert read.guessed
    assert read.fields["registration_id"] == EVENT.plain["registration_id"]
    assert read.failed_at == len(WHOLE)


@pytest.mark.parametrize("value", [b"", b"\xde\xad\xbe\xef" * 9, b"\x00\x00"])
def test_what_has_no_frame_cannot_be_read_at_all(value: bytes) -> None:
    assert read_as_far_as_possible(value) is None


def test_random_bytes_behind_any_frame_end_with_a_place() -> None:
    rng = random.Random(13)
    for _ in range(300):
        body = rng.randbytes(rng.randrange(60))
        read = read_as_far_as_possible(WHOLE[:5] + body)
        assert read is not None
        assert read.failed_at is None or 5 <= read.failed_at <= 5 + len(body)
