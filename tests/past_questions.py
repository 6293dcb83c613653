"""Questions about the past of a filled register, checked against the simulator's own books."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg

from register.as_of import Asked, CompanyThen, NotInForce, Then, Unknown
from register.ids import EventId, RegistrationId
from runtime.safe_text import as_json
from runtime.settings import Settings
from services.as_of import record_then, rules
from services.memories import MemorySource, memory
from simulation.compare_with_truth import plain
from simulation.past import Past, SimulatedPast
from simulation.registration_life import TODAY
from simulation.simulation import Simulation

ACCEPTED = "SELECT event_id, written_at FROM receipts WHERE outcome = 'ACCEPTED'"

Answer = CompanyThen | Unknown | NotInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A filled register, and all that a question is checked against."""

    settings: Settings
    past: SimulatedPast
    answered: Mapping[EventId, datetime]
    """When each accepted event was answered, as its receipt says."""


class KnownAt:
    """Contains the events that had been accepted by a moment."""

    def __init__(self, answered: Mapping[EventId, datetime], moment: datetime) -> None:
        self._answered = answered
        self._moment = moment

    def __contains__(self, one: object) -> bool:
        return self._answered[EventId(str(one))] <= self._moment


def asking_of(settings: Settings, world: Simulation) -> Asking:
    """Read the receipts of a register that has taken in a world; every good event has one."""
    options = f"-c search_path={settings.database_schema}"
    with psycopg.connect(settings.postgres_url, options=options) as connection:
        rows = connection.execute(ACCEPTED).fetchall()
    past, answered = SimulatedPast(world), {EventId(event): moment.astimezone(UTC) for event, moment in rows}
    assert answered.keys() >= {line.event_id for book in past.books.values() for line in book.lines}
    return Asking(settings=settings, past=past, answered=answered)


def require_answers_of_the_books(asking: Asking, count: int) -> None:
    """Ask random questions. Both places must give the same bytes, and they must be what the books say."""
    merged = changed = unknown = 0
    with _memory(asking, MemorySource.TOPICS) as topics, _memory(asking, MemorySource.POSTGRES) as tables:
        for named, then in questions(asking, count):
            found = Asked(tables, then, rules()).company(named)
            assert _bytes(found) == _bytes(Asked(topics, then, rules()).company(named)), (named, then)
            answer = asking.past.answer(named, KnownAt(asking.answered, then.known_at), then.as_of)
            _require(found, answer, named, asking)
            unknown += answer is None
            if answer is not None and answer.company is not None:
                merged += len(answer.company.registrations) > 1
                changed += answer != asking.past.answer(named, asking.answered, None)
    assert merged > count // 40
    assert changed > count // 5
    assert unknown > count // 50


def questions(asking: Asking, count: int) -> Iterator[tuple[RegistrationId, Then]]:
    """Draw questions about days and moments at which something happens, and about others."""
    dice, everybody, moments = Random("questions"), sorted(asking.past.books), sorted(asking.answered.values())
    for _ in range(count):
        named = dice.choice(everybody)
        lines = asking.past.books[named].lines
        day = dice.choice(lines).effective_date + timedelta(days=dice.choice((-1, 0, 1, 40)))
        near = asking.answered[dice.choice(lines).event_id]
        moment = dice.choice((near, near - timedelta(milliseconds=1), dice.choice(moments)))
        yield named, Then(known_at=moment, as_of=dice.choice((None, day, day, TODAY)))


def _memory(asking: Asking, source: MemorySource) -> Any:
    return memory(asking.settings, source, lambda done: None)


def _bytes(found: Answer) -> str:
    return as_json(record_then(found)) if isinstance(found, CompanyThen) else repr(found)


def _require(found: Answer, answer: Past | None, named: RegistrationId, asking: Asking) -> None:
    """Require that an answer equals the books."""
    if answer is None:
        first = min(asking.answered[line.event_id] for line in asking.past.books[named].lines)
        assert found == Unknown(since=first)
    elif answer.company is None:
        assert found == NotInForce(company_id=answer.company_id, since=answer.since)
    else:
        assert isinstance(found, CompanyThen)
        company, expected = found.company, answer.company
        assert company.company_id == expected.company_id
        assert list(company.members()) == sorted(expected.registrations)
        assert plain(dict(company.properties)) == plain(dict(expected.properties))
        stated_by = {name: company.source_of(name)[1].event_id for name in company.properties}
        assert stated_by == dict(expected.stated_by)
        assert found.aliases == answer.aliases
