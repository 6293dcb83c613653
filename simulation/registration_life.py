"""The true history of one registration, invented act by act, and the facts that hold after it.

The truth is computed here. Each act states which facts follow from it; nothing is derived by rules of
`register`. `mistakes.py` and `delivery_order.py` add mistakes and delays later. They never touch the facts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from register.events import EventKind
from register.ids import RegistrationId
from register.status import EntityStatus
from simulation.invented_values import Name
from simulation.simulation_settings import SimulationSettings
from simulation.vocabulary import NationalRegister, SimulatedWords, pick

TODAY: Final = date(2025, 11, 30)  # no clock: a simulation looks the same on every day
UNMAPPED_WORD: Final = "حالة محاكاة غير مدرجة"  # "a simulated status that is on no list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act as it must hold in the end."""

    kind: EventKind
    effective_date: date
    stated: Mapping[str, Any]
    cleared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The fixed facts of a registration. `home` is the registration that a branch names as its home, if any.

    `number` is the one that holds today. A Saudi entry of before April 2025 may stand under `cr`, and another one that
    `succeeds` it under `number`.
    """

    register: NationalRegister
    registration_id: RegistrationId
    number: str
    index: int
    serial: str
    scripts: Sequence[str]
    home: RegistrationId | None
    is_branch: bool
    jurisdiction: str
    peer: Callable[[Random], RegistrationId]
    """Finds another company of the same register, for mergers."""
    abroad: Callable[[Random], RegistrationId]
    """Finds another company of another member state, for mistakes."""
    other_lei: Callable[[Random], str | None]
    """Finds another company's LEI, for mistakes."""
    lei: str | None
    cr: str
    succeeds: bool
    shared: Mapping[str, Any] | None
    """An identifier shared with other companies (a decoy)."""


class Life:
    """The present facts of one registration, and the act that stated each (`behind`, by position)."""

    __slots__ = (
        "acts",
        "behind",
        "day",
        "facts",
        "former",
        "name",
        "names",
        "person",
        "rng",
        "settings",
        "void",
        "words",
    )

    def __init__(
        self, rng: Random, person: Person, name: Name, words: SimulatedWords, settings: SimulationSettings, born: date
    ) -> None:
        self.rng = rng
        self.person = person
        self.name = name
        self.names = [name]
        self.words = words
        self.settings = settings
        self.day = born
        self.acts: list[Act] = []
        self.facts: dict[str, Any] = {}
        self.behind: dict[str, int] = {}
        self.former: list[dict[str, str]] = []
        self.void = False  # entered by mistake and withdrawn whole

    @property
    def status(self) -> EntityStatus:
        """Our status now."""
        return EntityStatus(self.facts["entity_status"])

    def happen(
        self,
        kind: EventKind,
        stated: Mapping[str, Any],
        *,
        follows: Mapping[str, Any] | None = None,
        cleared: tuple[str, ...] = (),
        gone: Iterable[str] = (),
    ) -> None:
        """Add an act of today. `follows` are the facts that it implies, `gone` those that it removes implicitly."""
        self.acts.append(Act(kind=kind, effective_date=self.day, stated=stated, cleared=cleared))
        for name in (*cleared, *gone):
            del self.facts[name], self.behind[name]
        for name, value in stated.items():
            self._hold(name, value)
        if follows:
            for name, value in follows.items():
                self._hold(name, value)

    def word_for(self, status: EntityStatus) -> tuple[str | None, EntityStatus]:
        """Choose the registry's word for a status, and its meaning. None: the registry has no word for it."""
        if self.rng.random() < self.settings.unmapped:
            return UNMAPPED_WORD, EntityStatus.UNKNOWN
        choices = self.person.register.words.get(status)
        return (pick(self.rng, choices) if choices else None), status

    def rename(self, name: Name) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
        """Take another name; returns the stated values, the derived facts, and the removed ones."""
        new = name.texts(self.words.mark)
        kept = [text for text in self.former if text not in new]
        replaced = [text for text in self.facts["legal_name"] if text not in new and text not in kept]
        self.former = kept + replaced
        self.name = name
        self.names.append(name)
        if self.former:
            return {"legal_name": new}, {"previous_legal_names": list(self.former)}, ()
        return {"legal_name": new}, {}, ("previous_legal_names",) if "previous_legal_names" in self.facts else ()

    def pass_days(self, least: int, most: int) -> None:
        """Let time pass."""
        self.day += timedelta(days=least + int(self.rng.random() * (most - least + 1)))

    def _hold(self, name: str, value: Any) -> None:
        """Set a fact; a fact that is stated again unchanged keeps its first act."""
        if name not in self.facts or self.facts[name] != value:
            self.facts[name] = value
            self.behind[name] = len(self.acts) - 1
