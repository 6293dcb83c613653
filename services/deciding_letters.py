"""Redrive dead letters, or discard them: each decision stands in the transaction of what it does.

Whoever decides opens one transactional id. That aborts what a killed predecessor left open, and stops one that still
runs. Only then the decisions are read: a letter that has one is left alone. So nothing is redriven twice.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerFenced

from bus.topic_inspection import topic_reader
from bus.transactional_write import RecordToWrite, transactional_producer, write_together
from register.audit import AuditAction
from register.letters import ATTEMPTS, DecidedLetter, LetterChoice, LetterState, Stay
from runtime.clock import SystemClock
from runtime.settings import Settings
from schemas.facts.topics import Topics
from services.auditing import audit_record, outgoing
from services.dead_letters import require
from services.error_mapping import named
from services.judgement_drafts import LONGEST, LONGEST_NAME
from services.judging_problems import NameTooLong, ReasonTooLong
from services.letter_decisions import DECIDING, decided_letters, decision
from services.parked_records import ParkedRecord, as_received, parked_records, reason_to_stay
from services.problems import AnotherDecides, UnknownDeadLetter
from services.topics import require as require_topics

DEFAULT_LIMIT: Final = 1_000  # letters of one command
LETTERS_AT_ONCE: Final = 200  # of one transaction
BYTES_AT_ONCE: Final = 8 << 20

_ACTIONS: Final = {LetterState.REDRIVEN: AuditAction.REDRIVEN, LetterState.DISCARDED: AuditAction.DISCARDED}

ReportDone = Callable[[int], None]
"""Gets the number of letters decided so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersAsked:
    """What is asked: which letters, what becomes of them, by whom, why, and at most how many."""

    choice: LetterChoice
    state: LetterState
    by: str = ""
    why: str = ""
    limit: int = DEFAULT_LIMIT
    attempts: int = ATTEMPTS
    """The most redrives of one record; discarding does not look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterGroup:
    """A group of letters: why they were refused, whose they are, and by which schema they were written."""

    code: str
    publisher: str
    schema_id: int | None


@dataclass(slots=True, kw_only=True)
class DecidedLetters:
    """What was done, or would be done on a dry run.

    `groups` counts the letters that were decided. `stays` counts open letters that cannot be redriven, by reason.
    `over_limit` counts those that the limit left open. `decided_before` counts those that were not open.
    """

    dry_run: bool
    state: LetterState
    groups: Counter[LetterGroup] = field(default_factory=Counter)
    stays: Counter[Stay] = field(default_factory=Counter)
    over_limit: int = 0
    decided_before: int = 0

    @property
    def decided(self) -> int:
        """Count the letters that were decided."""
        return self.groups.total()


async def decide(
    settings: Settings, asked: LettersAsked, *, dry_run: bool = False, report: ReportDone = lambda done: None
) -> DecidedLetters:
    """Decide on the open letters that are meant, up to the ends of their topics now. A dry run only counts them.

    Raises WronglyAsked, UnknownDeadLetter, AnotherDecides, TopicsMissing or a fault of Kafka. What was decided before a
    fault stays decided, and the command may be given again.
    """
    require(asked.choice)
    _require_words(asked)
    made = DecidedLetters(dry_run=dry_run, state=asked.state)
    with named(settings):
        await _require_topics(settings)
        try:
            if dry_run:
                await _walk(settings, asked, made, None, report)
            else:
                own = f"{settings.topic_prefix}{DECIDING}"
                async with transactional_producer(settings.bootstrap_servers, own) as producer:
                    await _walk(settings, asked, made, producer, report)
        except ProducerFenced as fault:
            raise AnotherDecides(decided=made.decided) from fault
    return made


async def _walk(
    settings: Settings, asked: LettersAsked, made: DecidedLetters, producer: AIOKafkaProducer | None, report: ReportDone
) -> None:
    decided = await decided_letters(settings)
    waiting: list[ParkedRecord] = []
    seen = 0
    async for parked in parked_records(settings, asked.choice):
        seen += 1
        if not _is_taken(settings, asked, made, parked, decided, len(waiting)):
            continue
        waiting.append(parked)
        if len(waiting) >= LETTERS_AT_ONCE or sum(one.size for one in waiting) >= BYTES_AT_ONCE:
            await _flush(settings, asked, made, producer, waiting)
            report(made.decided)
    await _flush(settings, asked, made, producer, waiting)
    report(made.decided)
    letter = asked.choice.letter
    if letter is not None and not seen:
        topic = Topics(settings.topic_prefix).dead_letters(letter.publisher)
        raise UnknownDeadLetter(topic=topic, partition=letter.partition, offset=letter.offset, beyond=False)


def _is_taken(
    settings: Settings,
    asked: LettersAsked,
    made: DecidedLetters,
    parked: ParkedRecord,
    decided: Mapping[str, DecidedLetter],
    waiting: int,
) -> bool:
    """Tell whether a letter is to be decided; if not, count why."""
    if str(parked.letter) in decided:
        made.decided_before += 1
        return False
    stay = reason_to_stay(settings, parked, asked.attempts) if asked.state is LetterState.REDRIVEN else None
    if stay is not None:
        made.stays[stay] += 1
        return False
    if made.decided + waiting >= asked.limit:
        made.over_limit += 1
        return False
    return True


async def _flush(
    settings: Settings,
    asked: LettersAsked,
    made: DecidedLetters,
    producer: AIOKafkaProducer | None,
    waiting: list[ParkedRecord],
) -> None:
    """Write the decisions on some letters, their audit record and their records, in one transaction."""
    if waiting and producer is not None:
        await write_together(producer, _records(settings, asked, waiting, SystemClock().now()))
    for one in waiting:
        made.groups[LetterGroup(code=one.code, publisher=one.letter.publisher, schema_id=one.schema_id)] += 1
    waiting.clear()


def _records(
    settings: Settings, asked: LettersAsked, letters: list[ParkedRecord], now: datetime
) -> list[RecordToWrite]:
    audited = audit_record(
        settings,
        _ACTIONS[asked.state],
        str(asked.choice),
        by=asked.by,
        why=asked.why,
        after={"letters": [str(one.letter) for one in letters]},
        at=now,
    )
    decisions = (
        DecidedLetter(
            letter=one.letter,
            state=asked.state,
            principal=audited.principal,
            why=asked.why,
            decided_at=now,
            code=one.code,
            schema_id=one.schema_id,
            attempt=one.attempt,
        )
        for one in letters
    )
    redriven = [as_received(one) for one in letters] if asked.state is LetterState.REDRIVEN else []
    return [outgoing(settings, audited), *(decision(settings, one) for one in decisions), *redriven]


def _require_words(asked: LettersAsked) -> None:
    if len(asked.by) > LONGEST_NAME:
        raise NameTooLong(most=LONGEST_NAME)
    if len(asked.why) > LONGEST:
        raise ReasonTooLong(most=LONGEST)


async def _require_topics(settings: Settings) -> None:
    topics = Topics(settings.topic_prefix)
    async with topic_reader(settings) as reader:
        require_topics(await reader.topics(), settings, (topics.letters, topics.audit))
