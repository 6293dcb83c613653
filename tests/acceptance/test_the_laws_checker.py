"""The checker of the laws, shown topics in which one of them is broken: a check that finds nothing proves nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from register.properties import PROPERTIES
from tests.acceptance.laws import Topics, notices_broken, receipts_broken, versions_broken
from tests.acceptance.raw import Kept, framed

PREFIX = "t."
COMPANY = b"GCC.KW.MOCI.1"
NOTHING: dict[str, Any] = dict.fromkeys(PROPERTIES)
WEBSITES = ("https://one.example", "https://two.example")


def _kept(topic: str, offset: int, value: bytes, *headers: tuple[str, bytes]) -> Kept:
    return Kept(topic=topic, partition=0, offset=offset, key=COMPANY, value=value, headers=headers)


def _receipt(offset: int, code: str | None = None) -> Kept:
    datum = {
        "outcome": "REJECTED" if code else "ACCEPTED",
        "code": code,
        "topic": f"{PREFIX}registrations.kw",
        "partition": 0,
        "offset": offset,
    }
    return _kept("receipts.kw", offset, framed("Receipt", datum))


def _letter(offset: int, value: bytes, reason: str) -> Kept:
    origin = {"topic": f"{PREFIX}registrations.kw", "partition": "0", "offset": str(offset)}
    ours = [(f"sijill_origin_{name}", text.encode()) for name, text in origin.items()]
    return _kept("registrations.kw.dlq", 0, value, ("own", b"\xff"), *ours, ("sijill_reason", reason.encode()))


def _change(version: int, before: str | None, after: str | None) -> dict[str, Any]:
    return {
        "company_id": COMPANY.decode(),
        "version": version,
        "cause": "SOURCE",
        "fields_changed": ["website"],
        "before": NOTHING | {"website": before},
        "after": NOTHING | {"website": after},
        "effective_date": date(2025, 10, 1),
        "recorded_at": datetime(2025, 10, 1, tzinfo=UTC),
        "triggers": [],
        "registrations": [],
        "jurisdictions": [],
        "isic4_classes": [],
    }


def _notice(number: int, change: dict[str, Any]) -> Kept:
    return _kept("notices.kw-tax", number, framed("Notice", {"agency": "kw-tax", "number": number, "change": change}))


FIRST, SECOND = _change(1, None, WEBSITES[0]), _change(2, *WEBSITES)


def _sound() -> dict[str, list[Kept]]:
    """Two events, of which one was refused; a company at version 2; and an agency that heard of both."""
    record = {
        "company_id": COMPANY.decode(),
        "version": 2,
        "anchor": "KW.MOCI.1",
        "registrations": [],
        "properties": NOTHING | {"website": WEBSITES[1]},
    }
    return {
        "registrations.kw": [
            _kept("registrations.kw", 0, b"good"),
            _kept("registrations.kw", 1, b"bad", ("own", b"\xff")),
        ],
        "registrations.kw.dlq": [_letter(1, b"bad", "unreadable")],
        "receipts.kw": [_receipt(0), _receipt(1, "unreadable")],
        "register.companies": [_kept("register.companies", 0, framed("Company", record))],
        "register.changes": [
            _kept("register.changes", 0, framed("Change", FIRST)),
            _kept("register.changes", 1, framed("Change", SECOND)),
        ],
        "notices.kw-tax": [_notice(1, FIRST), _notice(2, SECOND)],
    }


def _broken(topics: Topics) -> Iterator[str]:
    yield from receipts_broken(topics, PREFIX)
    yield from versions_broken(topics)
    yield from notices_broken(topics)


def test_nothing_is_found_where_every_law_holds() -> None:
    assert list(_broken(_sound())) == []


@pytest.mark.parametrize(
    ("topic", "damage", "finding"),
    [
        pytest.param("receipts.kw", lambda held: held[1:], "has 0 receipts", id="a receipt is missing"),
        pytest.param("receipts.kw", lambda held: [*held, held[0]], "has 2 receipts", id="a receipt is there twice"),
        pytest.param("registrations.kw", lambda held: held[1:], "was never published", id="a receipt for nothing"),
        pytest.param("registrations.kw.dlq", lambda held: [], "has 0 dead letters", id="a dead letter is missing"),
        pytest.param(
            "registrations.kw.dlq", lambda held: [replace(held[0], value=b"Bad")], "other bytes", id="a byte is another"
        ),
        pytest.param(
            "registrations.kw.dlq",
            lambda held: [replace(held[0], headers=held[0].headers[1:])],
            "other headers",
            id="a header is missing",
        ),
        pytest.param(
            "receipts.kw", lambda held: [held[0], _receipt(1, "too_large")], "for one refusal", id="two reasons"
        ),
        pytest.param("register.changes", lambda held: held[:1], "its changes tell [1]", id="a version is missing"),
        pytest.param("register.changes", lambda held: held[::-1], "its changes tell [2, 1]", id="versions swapped"),
        pytest.param(
            "register.changes",
            lambda held: [
                held[0],
                replace(held[1], value=framed("Change", _change(2, "https://no.example", WEBSITES[1]))),
            ],
            "the change tells https://no.example",
            id="a before that never was",
        ),
        pytest.param(
            "register.changes",
            lambda held: [
                held[0],
                replace(held[1], value=framed("Change", _change(2, WEBSITES[0], "https://no.example"))),
            ],
            "changes in turn give",
            id="an after that the record does not state",
        ),
        pytest.param("register.companies", lambda held: [], "has changes and no record", id="a record is missing"),
        pytest.param("notices.kw-tax", lambda held: held[1:], "is numbered [2]", id="a notice is missing"),
        pytest.param(
            "notices.kw-tax", lambda held: [held[0], _notice(2, FIRST)], "2 times", id="a change is told twice"
        ),
        pytest.param(
            "notices.kw-tax",
            lambda held: [held[0], _notice(2, _change(3, None, None))],
            "what is not in the changes",
            id="a change is told that was not made",
        ),
    ],
)
def test_a_broken_law_is_found(topic: str, damage: Callable[[list[Kept]], list[Kept]], finding: str) -> None:
    topics = _sound()
    topics[topic] = damage(topics[topic])

    assert any(finding in one for one in _broken(topics)), list(_broken(topics))
