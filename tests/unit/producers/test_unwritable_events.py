"""What a program hands over by mistake is refused with the field that it is in, before anything is sent."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from producers.batch_sender import OutgoingRecord
from producers.event_record import framed, publisher_for
from producers.topic_facts import TopicFacts
from register.codes import Code, Rejected
from register.events import EventKind, RegistrationEvent
from register.ids import EventId, RegistrationId
from schemas.facts.authorities import authorities

TOPIC = TopicFacts(topic="registrations.kw", partitions=6, limit_bytes=1_048_576)
NAME = [{"text": "Noor", "language": "en"}]


def _prepared(**changed: Any) -> OutgoingRecord | Rejected:
    """What the publisher makes of an event, as `Publisher.publish` does."""
    given: dict[str, Any] = {
        "event_id": EventId("e1"),
        "registration_id": RegistrationId("KW.MOCI.1"),
        "sequence": 1,
        "kind": EventKind.REGISTERED,
        "effective_date": date(2026, 3, 1),
        "recorded_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "stated": {"legal_name": NAME},
        **changed,
    }
    event = RegistrationEvent(**given)
    found = publisher_for(event, authorities())
    return found if isinstance(found, Rejected) else framed(event, TOPIC)


def test_an_event_that_is_right_is_framed() -> None:
    assert isinstance(_prepared(), OutgoingRecord)
    assert isinstance(_prepared(recorded_at=datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=3)))), OutgoingRecord)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recorded_at", datetime(2026, 3, 1, 9, 30)),  # noqa: DTZ001  (the fault that is tried)
        ("recorded_at", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3)))),
        ("recorded_at", datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))),
        ("recorded_at", date(2026, 3, 1)),
        ("recorded_at", 1_767_225_600_000),
        ("effective_date", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("effective_date", "2026-03-01"),
        ("sequence", 2**63),
        pytest.param("sequence", 10**5_000, id="5,001 digits"),
        ("sequence", -(2**70)),
        ("sequence", 1.0),
        ("sequence", float("nan")),
        ("sequence", True),
        ("sequence", "1"),
        ("kind", "REGISTERED"),
        ("event_id", "half \ud800"),
        ("event_id", 7),
        ("event_id", None),
        ("replaces", "half \udfff"),
        ("registration_id", "KW.MOCI.\ud800"),
        ("registration_id", 12345),
        ("cleared", "website"),
        ("stated", None),
    ],
)
def test_a_part_of_an_event_that_cannot_be_sent_is_named(field: str, value: Any) -> None:
    found = _prepared(**{field: value})
    assert isinstance(found, Rejected)
    assert found.field == field
    assert len(found.message) < 400
    found.message.encode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("registration_date", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("expiry_date", "2026-03-01"),
        ("website", "https://x.example/\ud800"),
        ("website", b"x"),
        ("share_capital", {"amount": float("nan"), "currency": "KWD"}),
        ("share_capital", {"amount": 1500, "currency": "KWD"}),
        ("legal_name", [{"text": "half \ud800", "language": "en"}]),
        ("legal_name", "Noor"),
        ("particulars", {"a": 1}),
        ("legal_address", [{"language": "en", "lines": "Street 1", "city": None, "region": None, "postal_code": None,
                            "country": None}]),
        ("identifiers", [{"scheme": "KW.CR", "value": "1", "valid_from": datetime(2026, 3, 1, tzinfo=UTC),
                          "valid_to": None}]),
        ("is_branch", "yes"),
        ("colour", "red"),
    ],
)  # fmt: skip
def test_a_property_that_cannot_be_sent_is_named(name: str, value: Any) -> None:
    found = _prepared(stated={"legal_name": NAME, name: value})
    assert isinstance(found, Rejected)
    assert (found.code, found.field) == (Code.UNREADABLE, name)
    found.message.encode()


def test_a_giant_value_is_too_large_and_said_so() -> None:
    found = _prepared(stated={"legal_name": NAME, "website": "x" * 5_000_000})
    assert isinstance(found, Rejected)
    assert found.code is Code.TOO_LARGE
