"""What must come out: the record of each registration, and how many events end how."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from producers.simulation.book import Book
from producers.simulation.life import Life
from register.ids import CompanyId, EventId, RegistrationId, company_id
from register.properties import Properties


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The record that must come out of one registration; for each property the event that stated its value.

    `company_id` holds while every registration is its own company; `home` is the registration of the one legal
    entity that it truly belongs to (its own where it is no branch). A void entry has no properties.
    """

    registration_id: RegistrationId
    company_id: CompanyId
    home: RegistrationId
    properties: Properties
    stated_by: Mapping[str, EventId]


@dataclass(slots=True, kw_only=True)
class Expected:
    """Counts of a whole simulation. No event is ever stale: histories stay far below what the register holds."""

    companies: int = 0
    registrations: int = 0
    void: int = 0
    accepted: int = 0
    duplicate: int = 0
    stale: int = 0
    rejected: int = 0
    by_publisher: dict[str, Counter[str]] = field(default_factory=dict)
    """Publisher to outcome to count."""
    by_code: Counter[str] = field(default_factory=Counter)

    @property
    def deliveries(self) -> int:
        """All records that reach a topic."""
        return self.accepted + self.duplicate + self.rejected

    def add(self, publisher: str, outcome: str, count: int) -> None:
        """Count events of one outcome."""
        setattr(self, outcome, getattr(self, outcome) + count)
        self.by_publisher.setdefault(publisher, Counter())[outcome] += count


def truth_of(life: Life, book: Book) -> Truth:
    """Read off the truth: the facts of the life, and the events that bear the acts behind them."""
    person = life.person
    return Truth(
        registration_id=person.registration_id,
        company_id=company_id(person.registration_id),
        home=person.home if person.home is not None else person.registration_id,
        properties={} if life.void else life.facts,
        stated_by={} if life.void else {name: book.bearers[act] for name, act in life.behind.items()},
    )
