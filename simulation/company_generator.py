"""The whole story of one simulated company: its home registration and its branches in other member states.

A Saudi registration of before April 2025 may be two entries: one under each of its numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any, Final

from register.ids import RegistrationId
from simulation import invented_values, registration_events, registration_numbers
from simulation.decoys import agents_lei, shared_identifier, shared_name
from simulation.delivery_order import Delivery, in_order_of_arrival
from simulation.first_entry import NUMBER_CHANGE, enter
from simulation.refusals import refusal
from simulation.registration_life import TODAY, Life, Person
from simulation.registration_truth import RegistrationTruth, truth_of
from simulation.registry_book import book_of
from simulation.simulation_settings import SimulationSettings
from simulation.vocabulary import NationalRegister, SimulatedWords, pick, weighted

_BORN: Final = date(1996, 1, 1)
_BORN_DAYS: Final = (date(2025, 9, 1) - _BORN).days
_ESTABLISHED: Final = timedelta(days=60)  # an entry of before the Saudi number change has a life before it
_TRIES: Final = 30  # strangers looked at; the smallest register has one in twelve of all
_CLIENTS_VOID: Final = 0.3  # with more entries withdrawn whole, an agent may be left with few clients
_LONGEST: Final = (
    60  # acts; with their mistakes some 90 events; registry_book.py keeps it below what the register holds
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The shared parts of one simulation. `offsets` shifts each register's numbers, by the seed."""

    seed: str
    companies: int
    settings: SimulationSettings
    words: SimulatedWords
    shares: Mapping[str, float]
    offsets: Mapping[str, int]

    def rng(self, index: int) -> Random:
        """Give the random numbers of one company, so that it can be generated alone."""
        return Random(f"{self.seed}:{index}")

    def home_of(self, index: int) -> RegistrationId:
        """Give the home registration id of a company without its story."""
        register = self.words.registers[weighted(self.rng(index), self.shares)]
        return registration_numbers.registration_of(register, index, 0, self.offsets[register.member_state])

    def lei_of(self, index: int) -> str | None:
        """Give the LEI of a company without its story."""
        rng = self.rng(index)
        return _person(self, rng, index, self.words.registers[weighted(rng, self.shares)]).lei


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One registration: its deliveries in order of arrival, and the truth."""

    register: NationalRegister
    deliveries: Sequence[Delivery]
    events: int
    void: bool
    truth: RegistrationTruth


def story(world: World, index: int) -> Iterator[Chapter]:
    """Generate a company: its home registration first, then its branches."""
    rng = world.rng(index)
    register = world.words.registers[weighted(rng, world.shares)]
    home = _person(world, rng, index, register)
    name = shared_name(world.seed, index, rng, world.words, register, home) if home.shared is not None else None
    name = name or invented_values.new_name(rng, world.words, register, home.serial, home.scripts)
    born = _BORN + timedelta(days=int(rng.random() * _BORN_DAYS))
    at_home = _lives(world, rng, home, name, born)
    yield from _chapters(world, rng, at_home, at_home, 0)
    if rng.random() >= world.settings.branches:
        return
    others = [code for code in world.words.registers if code != register.member_state]
    for slot in range(1, 1 + pick(rng, (1, 1, 2, 3))):
        abroad = world.words.registers[others.pop(int(rng.random() * len(others)))]
        opened = born + timedelta(days=int(rng.random() * max((TODAY - born).days - 60, 1)))
        branch = _branch(world, rng, home, pick(rng, at_home).person.registration_id, abroad, slot)
        lives = _lives(world, rng, branch, _name_abroad(rng, name, abroad), opened)
        yield from _chapters(world, rng, lives, at_home, slot)


def _person(world: World, rng: Random, index: int, register: NationalRegister) -> Person:
    number = registration_numbers.registration_number(register, index, 0, world.offsets[register.member_state])
    scripts = weighted(rng, register.languages)
    return Person(
        register=register,
        registration_id=RegistrationId(f"{register.authority}.{number}"),
        number=number,
        index=index,
        serial=str(index + 1),
        scripts=("ar", "en") if scripts == "both" else (scripts,),
        home=None,
        is_branch=False,
        jurisdiction=register.member_state,
        peer=partial(_stranger, world, register, index),
        abroad=partial(_stranger_abroad, world, register, index),
        other_lei=partial(_strangers_lei, world, index),
        lei=registration_numbers.lei(index, world.seed) if rng.random() < world.settings.lei else None,
        cr=registration_numbers.saudi_cr(index, world.offsets["SA"]),
        succeeds=False,
        shared=_identifier_of_decoy(world, rng, index),
    )


def _identifier_of_decoy(world: World, rng: Random, index: int) -> Mapping[str, Any] | None:
    """Give a decoy's identifier; None for most companies, which are no decoys."""
    settings = world.settings
    of_agent = agents_lei(world.seed, index, world.companies) if settings.void_share <= _CLIENTS_VOID else None
    drawn = shared_identifier(rng) if rng.random() < settings.decoys else None
    return of_agent if of_agent is not None and settings.decoys else drawn


def _stranger(world: World, register: NationalRegister, index: int, rng: Random) -> RegistrationId:
    """Find another company of the same register; where luck finds none, a number there that nobody has."""
    for _ in range(_TRIES):
        other = int(rng.random() * world.companies)
        found = world.home_of(other)
        if other != index and found.startswith(register.authority):
            return found
    return registration_numbers.registration_of(register, world.companies, 0, world.offsets[register.member_state])


