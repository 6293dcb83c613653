"""Mistakes in entries and their corrections: the first entry of the registry, and the later ones.

Each mistake states which of its entries has the act's true content in the end. That is known by design, from reading
the pattern, and is not computed by the rules under test.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from register.events import EventKind
from simulation.invented_values import WRONG, identifier
from simulation.registration_life import Act, Person
from simulation.vocabulary import pick


@dataclass(frozen=True, slots=True)
class LaterEntry:
    """A later entry that corrects or withdraws the entry at `target`, counted from 0, the first entry."""

    kind: EventKind
    target: int
    right: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """A first entry, right or mistyped, and the later ones; `bearer` is the entry that holds, None where none does."""

    right: bool
    steps: tuple[LaterEntry, ...]
    bearer: int | None


def _wrong(target: int) -> LaterEntry:
    return LaterEntry(EventKind.CORRECTED, target)


def _right(target: int) -> LaterEntry:
    return LaterEntry(EventKind.CORRECTED, target, right=True)


def _withdraw(target: int) -> LaterEntry:
    return LaterEntry(EventKind.WITHDRAWN, target)


_MISLINKED: Final = 0.5  # share of the mistakes in acts that state who belongs together; they are few

AS_IT_WAS: Final = Mistake(True, (), 0)

PUT_RIGHT: Final = (
    Mistake(False, (_right(0),), 1),  # a correction: four in ten
    Mistake(False, (_right(0),), 1),
    Mistake(False, (_right(0),), 1),
    Mistake(False, (_right(0),), 1),
    Mistake(False, (_wrong(0), _right(0)), 2),  # the first correction was wrong too
    Mistake(False, (_wrong(0), _right(1)), 2),  # a correction of the correction
    Mistake(False, (_wrong(0), _right(1), _wrong(2), _withdraw(3)), 2),
    Mistake(True, (_wrong(0), _withdraw(1)), 0),  # a correction that should not have been, withdrawn
    Mistake(True, (_wrong(0), _wrong(1), _withdraw(1)), 0),  # what corrected the withdrawn correction falls with it
    Mistake(True, (_wrong(0), _withdraw(1), _withdraw(2), _withdraw(3)), 0),
    Mistake(True, (_withdraw(0), _withdraw(1)), 0),  # a withdrawal by mistake, withdrawn
    Mistake(False, (_right(0), _wrong(0), _withdraw(2)), 1),  # the older correction comes back
    Mistake(False, (_withdraw(0), _right(0)), 2),  # withdrawn, then entered again as a correction
)

PHANTOMS: Final = (
    Mistake(False, (_withdraw(0),), None),  # six in ten
    Mistake(False, (_withdraw(0),), None),
    Mistake(False, (_withdraw(0),), None),
    Mistake(False, (_withdraw(0),), None),
    Mistake(False, (_wrong(0), _withdraw(0)), None),
    Mistake(False, (_wrong(0), _withdraw(1), _withdraw(0)), None),
    Mistake(False, (_withdraw(0), _withdraw(1), _withdraw(2)), None),  # withdrawn after all
)


@dataclass(slots=True)
class Entry:
    """One line in the registry's book. `at` is its place: between 2 and 3, it follows the third act."""

    at: float
    kind: EventKind
    effective_date: date
    stated: Mapping[str, Any]
    cleared: tuple[str, ...]
    target: "Entry | None" = None
    number: int = 0


def write(rng: Random, person: Person, act: Act, at: float, end: float, mistake: Mistake) -> list[Entry]:
    """Write an act into the book, with its mistake: each further entry at a later place, before `end`."""
    first = act if mistake.right else mistyped(rng, person, act)
    entries = [Entry(at, first.kind, first.effective_date, first.stated, first.cleared)]
    for step in mistake.steps:
        at += (end - at) * rng.random() * 0.7
        target = entries[step.target]
        if step.kind is EventKind.WITHDRAWN:
            entries.append(Entry(at, step.kind, act.effective_date, {}, (), target))
        else:
            content = act if step.right else mistyped(rng, person, act)
            entries.append(Entry(at, step.kind, content.effective_date, content.stated, content.cleared, target))
    return entries


def mistyped(rng: Random, person: Person, act: Act) -> Act:
    """Mistype an act: a wrong value, a value left out, a wrong day, or something that does not belong there."""
    mislinked = _mislinked(rng, person, act)
    if mislinked:
        return Act(kind=act.kind, effective_date=act.effective_date, stated=mislinked, cleared=act.cleared)
    stated = dict(act.stated)
    cleared, day, point = act.cleared, act.effective_date, rng.random()
    can_be_wrong = [name for name in stated if name in WRONG]
    can_be_missed = [name for name in stated if name != "legal_name"]
    if point < 0.12:
        day -= timedelta(days=1 + int(rng.random() * 30))
    elif can_be_wrong and point < 0.65:
        name = pick(rng, can_be_wrong)
        stated[name] = WRONG[name](rng, stated[name])
    elif can_be_missed and point < 0.78:
        del stated[pick(rng, can_be_missed)]
    elif "website" not in stated and "website" not in cleared and point < 0.9:
        stated["website"] = "https://sim-mistyped.example"
    elif not cleared and "particulars" not in stated:
        cleared = ("particulars",)
    else:
        day -= timedelta(days=1 + int(rng.random() * 30))
    return Act(kind=act.kind, effective_date=day, stated=stated, cleared=cleared)


def _mislinked(rng: Random, person: Person, act: Act) -> dict[str, Any] | None:
    """State another company's home or LEI, which makes them one company until the correction."""
    names = [name for name in ("home_registration", "identifiers") if name in act.stated]
    if not names or rng.random() >= _MISLINKED:
        return None
    if pick(rng, names) == "home_registration":
        return {**act.stated, "home_registration": person.abroad(rng)}
    lei = person.other_lei(rng)
    if lei is None:
        return None
    own = (one for one in act.stated["identifiers"] if one["scheme"] != "LEI")
    return {**act.stated, "identifiers": [*own, identifier("LEI", lei)]}
