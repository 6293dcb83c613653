"""The checker of the laws, shown topics in which one of them is broken: a check that finds nothing proves nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from register.properties import PROPERTIES
from tests.acceptance.laws import (
    Topics,
    belonging_broken,
    moves_without_notice,
    notices_broken,
    receipts_broken,
    versions_broken,
)
from tests.acceptance.plain_kafka import Kept, framed

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


def _trigger(registration_id: str) -> dict[str, Any]:
    event = {
        "event_id": "e1",
        "sequence": 1,
        "kind": "REGISTERED",
        "effective_date": date(2025, 10, 1),
        "recorded_at": datetime(2025, 10, 1, tzinfo=UTC),
    }
    return {"registration_id": registration_id, "event": event}


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
        "related": [],
        "follows": None,
    }


def _notice(number: int, change: dict[str, Any]) -> Kept:
    return _kept("notices.kw-tax", number, framed("Notice", {"agency": "kw-tax", "number": number, "change": change}))


HOME, BRANCH, MOVED = "KW.MOCI.1", "SA.MC.1", b"GCC.SA.MC.1"


def _entry(registration_id: str) -> dict[str, Any]:
    return {"registration_id": registration_id, "properties": NOTHING, "sources": [], "provenance": {}}


def _move(company: bytes, version: int, *registrations: str, alias_of: str | None = None) -> dict[str, Any]:
    """A branch comes, or goes: the change names who belonged or belongs to the company."""
    there = company == COMPANY
    return _change(version, None, None) | {
        "company_id": company.decode(),
        "cause": "MERGE",
        "fields_changed": [],
        "triggers": [_trigger(BRANCH)],
        "registrations": list(registrations),
        "joined": BRANCH if there else None,
        "related": [(MOVED if there else COMPANY).decode()],
        "alias_of": alias_of,
        "follows": None if there else COMPANY.decode(),
    }


def _company(company: bytes, version: int, website: str | None, *members: str, alias_of: str | None = None) -> Kept:
    record = {
        "company_id": company.decode(),
        "version": version,
        "anchor": company.decode().removeprefix("GCC."),
        "registrations": [_entry(one) for one in members],
        "properties": NOTHING | {"website": website},
        "alias_of": alias_of,
    }
    return replace(_kept("register.companies", 0, framed("Company", record)), key=company)


def _changes_of(company: bytes, *changes: dict[str, Any]) -> list[Kept]:
    return [replace(_kept("register.changes", 0, framed("Change", one)), key=company) for one in changes]


def _history(registration_id: str, website: str | None) -> Kept:
    stated = _entry(registration_id) | {"properties": NOTHING | {"website": website}}
    record = _kept("register.registrations", 0, framed("RegistrationHistory", {"registration": stated, "events": []}))
    return replace(record, key=registration_id.encode())


FIRST = _change(1, None, WEBSITES[0]) | {"registrations": [HOME], "triggers": [_trigger(HOME)]}
SECOND = _change(2, *WEBSITES) | {"registrations": [HOME], "triggers": [_trigger(HOME)]}
THIRD = _move(COMPANY, 3, HOME, BRANCH)
ALONE = _move(MOVED, 1, alias_of=COMPANY.decode())


def _sound() -> dict[str, list[Kept]]:
    """Two events, of which one was refused; a company at version 3, which a branch has joined; and who heard of all."""
    return {
        "registrations.kw": [
            _kept("registrations.kw", 0, b"good"),
            _kept("registrations.kw", 1, b"bad", ("own", b"\xff")),
        ],
        "registrations.kw.dlq": [_letter(1, b"bad", "unreadable")],
        "receipts.kw": [_receipt(0), _receipt(1, "unreadable")],
        "register.registrations": [_history(HOME, WEBSITES[1]), _history(BRANCH, WEBSITES[0])],
        "register.companies": [
            _company(COMPANY, 3, WEBSITES[1], HOME, BRANCH),
            _company(MOVED, 1, None, alias_of=COMPANY.decode()),
        ],
        "register.changes": [*_changes_of(COMPANY, FIRST, SECOND, THIRD), *_changes_of(MOVED, ALONE)],
        "notices.kw-tax": [_notice(1, FIRST), _notice(2, SECOND), _notice(3, THIRD)],
    }


def _broken(topics: Topics) -> Iterator[str]:
    yield from receipts_broken(topics, PREFIX)
    yield from versions_broken(topics)
    yield from notices_broken(topics)
    yield from belonging_broken(topics)
    yield from moves_without_notice(topics)


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
        pytest.param("register.changes", lambda held: held[::3], "its changes tell [1]", id="a version is missing"),
        pytest.param("register.changes", lambda held: held[::-1], "its changes tell [3, 2, 1]", id="versions swapped"),
        pytest.param(
            "register.changes",
            lambda held: [
                held[0],
                replace(
                    held[1], value=framed("Change", SECOND | {"before": NOTHING | {"website": "https://no.example"}})
                ),
                *held[2:],
            ],
            "the change tells https://no.example",
            id="a before that never was",
        ),
        pytest.param(
            "register.changes",
            lambda held: [
                held[0],
                replace(
                    held[1], value=framed("Change", SECOND | {"after": NOTHING | {"website": "https://no.example"}})
                ),
                *held[2:],
            ],
            "changes in turn give",
            id="an after that the record does not state",
        ),
        pytest.param("register.companies", lambda held: [], "has changes and no record", id="a record is missing"),
        pytest.param("notices.kw-tax", lambda held: held[1:], "is numbered [2, 3]", id="a notice is missing"),
        pytest.param(
            "notices.kw-tax", lambda held: [held[0], _notice(2, FIRST)], "2 times", id="a change is told twice"
        ),
        pytest.param(
            "notices.kw-tax",
            lambda held: [held[0], _notice(2, _change(3, None, None))],
            "what is not in the changes",
            id="a change is told that was not made",
        ),
        pytest.param(
            "notices.kw-tax", lambda held: [*held, _notice(4, ALONE)], "tells of", id="a move is told by both companies"
        ),
        pytest.param(
            "register.changes",
            lambda held: [*held[:2], *_changes_of(COMPANY, THIRD | {"follows": MOVED.decode()}), *held[3:]],
            "which tells nothing of it",
            id="neither company tells of a move",
        ),
        pytest.param(
            "register.companies",
            lambda held: [held[0], _company(MOVED, 1, None, BRANCH)],
            "is in 2 companies",
            id="a registration is in two companies",
        ),
        pytest.param(
            "register.companies",
            lambda held: [_company(COMPANY, 3, WEBSITES[1], HOME), held[1]],
            "is in no company",
            id="a registration is in no company",
        ),
        pytest.param(
            "register.companies",
            lambda held: [_company(COMPANY, 3, WEBSITES[1], HOME), held[1]],
            "belong to it, its changes tell",
            id="a registration that came is not there",
        ),
        pytest.param(
            "register.companies",
            lambda held: [held[0], _company(MOVED, 1, None, alias_of="GCC.KW.MOCI.2")],
            "is an alias of GCC.KW.MOCI.2",
            id="an alias leads elsewhere than was told",
        ),
        pytest.param(
            "register.companies",
            lambda held: [held[0], _company(MOVED, 1, None)],
            "leads to None",
            id="an alias leads nowhere",
        ),
        pytest.param(
            "register.changes",
            lambda held: [
                held[0],
                *_changes_of(COMPANY, SECOND | {"registrations": [HOME, "OM.MOCIIP.1"]}),
                *held[2:],
            ],
            "who belongs to it cannot be",
            id="a registration comes from nowhere",
        ),
    ],
)
def test_a_broken_law_is_found(topic: str, damage: Callable[[list[Kept]], list[Kept]], finding: str) -> None:
    topics = _sound()
    topics[topic] = damage(topics[topic])

    assert any(finding in one for one in _broken(topics)), list(_broken(topics))
