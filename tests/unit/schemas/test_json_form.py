"""The plain JSON form: what people read and write instead of Avro."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from schemas.codec.json_form import from_json, to_json
from schemas.problems import Unwritable

PLAIN: dict[str, Any] = {
    "event_id": "417733/2025/1",
    "registration_id": "KW.MOCI.417733",
    "sequence": 1,
    "kind": "REGISTERED",
    "effective_date": "2025-01-19",
    "recorded_at": "2025-01-19T06:20:00.000001Z",
    "stated": {"legal_name": [{"text": "شركة نجم", "language": "ar"}], "is_branch": False, "particulars": {"a": "ب"}},
}


def test_days_and_moments_become_dates_and_back() -> None:
    datum = from_json("RegistrationEvent", PLAIN)
    assert datum["effective_date"] == date(2025, 1, 19)
    assert datum["recorded_at"] == datetime(2025, 1, 19, 6, 20, 0, 1, tzinfo=UTC)
    assert to_json("RegistrationEvent", datum) == PLAIN


def test_what_is_left_out_has_its_default() -> None:
    datum = from_json("RegistrationEvent", PLAIN)
    assert (datum["replaces"], datum["cleared"], datum["stated"]["website"]) == (None, [], None)


def test_a_default_is_not_shared_between_values() -> None:
    from_json("RegistrationEvent", PLAIN)["cleared"].append("website")
    assert from_json("RegistrationEvent", PLAIN)["cleared"] == []


def test_a_moment_in_another_zone_becomes_utc() -> None:
    datum = from_json("RegistrationEvent", {**PLAIN, "recorded_at": "2025-01-19T09:20:00+03:00"})
    assert to_json("RegistrationEvent", datum)["recorded_at"] == "2025-01-19T06:20:00.000000Z"


def test_bytes_are_base64() -> None:
    held = {"event_id": "e", "sequence": 1, "body": "AAAD6Q=="}
    registration = {"registration_id": "KW.MOCI.1", "properties": {}, "sources": [], "provenance": {}}
    datum = from_json("RegistrationHistory", {"registration": registration, "events": [held]})
    assert datum["events"][0]["body"] == b"\x00\x00\x03\xe9"
    assert to_json("RegistrationHistory", datum)["events"] == [held]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sequense": 1}, "RegistrationEvent: no such field: sequense"),
        ({"effective_date": "19.1.2025"}, "RegistrationEvent.effective_date: '19.1.2025' is no date"),
        ({"recorded_at": "2025-01-19T06:20:00"}, "a moment needs its zone"),
        ({"sequence": "1"}, "RegistrationEvent.sequence: '1' is no long"),
        ({"stated": {"legal_name": "شركة نجم"}}, "RegistrationEvent.stated.legal_name: 'شركة نجم' is no array"),
        ({"stated": {"legal_name": [{"text": "x"}]}}, r"legal_name\[0\]: language is missing"),
        ({"event_id": None}, "RegistrationEvent.event_id: None is no string"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(Unwritable, match=said):
        from_json("RegistrationEvent", {**PLAIN, **changed})


def test_malformed_base64_is_refused() -> None:
    held = {"event_id": "e", "sequence": 1, "body": "no base64!"}
    registration = {"registration_id": "KW.MOCI.1", "properties": {}, "sources": [], "provenance": {}}
    with pytest.raises(Unwritable, match=r"events\[0\].body: 'no base64!' is no bytes"):
        from_json("RegistrationHistory", {"registration": registration, "events": [held]})
