"""Dead letters are redriven once, byte for byte, to where they came from; or discarded; and it is written down."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bus.batches import Batches
from bus.committed_records import committed
from bus.record import ConsumedRecord, RecordHeaders
from bus.topic_inspection import topic_reader
from bus.transactional_write import transactional_producer
from register.audit import AuditAction, AuditFilter
from register.codes import Code, Rejected
from register.letters import LetterChoice, LetterId, LetterState, Stay
from runtime.settings import Settings
from schemas.facts.topics import Topics
from services import deciding_letters
from services.auditing import audit_records
from services.dead_letters import whole_letter
from services.deciding_letters import DecidedLetters, LettersAsked, decide
from services.letter_decisions import DECIDING, decided_letters
from services.parked_records import as_received, parked_records
from services.problems import AnotherDecides, ServiceProblem, UnknownDeadLetter
from services.topics import apply
from streams.processors.dead_letters import park
from streams.tasks.processor import Work

HEADERS: RecordHeaders = (
    ("registry-batch", b"7"),
    ("\u0645\u0644\u0641", b"\x00\xff"),
    ("null", None),
    ("registry-batch", b""),
)
CP1256: RecordHeaders = (("المصدر".encode("cp1256").decode("utf-8", "surrogateescape"), b"raw"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record as it came, and the reason why it is parked."""

    publisher: str
    code: Code
    value: bytes | None
    key: bytes | None = b"SA.MC.7010000016"
    partition: int = 0
    headers: RecordHeaders = HEADERS


async def parked(settings: Settings, *refused: Refused) -> None:
    """Park records as `admit` does."""
    topics = Topics(settings.topic_prefix)
    async with transactional_producer(settings.bootstrap_servers, f"{settings.topic_prefix}parking") as producer:
        batches = Batches(producer, {})
        for offset, one in enumerate(refused):
            record = SimpleNamespace(
                topic=topics.registrations(one.publisher), partition=one.partition, offset=offset, timestamp=offset,
                key=one.key, value=one.value, headers=list(one.headers),
            )  # fmt: skip
            work = SimpleNamespace(partition=one.partition, emit=batched(batches))
            park(cast(Work, work), topics.dead_letters(one.publisher), cast(ConsumedRecord, record), reason(one.code))
        async with producer.transaction():
            await asyncio.gather(*(delivery for _, delivery in await batches.send()))


def batched(batches: Batches) -> Any:
    return lambda topic, key, value, headers, partition: batches.append(topic, partition, key, value, headers)


def reason(code: Code) -> Rejected:
    return Rejected(code=code, message="for this reason", field=None)


async def arrived(settings: Settings, publisher: str) -> list[ConsumedRecord]:
    """Read what is committed in the topic of a publisher."""
    found: list[ConsumedRecord] = []
    async with topic_reader(settings) as reader:
        ends = await reader.ends([Topics(settings.topic_prefix).registrations(publisher)])
    for tp in sorted(ends):
        async for stretch in committed(settings.bootstrap_servers, tp, 0, ends[tp]):
            found += stretch.records
    return found


def redriving(limit: int = 1_000, attempts: int = 3, **choice: Any) -> LettersAsked:
    return LettersAsked(
        choice=LetterChoice(**choice),
        state=LetterState.REDRIVEN,
        by="noor",
        why="mended",
        limit=limit,
        attempts=attempts,
    )


def numbered(count: int, publisher: str = "sa", code: Code = Code.UNKNOWN_SCHEMA) -> Sequence[Refused]:
    return [
        Refused(publisher=publisher, code=code, value=b"\0\0\0\3\xeb" + bytes([number]), partition=number % 2)
        for number in range(count)
    ]


async def test_a_group_is_redriven_byte_for_byte_to_its_origin_and_only_once(settings: Settings) -> None:
    await apply(settings)
    raw = Refused(
        publisher="qa", code=Code.UNKNOWN_SCHEMA, value=b"\0\0\0\3\xebx", key=None, headers=CP1256, partition=1
    )
    others = [*numbered(2, "qa", Code.UNREADABLE), *numbered(1, "kw")]
    await parked(settings, *numbered(3, "qa"), raw, *others)
    asked = redriving(publisher="qa", code="unknown_schema")
    planned = await decide(settings, asked, dry_run=True)
    assert (planned.decided, await arrived(settings, "qa"), await decided_letters(settings)) == (4, [], {})
    made = await decide(settings, asked)
    assert ([(one.code, one.schema_id, count) for one, count in made.groups.items()], made.stays) == (
        [("unknown_schema", 1003, 4)],
        Counter(),
    )
    sent = [
        (one.partition, one.key, one.value, tuple(one.headers))
        for one in sorted((*numbered(3, "qa"), raw), key=lambda one: one.partition)
    ]
    counts = (("sijill_attempt", b"1"),)
    expected = [(partition, key, value, (*headers, *counts)) for partition, key, value, headers in sent]
    got = [(one.partition, one.key, one.value, tuple(one.headers)) for one in await arrived(settings, "qa")]
    assert got == expected
    again = await decide(settings, asked)
    assert (again.decided, again.decided_before, len(await arrived(settings, "qa"))) == (0, 4, 4)
    assert await arrived(settings, "kw") == []
    await it_is_written_down(settings, made)