def _stranger_abroad(world: World, register: NationalRegister, index: int, rng: Random) -> RegistrationId:
    """Find another company, of another member state; where luck finds none, a number there that nobody has."""
    for _ in range(_TRIES):
        other = int(rng.random() * world.companies)
        found = world.home_of(other)
        if other != index and not found.startswith(register.authority):
            return found
    elsewhere = next(one for one in world.words.registers.values() if one.member_state != register.member_state)
    return registration_numbers.registration_of(elsewhere, world.companies, 0, world.offsets[elsewhere.member_state])


def _strangers_lei(world: World, index: int, rng: Random) -> str | None:
    """Find another company's LEI; None where luck finds none."""
    for _ in range(_TRIES if world.settings.lei else 0):
        other = int(rng.random() * world.companies)
        found = world.lei_of(other)
        if other != index and found is not None:
            return found
    return None


def _branch(
    world: World, rng: Random, home: Person, at_home: RegistrationId, register: NationalRegister, slot: int
) -> Person:
    offset = world.offsets[register.member_state]
    number = registration_numbers.registration_number(register, home.index, slot, offset)
    return replace(
        home,
        register=register,
        registration_id=RegistrationId(f"{register.authority}.{number}"),
        number=number,
        scripts=("ar", "en"),
        home=None if home.lei is not None and rng.random() < world.settings.unnamed else at_home,
        is_branch=True,
        peer=partial(_stranger, world, register, home.index),
        abroad=partial(_stranger_abroad, world, register, home.index),
        shared=None,
    )


def _name_abroad(rng: Random, name: invented_values.Name, register: NationalRegister) -> invented_values.Name:
    """A branch bears the company's name, in both scripts, mostly said to be a branch."""
    return replace(name, form=pick(rng, register.forms), scripts=("ar", "en"), branch=rng.random() < 0.7)


def _lives(world: World, rng: Random, person: Person, name: invented_values.Name, born: date) -> list[Life]:
    """Generate the lives of a registration's entries, today's first: two where it got another number."""
    is_old = person.register.member_state == "SA" and born < NUMBER_CHANGE - _ESTABLISHED
    if not is_old or rng.random() >= world.settings.renumbered:
        return [_life(world, rng, person, name, born)]
    under_cr = replace(person, registration_id=RegistrationId(f"{person.register.authority}.{person.cr}"))
    old = _life(world, rng, under_cr, name, born, until=NUMBER_CHANGE - timedelta(days=1))
    if not old.void and old.status in registration_events.RESTING:
        return [old]
    anew = NUMBER_CHANGE + timedelta(days=int(rng.random() * 200))
    if not old.void and rng.random() < 0.5:
        old.day = anew
        registration_events.change_number(old)
    return [_life(world, rng, replace(person, succeeds=True), old.name, anew), old]


def _life(
    world: World, rng: Random, person: Person, name: invented_values.Name, born: date, until: date = TODAY
) -> Life:
    """Generate a life: the entry, then acts until a day, or until an end that is mostly final."""
    life = Life(rng, person, name, world.words, world.settings, born)
    enter(life)
    if rng.random() < world.settings.void_share:
        life.void = True
        return life
    planned = min(1 + int(rng.expovariate(1 / world.settings.acts)) if world.settings.acts else 0, _LONGEST)
    pause = max((until - born).days // (planned + 1), 2)
    for _ in range(planned):
        life.pass_days(pause // 2, pause + pause // 2)
        if life.day > until:
            break
        if registration_events.needs_number_change(life):
            registration_events.change_number(life)
        elif life.status in registration_events.RESTING and rng.random() < 0.95:
            break
        else:
            registration_events.CHANCES[life.status].draw(rng)(life)
    if (
        until is TODAY
        and person.register.member_state == "SA"
        and life.day < NUMBER_CHANGE
        and life.status not in registration_events.RESTING
    ):
        life.day = NUMBER_CHANGE + timedelta(days=int(rng.random() * 200))
        registration_events.change_number(life)
    return life


def _chapters(
    world: World, rng: Random, lives: Sequence[Life], at_home: Sequence[Life], slot: int
) -> Iterator[Chapter]:
    """Make the chapters of one registration's entries; an entry under an older number has its own slot."""
    for number, life in enumerate(lives):
        prefix = f"sim:{world.seed}:{life.person.index}.{slot + number * registration_numbers.SLOTS}"
        yield _chapter(world, rng, life, prefix, at_home[0].person.registration_id)


def _chapter(world: World, rng: Random, life: Life, prefix: str, home: RegistrationId) -> Chapter:
    book = book_of(life, prefix)
    register = life.person.register
    deliveries = [
        Delivery(publisher=register.publisher, key=event.registration_id, event=event)
        for event in in_order_of_arrival(rng, book.events, world.settings)
    ]
    if rng.random() < world.settings.invalid_share:
        bad = refusal(rng, pick(rng, book.events), book.events[-1], register)
        place = len(deliveries) if bad.after_others else int(rng.random() * (len(deliveries) + 1))
        deliveries.insert(place, bad)
    return Chapter(
        register=register,
        deliveries=deliveries,
        events=len(book.events),
        void=life.void,
        truth=truth_of(life, book, home),
    )
