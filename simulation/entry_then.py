"""What one entry stated on a day, by the known lines of its book: looked up backwards, fact by fact.

The truth's own reading of docs/explanation/any-order.md. It asks of each fact which line said it last. Nothing is
folded, and nothing is shared with the code that folds.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from register.events import EventKind, RegistrationEvent
from register.ids import EventId, RegistrationId
from register.legal_forms import LegalForm
from register.status import EntityStatus
from simulation.registration_truth import RegistrationTruth
from simulation.vocabulary import NationalRegister

_MISTYPED: Final = " *"  # how a clerk mistypes a legal form; a sign that no map looks at
_FATES: Final = {
    EventKind.SUSPENDED: "SUSPENDED",
    EventKind.REINSTATED: "ACTIVE",
    EventKind.LIQUIDATION_OPENED: "IN_LIQUIDATION",
    EventKind.STRUCK_OFF: "STRUCK_OFF",
    EventKind.MERGED_INTO: "TRANSFERRED",
}
_GONE: Final = object()
_UNTOUCHED: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBook:
    """A registry's book of one entry: its lines by sequence."""

    register: NationalRegister
    registration_id: RegistrationId
    lines: Sequence[RegistrationEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingLine:
    """A line that nobody had withdrawn, and what it says in the end: itself, or a correction."""

    line: RegistrationEvent
    says: RegistrationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    value: Any
    stated_in: RegistrationEvent


def standing_lines(book: EntryBook, known: Container[EventId]) -> list[StandingLine]:
    """List the lines that stand, as far as the lines of a book are known."""
    lines = [line for line in book.lines if line.event_id in known]
    later: dict[EventId, list[RegistrationEvent]] = {}
    for line in lines:
        if line.replaces is not None:
            later.setdefault(line.replaces, []).append(line)
    places = ((line, _final_content(line, later)) for line in lines if line.replaces is None)
    return [StandingLine(line=line, says=says) for line, says in places if says is not None]


def _final_content(
    line: RegistrationEvent, later: Mapping[EventId, Sequence[RegistrationEvent]]
) -> RegistrationEvent | None:
    """Read what the last valid correction of a line says; None where it was withdrawn."""
    for one in reversed(later.get(line.event_id, ())):
        says = _final_content(one, later)
        if says is not None:  # else that correction was itself withdrawn
            return None if says.kind is EventKind.WITHDRAWN else says
    return line


def entry_then(book: EntryBook, standing: Sequence[StandingLine], as_of: date | None) -> RegistrationTruth:
    """Tell what an entry stated on a day; None: whatever the day."""
    in_force = [one for one in standing if as_of is None or one.says.effective_date <= as_of]
    facts = _Facts(book, in_force)
    mentioned = {name for one in in_force for name in one.says.stated} | {*_DERIVED}
    held = {name: fact for name in sorted(mentioned) if (fact := facts.held(name, len(in_force))) is not None}
    return RegistrationTruth(
        registration_id=book.registration_id,
        home=book.registration_id,
        properties={name: fact.value for name, fact in held.items()},
        behind={name: fact.stated_in for name, fact in held.items()},
        lei=None,
        is_decoy=False,
    )


@dataclass(slots=True)
class _Facts:
    """The facts after so many of the lines in force."""

    book: EntryBook
    lines: Sequence[StandingLine]
    known: dict[tuple[str, int], _Fact | None] = field(default_factory=dict)

    def held(self, name: str, end: int) -> _Fact | None:
        """Find a fact after the first `end` lines: the last line that touches it decides."""
        if (name, end) not in self.known:
            self.known[name, end] = self._look_back(name, end)
        return self.known[name, end]

    def _look_back(self, name: str, end: int) -> _Fact | None:
        touched = _DERIVED.get(name, _plain)
        for at in range(end - 1, -1, -1):
            value = touched(self, at, name)
            if value is _GONE:
                return None
            if value is not _UNTOUCHED:
                before = self.held(name, at)
                same = before is not None and before.value == value
                return before if same else _Fact(value=value, stated_in=self.lines[at].says)
        return None


def _plain(facts: _Facts, at: int, name: str) -> Any:
    """A fact is what a line states; a line may clear it, and a snapshot clears what it leaves out."""
    one = facts.lines[at]
    if name in one.says.stated:
        return one.says.stated[name]
    return _GONE if name in one.says.cleared or one.line.kind is EventKind.SNAPSHOT else _UNTOUCHED


def _status(facts: _Facts, at: int, name: str) -> Any:
    one = facts.lines[at]
    if one.line.kind in _FATES:
        return _FATES[one.line.kind]
    if name in one.says.stated:
        return one.says.stated[name]
    word = one.says.stated.get("status_as_stated")
    if word is not None:
        meant = [status for status, words in facts.book.register.words.items() if word in words]
        return (meant or [EntityStatus.UNKNOWN])[0].value
    if one.line.kind is EventKind.REGISTERED:
        return "ACTIVE"
    return "UNKNOWN" if at == 0 else _UNTOUCHED


def _jurisdiction(facts: _Facts, at: int, name: str) -> Any:
    unsaid = facts.book.register.member_state if at == 0 else _UNTOUCHED
    return facts.lines[at].says.stated.get(name, unsaid)


def _confirmed_on(facts: _Facts, at: int, name: str) -> Any:
    one = facts.lines[at]
    if one.line.kind is EventKind.CONFIRMED:
        return one.says.effective_date
    return _GONE if name in one.says.cleared else _UNTOUCHED


def _legal_form(facts: _Facts, at: int, name: str) -> Any:
    word = _plain(facts, at, "legal_form_as_stated")
    if word is _GONE or word is _UNTOUCHED:
        return word
    forms = {form.as_stated: form.legal_form for form in facts.book.register.forms}
    return forms.get(word.removesuffix(_MISTYPED), LegalForm.UNKNOWN).value


def _former_names(facts: _Facts, at: int, name: str) -> Any:
    """A name that a line replaces is a former one. A former one that is current again is none any more."""
    says = facts.lines[at].says
    current, new = facts.held("legal_name", at), says.stated.get("legal_name")
    if new is None or current is None or current.value == new:
        return _GONE if name in says.cleared else _UNTOUCHED
    before = None if name in says.cleared else facts.held(name, at)
    former = [] if before is None else [one for one in before.value if one not in new]
    former += [one for one in current.value if one not in new and one not in former]
    return former or _GONE


_DERIVED: Final = {
    "entity_status": _status,
    "jurisdiction": _jurisdiction,
    "last_confirmed_date": _confirmed_on,
    "legal_form": _legal_form,
    "previous_legal_names": _former_names,
}
"""The facts that do not simply follow from what a line states."""
