"""The whole story of one simulated company: its home registration and its branches in other states."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Final

from producers.simulation import acts, facts, numbers
from producers.simulation.book import book_of
from producers.simulation.decoys import shared_identifier, shared_name
from producers.simulation.entering import NUMBER_CHANGE, enter
from producers.simulation.knobs import Knobs
from producers.simulation.life import TODAY, Life, Person
from producers.simulation.post import Delivery, delivered
from producers.simulation.refusals import refusal
from producers.simulation.truth import Truth, truth_of
from producers.simulation.vocabulary import State, Vocabulary, pick, weighted
from register.ids import RegistrationId

_BORN: Final = date(1996, 1, 1)
_BORN_DAYS: Final = (date(2025, 9, 1) - _BORN).days
_TRIES: Final = 30  # strangers looked at; the smallest register has one in twelve of all
_LONGEST: Final = 60  # acts; with their mistakes some 90 events; book.py keeps it below what the register holds


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What all companies of one simulation share. `offsets` shifts each register's numbers, by the seed."""

    seed: str
    companies: int
    knobs: Knobs
    words: Vocabulary
    shares: Mapping[str, float]
    offsets: Mapping[str, int]

    def rng(self, index: int) -> Random:
        """Give the chances of one company: it can be generated alone."""
        return Random(f"{self.seed}:{index}")

    def home_of(self, index: int) -> RegistrationId:
        """Give the home registration id of a company without its story."""
        state = self.words.states[weighted(self.rng(index), self.shares)]
        return numbers.registration_of(state, index, 0, self.offsets[state.code])


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One registration: what reaches the topics, in order of arrival, and the truth."""

    state: State
    deliveries: Sequence[Delivery]
    events: int
    void: bool
    truth: Truth


def story(world: World, index: int) -> Iterator[Chapter]:
    """Tell the story of a company: its home registration first, then its branches."""
    rng = world.rng(index)
    state = world.words.states[weighted(rng, world.shares)]
    home = _person(world, rng, index, state)
    name = shared_name(world.seed, index, rng, world.words, state, home) if home.shared is not None else None
    name = name or facts.new_name(rng, world.words, state, home.serial, home.scripts)
    born = _BORN + timedelta(days=int(rng.random() * _BORN_DAYS))
    yield _chapter(world, _life(world, rng, home, name, born), f"sim:{world.seed}:{index}.0")
    if rng.random() >= world.knobs.branches:
        return
    others = [code for code in world.words.states if code != state.code]
    for slot in range(1, 1 + pick(rng, (1, 1, 2, 3))):
        abroad = world.words.states[others.pop(int(rng.random() * len(others)))]
        branch = _branch(world, home, abroad, slot)
        opened = born + timedelta(days=int(rng.random() * max((TODAY - born).days - 60, 1)))
        yield _chapter(
            world,
            _life(world, rng, branch, _name_abroad(rng, name, abroad), opened),
            f"sim:{world.seed}:{index}.{slot}",
        )


def _person(world: World, rng: Random, index: int, state: State) -> Person:
    number = numbers.registration_number(state, index, 0, world.offsets[state.code])
    scripts = weighted(rng, state.languages)
    return Person(
        state=state,
        registration_id=RegistrationId(f"{state.authority}.{number}"),
        number=number,
        index=index,
        serial=str(index + 1),
        scripts=("ar", "en") if scripts == "both" else (scripts,),
        home=None,
        peer=partial(_stranger, world, state, index),
        lei=numbers.lei(index, world.seed) if rng.random() < world.knobs.lei else None,
        shared=shared_identifier(rng) if rng.random() < world.knobs.decoys else None,
    )


def _stranger(world: World, state: State, index: int, rng: Random) -> RegistrationId:
    """Find another company of the same register; where luck finds none, a number there that nobody has."""
    for _ in range(_TRIES):
        other = int(rng.random() * world.companies)
        found = world.home_of(other)
        if other != index and found.startswith(state.authority):
            return found
    return numbers.registration_of(state, world.companies, 0, world.offsets[state.code])


def _branch(world: World, home: Person, state: State, slot: int) -> Person:
    offset = world.offsets[state.code]
    number = numbers.registration_number(state, home.index, slot, offset)
    return Person(
        state=state,
        registration_id=RegistrationId(f"{state.authority}.{number}"),
        number=number,
        index=home.index,
        serial=home.serial,
        scripts=("ar", "en"),
        home=home.registration_id,
        peer=partial(_stranger, world, state, home.index),
        lei=home.lei,
        shared=None,
    )


def _name_abroad(rng: Random, name: facts.Name, state: State) -> facts.Name:
    """A branch bears the company's name, in both scripts, mostly said to be a branch."""
    return facts.Name(
        stem=name.stem,
        qualifier=name.qualifier,
        sector=name.sector,
        form=pick(rng, state.forms),
        serial=name.serial,
        scripts=("ar", "en"),
        eastern=name.eastern,
        branch=rng.random() < 0.7,
        plain=name.plain,
    )


def _life(world: World, rng: Random, person: Person, name: facts.Name, born: date) -> Life:
    """Live: the entry, then act after act until today, or until an end that is mostly final."""
    life = Life(rng, person, name, world.words, world.knobs, born)
    enter(life)
    if rng.random() < world.knobs.void_share:
        life.void = True
        return life
    planned = min(1 + int(rng.expovariate(1 / world.knobs.acts)) if world.knobs.acts else 0, _LONGEST)
    pause = max((TODAY - born).days // (planned + 1), 2)
    for _ in range(planned):
        life.pass_days(pause // 2, pause + pause // 2)
        if life.day > TODAY:
            break
        if acts.needs_number_change(life):
            acts.change_number(life)
        elif life.status in acts.RESTING and rng.random() < 0.95:
            break
        else:
            acts.CHANCES[life.status].draw(rng)(life)
    if person.state.code == "SA" and life.day < NUMBER_CHANGE and life.status not in acts.RESTING:
        life.day = NUMBER_CHANGE + timedelta(days=int(rng.random() * 200))
        acts.change_number(life)
    return life


def _chapter(world: World, life: Life, prefix: str) -> Chapter:
    book = book_of(life, prefix)
    state, rng = life.person.state, life.rng
    deliveries = [
        Delivery(publisher=state.publisher, key=event.registration_id, event=event)
        for event in delivered(rng, book.events, world.knobs)
    ]
    if rng.random() < world.knobs.invalid_share:
        bad = refusal(rng, pick(rng, book.events), book.events[-1], state)
        place = len(deliveries) if bad.after_others else int(rng.random() * (len(deliveries) + 1))
        deliveries.insert(place, bad)
    return Chapter(
        state=state, deliveries=deliveries, events=len(book.events), void=life.void, truth=truth_of(life, book)
    )
