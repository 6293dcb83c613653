"""The generated pages of the reference are as the contract has them now."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from bus.record import ConsumedRecord
from docs.generate.asyncapi import document
from docs.generate.pages import PAGES, REFERENCE, outdated
from producers.cloud_events import headers_of
from register.codes import Code, Rejected
from register.events import EventKind, RegistrationEvent
from register.ids import EventId, RegistrationId
from schemas.codec.catalogue import catalogue
from schemas.facts.topics import contracts
from streams.processors.dead_letters import park
from streams.tasks.processor import Work

DOCUMENT: dict[str, Any] = yaml.safe_load((REFERENCE / "asyncapi.yaml").read_text(encoding="utf-8"))


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from _references(one)


def _at(reference: str) -> Any:
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_committed_page_is_what_make_docs_would_write(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs` and commit what it writes"


def test_a_page_that_is_missing_or_edited_is_outdated(tmp_path: Path) -> None:
    assert outdated(tmp_path) == list(PAGES)
    for name, page in PAGES.items():
        (tmp_path / name).write_text(page() + "\n", encoding="utf-8")
    assert outdated(tmp_path) == list(PAGES)


def test_the_committed_document_reads_back_as_it_was_put_together() -> None:
    assert document() == DOCUMENT


def test_every_reference_in_the_document_leads_somewhere() -> None:
    references = set(_references(DOCUMENT))
    assert references
    assert all(_at(reference) for reference in references)


def test_every_topic_is_a_channel_and_every_record_a_message_with_its_id() -> None:
    assert [channel["address"] for channel in DOCUMENT["channels"].values()] == list(contracts())
    messages = {name: said.get("x-schema-id") for name, said in DOCUMENT["components"]["messages"].items()}
    assert messages == {one.record: one.id for one in catalogue() if one.id is not None} | {"DeadLetter": None}


def test_every_channel_has_an_operation() -> None:
    channels = {operation["channel"]["$ref"].rpartition("/")[2] for operation in DOCUMENT["operations"].values()}
    assert channels == set(DOCUMENT["channels"])


def test_every_topic_is_on_the_page() -> None:
    page = (REFERENCE / "topics.md").read_text(encoding="utf-8")
    assert all(f"\n## `{name}`\n" in page for name in contracts())


def test_a_publisher_sends_the_headers_that_the_contract_names() -> None:
    event = RegistrationEvent(
        event_id=EventId("1"),
        registration_id=RegistrationId("KW.MOCI.1"),
        sequence=1,
        kind=EventKind.CONFIRMED,
        effective_date=date(2025, 1, 1),
        recorded_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    sent = [name for name, _ in headers_of(event)]
    assert sent == list(contracts()["registrations.{publisher}"].headers)


@pytest.mark.parametrize("size", [1, 3_000_000])
def test_a_dead_letter_has_the_headers_that_the_contract_names(size: int) -> None:
    sent: list[str] = []
    large = bytes(size)
    work = SimpleNamespace(partition=0, emit=lambda *args, **more: sent.extend(name for name, _ in args[3]))
    record = SimpleNamespace(
        topic="registrations.sa",
        partition=0,
        offset=1,
        timestamp=2,
        key=large,
        value=large,
        headers=[("own", b"kept"), ("large", large)],
    )
    rejected = Rejected(code=Code.UNREADABLE, message="the value does not begin with 0x00", field=None)
    park(cast(Work, work), "registrations.sa.dlq", cast(ConsumedRecord, record), rejected)
    named = list(contracts()["registrations.{publisher}.dlq"].headers)
    always = named[: named.index("sijill_cut")]
    assert sent == (["own", "large", *always] if size == 1 else ["own", *named])
