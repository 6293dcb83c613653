"""What an audit record says of who acted, and what becomes of a document that is too long for it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from register.audit import AuditAction, AuditFilter, AuditRecord
from runtime.login import login, login_name
from runtime.settings import Settings
from schemas.facts.topics import contracts
from services.auditing import LISTED, LONGEST_DOCUMENT, audit_record, outgoing

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)


def record(by: str = "", principal: str = "", **said: object) -> AuditRecord:
    settings = Settings(principal=principal, topic_prefix="t.")
    return audit_record(settings, AuditAction.SUBSCRIBED, "zatca", by=by, at=NOW, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("by", "principal", "who"), [("noor", "hamad", "noor"), ("", "hamad", "hamad"), (" ", "", login_name())]
)
def test_who_acts_is_said_by_the_command_else_by_the_settings_else_by_the_machine(
    by: str, principal: str, who: str
) -> None:
    made = record(by, principal)
    assert (made.principal, made.login, made.acted_at) == (who, login(), NOW)
    assert (outgoing(Settings(topic_prefix="t."), made).topic, made.before) == ("t.register.audit", None)


def test_a_short_document_is_kept_whole_and_of_a_long_one_the_beginnings_of_its_lists() -> None:
    many = [f"GCC.SA.MC.{number}" for number in range(100_000)]
    made = record(before={"companies": many[:50]}, after={"agency": "zatca", "companies": many})
    assert json.loads(made.before or "") == {"companies": many[:50]}
    shortened = json.loads(made.after or "")
    assert shortened["agency"] == "zatca"
    assert shortened["companies"]["count"] == 100_000
    assert shortened["companies"]["first"] == many[:LISTED]
    assert shortened["companies"]["sha256"] != json.loads(record(after=[*many[:-1], "x"]).after or "")["sha256"]


def test_the_topic_takes_a_record_with_the_longest_documents() -> None:
    longest = "x" * (LONGEST_DOCUMENT - 2)
    made = outgoing(Settings(), record(before=longest, after=longest, why="ب" * 2_000))
    assert len(made.value or b"") < contracts()["register.audit"].max_message_bytes - 4_096


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (AuditFilter(), True),
        (AuditFilter(who="noor", action=AuditAction.SUBSCRIBED, subject="ZAT"), True),
        (AuditFilter(who="Noor"), False),
        (AuditFilter(action=AuditAction.JUDGED), False),
        (AuditFilter(subject="kw"), False),
        (AuditFilter(since=NOW), True),
        (AuditFilter(until=NOW), False),
        (AuditFilter(since=NOW + timedelta(seconds=1)), False),
        (AuditFilter(until=NOW + timedelta(seconds=1)), True),
    ],
)
def test_an_audit_record_is_wanted_where_all_that_is_given_holds(wanted: AuditFilter, taken: bool) -> None:
    assert wanted.takes(record("noor")) is taken
