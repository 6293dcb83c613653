"""The expected entry of each registration, and the expected outcomes of the events."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from register.events import RegistrationEvent
from register.ids import EventId, RegistrationId
from register.properties import Properties
from simulation.registration_life import Life
from simulation.registry_book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationTruth:
    """The expected entry of one registration; for each property the event that stated its value.

    `home` is the registration of the one legal entity to which it truly belongs. The register can only know this if it
    was told so, see `company_truth.companies_of`. A void entry has no properties. `lei` is the company's own;
    `is_decoy` tells that it looks like strangers.
    """

    registration_id: RegistrationId
    home: RegistrationId
    properties: Properties
    behind: Mapping[str, RegistrationEvent]
    lei: str | None
    is_decoy: bool

    @property
    def stated_by(self) -> Mapping[str, EventId]:
        """The id of the event that stated each property."""
        return {name: event.event_id for name, event in self.behind.items()}


@dataclass(slots=True, kw_only=True)
class Expected:
    """Counts of a whole simulation. No event is ever stale: histories stay far below what the register holds."""

    entities: int = 0
    """The number of invented legal entities."""
    companies: int = 0
    """The number of companies with properties that the register must hold in the end."""
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
        """The number of records that reach a topic."""
        return self.accepted + self.duplicate + self.rejected

    def add(self, publisher: str, outcome: str, count: int) -> None:
        """Count events of one outcome."""
        setattr(self, outcome, getattr(self, outcome) + count)
        self.by_publisher.setdefault(publisher, Counter())[outcome] += count


def truth_of(life: Life, book: Book, home: RegistrationId) -> RegistrationTruth:
    """Make the truth: the facts of a life, and the events that state them."""
    person = life.person
    return RegistrationTruth(
        registration_id=person.registration_id,
        home=home,
        properties={} if life.void else life.facts,
        behind={} if life.void else {name: book.bearers[act] for name, act in life.behind.items()},
        lei=person.lei,
        is_decoy=person.shared is not None,
    )