async def it_is_written_down(settings: Settings, made: DecidedLetters) -> None:
    [audited] = await audit_records(settings, AuditFilter(action=AuditAction.REDRIVEN))
    assert (audited.principal, audited.subject, audited.why) == (
        "noor", "publisher=qa code=unknown_schema", "mended",
    )  # fmt: skip
    decided = await decided_letters(settings)
    assert set(json.loads(audited.after or "")["letters"]) == set(decided)
    assert len(decided) == made.decided
    assert {(one.state, one.principal, one.attempt) for one in decided.values()} == {(LetterState.REDRIVEN, "noor", 1)}


async def test_what_cannot_be_redriven_stays_and_one_of_it_can_be_discarded(settings: Settings) -> None:
    await apply(settings)
    often = tuple(
        Refused(publisher="sa", code=Code.UNREADABLE, value=b"x", headers=(("sijill_attempt", str(n).encode()),))
        for n in (2, 3)
    )
    await parked(
        settings,
        Refused(publisher="sa", code=Code.EMPTY_RECORD, value=None),
        Refused(publisher="sa", code=Code.UNREADABLE, value=bytes(3 << 20)),
        Refused(publisher="sa", code=Code.UNREADABLE, value=bytes((1 << 20) + 9)),
        *often,
    )
    made = await decide(settings, redriving(publisher="sa"))
    assert made.stays == {Stay.NO_VALUE: 1, Stay.CUT: 1, Stay.TOO_LARGE: 1, Stay.TRIED_OFTEN: 1}
    assert (made.decided, len(await arrived(settings, "sa"))) == (1, 1)
    first = LetterId("sa", 0, 0)
    discarding = replace(redriving(letter=first), state=LetterState.DISCARDED)
    assert (await decide(settings, discarding)).decided == 1
    letter = await whole_letter(settings, first)
    assert letter.decided is not None
    assert (letter.decided.state, letter.registration_id, letter.read) == (
        LetterState.DISCARDED, "SA.MC.7010000016", None,
    )  # fmt: skip
    assert (await decide(settings, redriving(letter=first))).decided_before == 1
    assert len(await arrived(settings, "sa")) == 1
    with pytest.raises(UnknownDeadLetter):
        await decide(settings, redriving(letter=LetterId("sa", 0, 99)))


async def test_a_limit_leaves_the_rest_open_for_the_next_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding_letters, "LETTERS_AT_ONCE", 2)
    await apply(settings)
    await parked(settings, *numbered(7))
    made = [await decide(settings, redriving(limit=3, code="unknown_schema")) for _ in range(4)]
    assert [(one.decided, one.over_limit, one.decided_before) for one in made] == [
        (3, 4, 0), (3, 1, 3), (1, 0, 6), (0, 0, 7),
    ]  # fmt: skip
    assert sorted(one.value or b"" for one in await arrived(settings, "sa")) == sorted(
        one.value or b"" for one in numbered(7)
    )
    assert len(await audit_records(settings, AuditFilter())) == 5  # of 2, 1, 2, 1 and 1 letters


async def test_a_redrive_that_died_in_its_transaction_leaves_nothing_and_the_next_one_does_it_once(
    settings: Settings,
) -> None:
    await apply(settings)
    await parked(settings, *numbered(5))
    letters = [one async for one in parked_records(settings, LetterChoice(publisher="sa"))]
    async with transactional_producer(settings.bootstrap_servers, f"{settings.topic_prefix}{DECIDING}") as dead:
        batches = Batches(dead, {})
        for record in map(as_received, letters):
            batches.append(record.topic, record.partition, record.key, record.value, record.headers)
        await dead.begin_transaction()  # it sends, and never commits
        await asyncio.gather(*(delivery for _, delivery in await batches.send()))
        made = await decide(settings, redriving(publisher="sa"))
        assert (made.decided, len(await arrived(settings, "sa"))) == (5, 5)
        with pytest.raises(Exception, match=r"[Ff]enced|[Ee]poch"):
            await dead.commit_transaction()
    assert len(await arrived(settings, "sa")) == 5


async def test_two_redrives_at_once_redrive_nothing_twice(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding_letters, "LETTERS_AT_ONCE", 1)
    await apply(settings)
    await parked(settings, *numbered(30))
    both = await asyncio.gather(
        *(decide(settings, redriving(publisher="sa")) for _ in range(2)), return_exceptions=True
    )
    assert all(isinstance(one, DecidedLetters | AnotherDecides | ServiceProblem) for one in both), both
    await decide(settings, redriving(publisher="sa"))
    values = [one.value for one in await arrived(settings, "sa")]
    assert sorted(one or b"" for one in values) == sorted(one.value or b"" for one in numbered(30))
