"""The past of a register in a real Kafka and PostgreSQL: its books, the topics and the tables say the same.

`SIJILL_TEST_QUESTIONS=10000` asks as many questions, of a larger register.
"""

import asyncio
import os
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from operations.then import moment_text
from register.codes import Outcome
from register.events import RegistrationEvent
from register.history import History, admit, empty_history
from register.ids import RegistrationId, authority_of, company_id
from register.resolution.judgements import Verdict
from schemas.codec.records import event_datum
from schemas.codec.resolution_records import judgement_datum
from schemas.codec.wire import encode
from schemas.facts.authorities import authorities
from schemas.facts.topics import Topics
from schemas.partitioning import partition_of
from services.topics import apply
from simulation.delivery_order import Delivery
from simulation.registration_life import TODAY
from simulation.simulation import Simulation
from tests.acceptance.instance import Instance
from tests.conftest import Cluster, own_settings
from tests.integration.projection_fixture import World
from tests.past_questions import Asking, asking_of, require_answers_of_the_books
from tests.unit.laws.judging import judgement
from tests.unit.laws.pure_register import body_of, read
from tests.unit.register.stating import registered

QUESTIONS = int(os.environ.get("SIJILL_TEST_QUESTIONS", "100"))
KNOBS = {"corrected": 0.3, "branches": 0.3, "lei": 0.4, "late": 0.2, "invalid_share": 0.1, "void_share": 0.02}
WORLD = Simulation("past", max(60, min(QUESTIONS // 5, 2_000)), **KNOBS)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
AT_ONCE = 5  # events that are answered in the same millisecond
LEFT, RIGHT = RegistrationId("KW.MOCI.9000001"), RegistrationId("QA.MOCI.9000002")
JUDGED, REVOKED = BEGIN + timedelta(days=100), BEGIN + timedelta(days=200)

pytestmark = pytest.mark.timeout(7_200)


@pytest.fixture(scope="module")
def asking(cluster: Cluster) -> Iterator[Asking]:
    """A register whose registries have stated all of a simulated world, at moments that the test chooses."""
    with own_settings(cluster, "past") as settings:
        asyncio.run(apply(settings))
        asyncio.run(_fill(settings))
        yield asking_of(settings, WORLD)


@pytest.fixture
def instance(asking: Asking) -> Instance:
    return Instance(asking.settings)


async def _fill(settings: Any) -> None:
    strangers = [Delivery(publisher=own[:2].lower(), key=own, event=_entry(own)) for own in (LEFT, RIGHT)]
    deliveries = [*strangers, *WORLD.deliveries()]
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers, linger_ms=20) as producer:
        filler = _Filler(settings, producer)
        places = [await filler.publish(number, one) for number, one in enumerate(deliveries)]
        for number, (one, sent) in enumerate(zip(deliveries, places, strict=True)):
            await filler.answer(number, one, (await sent).offset)
        same = judgement(1, LEFT, RIGHT, Verdict.SAME)
        revoked = judgement(2, LEFT, RIGHT, Verdict.UNDECIDED, revokes=1)
        for made, moment in ((same, JUDGED), (revoked, REVOKED)):
            value = encode("Judgement", judgement_datum(made))
            await producer.send(filler.topics.judgements, value, key=b"pair", timestamp_ms=_ms(moment))
        await producer.flush()
        await World(settings, producer).project()


def _entry(own: RegistrationId) -> RegistrationEvent:
    made = registered(1, "Noor")
    return RegistrationEvent(
        event_id=made.event_id,
        registration_id=own,
        sequence=1,
        kind=made.kind,
        effective_date=date(2020, 1, 1),
        recorded_at=made.recorded_at,
        stated=made.stated,
    )


class _Filler:
    """Publishes as registries do, and answers as `admit` does, each record with a moment of its own."""

    def __init__(self, settings: Any, producer: AIOKafkaProducer) -> None:
        self.topics = Topics(settings.topic_prefix)
        self._partitions = settings.partitions
        self._producer = producer
        self._histories: dict[RegistrationId, History[bytes]] = {}

    async def publish(self, number: int, one: Delivery) -> Any:
        key, value = one.key.encode(), encode("RegistrationEvent", event_datum(one.event))
        topic, partition = self.topics.registrations(one.publisher), partition_of(key, self._partitions)
        return await self._producer.send(topic, value, key=key, partition=partition, timestamp_ms=_ms(_moment(number)))

    async def answer(self, number: int, one: Delivery, offset: int) -> None:
        outcome, own = Outcome.REJECTED, one.event.registration_id
        if one.rejected is None:
            held = self._histories.get(own) or empty_history(own)
            answer = admit(held, one.event, body_of(one.event), read, authorities()[authority_of(own)].words)
            self._histories[own], outcome = answer.history or held, answer.outcome
        key = one.key.encode()
        partition = partition_of(key, self._partitions)
        receipt = {
            "event_id": one.event.event_id, "registration_id": own, "sequence": one.event.sequence,
            "outcome": outcome, "code": one.rejected, "message": "", "field": None, "warnings": [],
            "topic": self.topics.registrations(one.publisher), "partition": partition, "offset": offset,
        }  # fmt: skip
        value, moment = encode("Receipt", receipt), _moment(number) + timedelta(hours=1)
        topic = self.topics.receipts(one.publisher)
        await self._producer.send(topic, value, key=key, partition=partition, timestamp_ms=_ms(moment))


def _moment(number: int) -> datetime:
    return BEGIN + timedelta(seconds=number // AT_ONCE)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)


def test_random_questions_equal_the_books_and_both_places_give_the_same_bytes(asking: Asking) -> None:
    require_answers_of_the_books(asking, QUESTIONS)


@pytest.mark.parametrize("as_of", [(), ("--as-of", "2015-06-30")])
def test_an_export_has_the_same_bytes_from_the_topics_and_from_the_tables(
    asking: Asking, instance: Instance, as_of: tuple[str, ...]
) -> None:
    moments = sorted(asking.answered.values())
    question = ("export", "--known-at", moment_text(moments[len(moments) // 2]), *as_of, "--format", "jsonl")
    tables, topics = (instance.sijill(*question, "--from", source) for source in ("postgres", "topics"))
    assert tables.out == topics.out
    ids = [one["company_id"] for one in tables.lines()]
    assert ids == sorted(ids) != []


def test_one_company_has_the_same_bytes_from_the_topics_and_from_the_tables(asking: Asking, instance: Instance) -> None:
    named, moment = min(asking.past.books), moment_text(max(asking.answered.values()))
    question = ("show", named, "--known-at", moment, "--as-of", TODAY.isoformat(), "--json")
    tables, topics = (instance.sijill(*question, "--from", source) for source in ("postgres", "topics"))
    assert tables.out == topics.out
    assert (tables.json()["known_at"], tables.json()["as_of"]) == (moment, TODAY.isoformat())


@pytest.mark.parametrize("source", ["postgres", "topics"])
def test_a_judgement_counts_from_the_moment_of_its_record_until_its_revocation(
    asking: Asking, instance: Instance, source: str
) -> None:
    second = timedelta(seconds=1)
    for moment, company in ((JUDGED - second, RIGHT), (JUDGED, LEFT), (REVOKED - second, LEFT), (REVOKED, RIGHT)):
        question = ("show", RIGHT, "--known-at", moment_text(moment), "--from", source, "--json")
        assert instance.sijill(*question).json()["company_id"] == company_id(company)


def test_what_is_wrong_with_a_question_is_said(asking: Asking, instance: Instance) -> None:
    named = min(asking.past.books)
    first = min(asking.answered[line.event_id] for line in asking.past.books[named].lines)
    before = moment_text(first - timedelta(milliseconds=1))
    for words, code, sentence in (
        (("--as-of", "31/12/2024"), 2, "'31/12/2024' is no day"),
        (("--as-of", "2024-02-30"), 2, "'2024-02-30' is no day"),
        (("--known-at", "2024-12-31T10:00"), 2, "is no moment with its zone"),
        (("--known-at", "2999-01-01T00:00:00Z"), 2, "has not come yet"),
        (("--known-at", before), 1, f"{named} was not known before {moment_text(first)}"),
        (("--as-of", "2024-01-01", "--history"), 2, "leave out --as-of"),
    ):
        assert sentence in instance.sijill("show", named, *words, code=code).err
    too_early = instance.sijill("show", LEFT, "--as-of", "2019-12-31", code=1).err
    assert f"GCC.{LEFT} states nothing as of 2019-12-31" in too_early
    assert "it begins on 2020-01-01" in too_early
    unknown = instance.sijill("show", "KW.MOCI.NEVER", "--as-of", "2024-01-01", code=1)
    assert "no company or registration KW.MOCI.NEVER" in unknown.err


def test_the_commands_of_the_page_work(asking: Asking, instance: Instance) -> None:
    """As they stand, but of a company, a day and a moment of this register."""
    page = Path("docs/how-to/ask-about-the-past.md").read_text(encoding="utf-8")
    commands = [line.partition(" > ")[0] for line in page.splitlines() if line.startswith("sijill ")]
    moment = moment_text(max(asking.answered.values()))
    for command in commands:
        words = shlex.split(command.replace("SA.MC.7001775498", LEFT))[1:]
        there = [re.sub(r"^[0-9-]{10}$", TODAY.isoformat(), re.sub(r"^.*T.*Z$", moment, word)) for word in words]
        assert instance.sijill(*there).out
    assert len(commands) > 5
