"""The events of registries as rows: bytes as they came, and every key by which they may link registrations."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from consumers.projection.event_rows import EventRow, event_row
from register.events import RegistrationEvent
from register.ids import EventId, RegistrationId
from register.limits import EVENT_BYTES
from register.resolution.stated_keys import stated_keys
from schemas.codec.records import event_datum
from schemas.codec.wire import encode
from tests.unit.consumers.sample_records import Taken
from tests.unit.laws.histories import OFTEN_WHO_IT_BELONGS_TO, several
from tests.unit.laws.resolved_register import NUMBERINGS
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, event, identifier


def taken(one: RegistrationEvent, **fields: Any) -> Taken:
    value = encode("RegistrationEvent", event_datum(one))
    made = Taken(topic="registrations.kw", key=one.registration_id.encode(), value=value, partition=3, offset=7)
    return replace(made, **fields)


def row_of(record: Taken) -> EventRow:
    row = event_row(record)
    assert row is not None
    return row


@given(several(stated=OFTEN_WHO_IT_BELONGS_TO))
def test_an_event_that_is_not_read_states_no_key(drawn: list[list[RegistrationEvent]]) -> None:
    """Bytes alone tell which events are worth reading: none with a key may be passed over."""
    for one in (one for history in drawn for one in history):
        assert row_of(taken(one)).stated == stated_keys(one, NUMBERINGS)


def test_an_id_with_dots_before_a_home_hides_nothing() -> None:
    for event_id in ("KW.MOCI.1", "AE.", "XX.YY", "A.B.C.D", ".", "K", "KW.MOCI"):
        for home in ("QA.MOCI.1", "SA.MC.7001775498", "BH.SIJILAT.9-1", "AE.AN-AUTHORITY-OF-24-SIGN.1"):
            one = event(1, event_id=event_id, home_registration=home, website="SA.MC.")
            assert row_of(taken(one)).stated == {f"home/{home}"}


def test_the_number_of_an_entry_may_be_an_identifier_itself() -> None:
    assert row_of(taken(event(1, of=NOOR_AT_GLEIF, website="a.example"))).stated == {
        "identifier/LEI:21380011VBTSTZCFBT87"
    }


def test_the_bytes_stand_in_the_row_as_they_came() -> None:
    record = taken(event(1))
    row = row_of(record)
    assert row.key == (NOOR, "registrations.kw", 3, 7)
    assert row.line.split("\t") == [
        NOOR, "registrations.kw", "3", "7", "2025-11-24T16:00:00+00:00", f"\\\\x{(record.value or b'').hex()}\n",
    ]  # fmt: skip


def test_an_event_that_says_it_is_of_another_registration_than_its_key_states_nothing() -> None:
    one = event(1, identifiers=[identifier("LEI", "549300ZC4LKL8D60R485")])
    assert row_of(taken(one)).stated == {"identifier/LEI:549300ZC4LKL8D60R485"}
    assert row_of(taken(one, key=b"KW.MOCI.99")).stated == set()


@pytest.mark.parametrize(
    "value", [b"garbage with SA.MC. and KW.MOCI. and LEI", b"\0\0\0\3\xe9LEI", b"\0\xff\xff\xff\xffLEI"]
)
def test_what_cannot_be_read_makes_a_row_without_keys(value: bytes) -> None:
    assert row_of(taken(event(1), value=value)).stated == set()


@pytest.mark.parametrize(
    "record",
    [
        taken(event(1), key=None),
        taken(event(1), key=b"no id"),
        taken(event(1), key=b"\xff\xfe"),
        taken(event(1), key=b"KW.MOCI." + b"1" * 1_000),
        taken(event(1), value=None),
        taken(event(1), value=b""),
        taken(event(1), value=bytes(EVENT_BYTES + 1)),
        taken(replace(event(1), registration_id=RegistrationId("KW-1"), event_id=EventId("e"))),
    ],
)
def test_what_nobody_can_have_accepted_makes_no_row(record: Taken) -> None:
    assert event_row(record) is None
