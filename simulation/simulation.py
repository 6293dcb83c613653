"""A simulated world of registries: synthetic companies over the six member states, and the truth about each.

Everything follows from the seed. Company `i` can be generated alone. A stream of millions of events holds only a window
of companies in memory. Event ids begin with `sim:`, names bear a mark: nobody takes this for a real register.
"""

import re
from collections.abc import Iterator
from random import Random
from typing import Any, Final

from register.events import RegistrationEvent
from schemas.codec.records import event_datum
from schemas.codec.wire import encode
from simulation.company_generator import Chapter, World, story
from simulation.company_truth import CompanyTruth, companies_of
from simulation.delivery_order import Delivery
from simulation.entry_then import EntryBook
from simulation.registration_numbers import capacity
from simulation.registration_truth import Expected, RegistrationTruth
from simulation.simulation_settings import NumberOutOfRange, SimulationSettings
from simulation.vocabulary import vocabulary

EVENT_ID_PREFIX: Final = "sim:"
LONGEST_SEED: Final = 40  # characters; it is a part of every event id
_SEED: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_SEED}}}")
SHUFFLED_AT_ONCE: Final = 400_000  # deliveries; all of 20,000 companies, some 800 MB at most


class WrongSeed(ValueError):
    """A text cannot be the seed of a simulation."""


class Simulation:
    """Histories of `companies` companies from a `seed`; `settings` are the fields of SimulationSettings.

    Immutable and cheap to make: nothing is generated before it is asked for, and nothing is kept.
    """

    def __init__(self, seed: int | str, companies: int, **settings: Any) -> None:
        words = vocabulary()
        most = min(capacity(register) for register in words.registers.values())
        if not 0 <= companies <= most:
            message = f"{companies} companies: between 0 and {most}, beyond that a register runs out of numbers"
            raise NumberOutOfRange(message, "companies", companies, 0, most)
        if not _SEED.fullmatch(str(seed)):
            raise WrongSeed(f"{seed!r} is no seed: use up to {LONGEST_SEED} letters, digits, hyphens and underscores")
        rng = Random(f"{seed}:world")
        self.seed = str(seed)
        self.companies = companies
        self.settings = SimulationSettings(**settings)
        self._world = World(
            seed=self.seed,
            companies=companies,
            settings=self.settings,
            words=words,
            shares={code: register.share for code, register in words.registers.items()},
            offsets={code: rng.randrange(10**9) for code in words.registers},
        )

    @property
    def ce_source(self) -> str:
        """The CloudEvents source of every simulated event."""
        return f"urn:sijill:simulation:{self.seed}"

    def events(self) -> Iterator[RegistrationEvent]:
        """Give the good events in order of arrival, also repeated and late ones."""
        return (one.event for one in self.deliveries() if one.rejected is None)

    def deliveries(self) -> Iterator[Delivery]:
        """Give all deliveries in order of arrival, also those that must be refused.

        The histories of `window` companies run side by side; those of one registration keep their order.
        """
        rng = Random(f"{self.seed}:arrival")
        waiting = (deliveries for index in range(self.companies) for deliveries in self._deliveries_of(index))
        running = [mail for _, mail in zip(range(self.settings.window), waiting, strict=False)]
        while running:
            place = int(rng.random() * len(running))
            following = next(running[place], None)
            if following is not None:
                yield following
                continue
            fresh = next(waiting, None)
            if fresh is not None:
                running[place] = fresh
            else:
                running[place] = running[-1]
                running.pop()

    def shuffled(self, seed: int | str, *, at_once: int = SHUFFLED_AT_ONCE) -> Iterator[Delivery]:
        """Give the same deliveries in another order, across registrations and within them.

        Up to `at_once` deliveries are held: a larger simulation is shuffled within a sliding window of that size.
        What is refused only because of another event still comes after it, at the end.
        """
        rng = Random(f"{self.seed}:shuffled:{seed}")
        held: list[Delivery] = []
        at_the_end: list[Delivery] = []
        for chapter in self._chapters():
            for one in chapter.deliveries:
                (at_the_end if one.after_others else held).append(one)
            while len(held) > at_once:
                place = int(rng.random() * len(held))
                held[place], held[-1] = held[-1], held[place]
                yield held.pop()
        rng.shuffle(held)
        yield from held
        yield from at_the_end

    def frames(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Give (publisher, key, framed Avro value) of all deliveries: what a load generator sends."""
        for one in self.deliveries():
            yield one.publisher, one.key.encode(), encode("RegistrationEvent", event_datum(one.event))

    def truth(self, index: int) -> tuple[RegistrationTruth, ...]:
        """Give the entries that must come out of company `index`: its home registration's first, then its branches'."""
        return tuple(chapter.truth for chapter in story(self._world, index))

    def truths(self) -> Iterator[RegistrationTruth]:
        """Give the expected entry of each registration."""
        return (chapter.truth for chapter in self._chapters())

    def company_truths(self) -> Iterator[CompanyTruth]:
        """Give the expected companies with their records; a void registration makes a company without registrations."""
        return (company for index in range(self.companies) for company in companies_of(self.truth(index)))

    def books(self) -> Iterator[EntryBook]:
        """Give the registry's book of each registration."""
        for chapter in self._chapters():
            lines = {one.event.event_id: one.event for one in chapter.deliveries if one.rejected is None}
            yield EntryBook(
                register=chapter.register,
                registration_id=chapter.truth.registration_id,
                lines=sorted(lines.values(), key=lambda line: line.sequence),
            )

    def expected(self) -> Expected:
        """Count the expected outcomes of the events. Generates the whole world once, and keeps none of it."""
        counts = Expected(entities=self.companies)
        for index in range(self.companies):
            chapters = list(story(self._world, index))
            companies = companies_of([chapter.truth for chapter in chapters])
            counts.companies += sum(bool(one.registrations) for one in companies)
            for chapter in chapters:
                _count(counts, chapter)
        return counts

    def count(self) -> int:
        """Count the deliveries. Generates the whole world once, and keeps none of it."""
        return sum(len(chapter.deliveries) for chapter in self._chapters())

    def _chapters(self) -> Iterator[Chapter]:
        for index in range(self.companies):
            yield from story(self._world, index)

    def _deliveries_of(self, index: int) -> Iterator[Iterator[Delivery]]:
        return (iter(chapter.deliveries) for chapter in story(self._world, index))


def _count(counts: Expected, chapter: Chapter) -> None:
    publisher = chapter.register.publisher
    refused = [one for one in chapter.deliveries if one.rejected is not None]
    counts.registrations += 1
    counts.void += chapter.void
    counts.add(publisher, "accepted", chapter.events)
    counts.add(publisher, "duplicate", len(chapter.deliveries) - len(refused) - chapter.events)
    for one in refused:
        counts.add(one.publisher, "rejected", 1)
        counts.by_code[one.rejected or ""] += 1
