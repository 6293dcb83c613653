"""Random questions about the past of a simulated register: its own books give the same answers.

`SIJILL_TEST_QUESTIONS=10000` asks as many.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

import pytest

from register.as_of import Asked, CompanyThen, NotInForce, Then, Unknown
from register.events import RegistrationEvent
from register.ids import EventId, RegistrationId, authority_of
from register.whole import Rules
from schemas.facts.authorities import authorities
from schemas.facts.precedence import precedence
from simulation.compare_with_truth import plain
from simulation.past import Past, SimulatedPast
from simulation.registration_life import TODAY
from simulation.simulation import Simulation
from tests.unit.laws.remembered import Remembered, moment
from tests.unit.laws.resolved_register import NUMBERINGS

QUESTIONS = int(os.environ.get("SIJILL_TEST_QUESTIONS", "200"))
WORLD = Simulation("the-past", max(150, min(QUESTIONS // 5, 1_500)), corrected=0.3, branches=0.3, lei=0.4, late=0.2)
RULES = Rules(words=lambda own: authorities()[authority_of(own)].words, precedence=precedence(), numberings=NUMBERINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, and the events that were known at its moment."""

    named: RegistrationId
    as_of: date | None
    at: int
    """The number of the last delivery that had been answered."""


class Upto:
    """Contains the events that first came with one of the deliveries up to a number."""

    def __init__(self, first_seen: Mapping[EventId, int], last: int) -> None:
        self._first_seen = first_seen
        self._last = last

    def __contains__(self, one: object) -> bool:
        return self._first_seen[EventId(str(one))] <= self._last


class _Everything:
    """Contains every event id."""

    def __contains__(self, one: object) -> bool:
        return True


EVERYTHING = _Everything()


@pytest.fixture(scope="module")
def arriving() -> list[RegistrationEvent]:
    return list(WORLD.events())


@pytest.fixture(scope="module")
def past() -> SimulatedPast:
    return SimulatedPast(WORLD)


def questions(arriving: list[RegistrationEvent], past: SimulatedPast, count: int) -> Iterator[Question]:
    dice, everybody = Random("questions"), sorted(past.books)
    for _ in range(count):
        named = dice.choice(everybody)
        days = [line.effective_date for line in past.books[named].lines]
        near = dice.choice(days) + timedelta(days=dice.choice((-1, 0, 0, 1, 40)))
        yield Question(named=named, as_of=dice.choice((None, near, near, TODAY)), at=dice.randrange(len(arriving)))


def told(record: CompanyThen) -> dict[str, Any]:
    company = record.company
    return {
        "company_id": company.company_id,
        "registrations": list(company.members()),
        "properties": plain(dict(company.properties)),
        "stated_by": {name: company.source_of(name)[1].event_id for name in company.properties},
        "aliases": list(record.aliases),
    }


def expected(answer: Past) -> dict[str, Any]:
    assert answer.company is not None
    return {
        "company_id": answer.company.company_id,
        "registrations": sorted(answer.company.registrations),
        "properties": plain(dict(answer.company.properties)),
        "stated_by": dict(answer.company.stated_by),
        "aliases": list(answer.aliases),
    }


def test_random_questions_are_answered_as_the_registries_books_say(
    arriving: list[RegistrationEvent], past: SimulatedPast
) -> None:
    memory = Remembered(arriving, words=RULES.words)
    first_seen = {one.event_id: number for number, one in reversed([*enumerate(arriving)])}
    merged = changed = nothing = 0
    for asked in questions(arriving, past, QUESTIONS):
        known = Upto(first_seen, asked.at)
        answer = past.answer(asked.named, known, asked.as_of)
        found = Asked(memory, Then(known_at=moment(asked.at), as_of=asked.as_of), RULES).company(asked.named)
        if answer is None:
            numbers = [first_seen[line.event_id] for line in past.books[asked.named].lines]
            assert found == Unknown(since=moment(min(numbers))), asked
        elif answer.company is None:
            assert found == NotInForce(company_id=answer.company_id, since=answer.since), asked
            nothing += 1
        else:
            assert isinstance(found, CompanyThen), asked
            assert told(found) == expected(answer), asked
            merged += len(answer.company.registrations) > 1
            changed += answer != past.answer(asked.named, EVERYTHING, None)
    assert merged > QUESTIONS // 20
    assert changed > QUESTIONS // 4
    assert nothing > QUESTIONS // 200


def test_in_the_end_the_books_say_what_the_simulation_foretold(past: SimulatedPast) -> None:
    for truth in islice(WORLD.company_truths(), 150):
        for own in truth.registrations:
            answer = past.answer(own, EVERYTHING, None)
            assert answer is not None
            assert answer.company is not None
            assert expected(answer)["properties"] == plain(dict(truth.properties))
            assert answer.company.stated_by == truth.stated_by
            assert (answer.company_id, set(answer.aliases)) == (truth.company_id, set(truth.aliases))


def test_a_book_whose_lines_are_unknown_says_nothing(past: SimulatedPast) -> None:
    assert past.answer(min(past.books), frozenset[EventId](), None) is None
