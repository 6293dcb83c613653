"""The whole register with its resolver, as pure functions: events and judgements in, companies out, in any turn.

What goes from one part to the next waits in queues, as it does in the topics: each in its own order, and any of them
may be ahead of any other.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any, Protocol

from register.company import Company
from register.events import RegistrationEvent
from register.history import History, admit, empty_history
from register.ids import CompanyId, RegistrationId, company_id
from register.merge import Statement
from register.registration import Registration
from register.resolution.assignments import Assignment, assignment_of, statements_after, statements_of
from register.resolution.cases import Case
from register.resolution.evidence import Numberings, evidence_of
from register.resolution.judgements import Judgement
from register.resolution.moves import StatedEvidence
from register.resolution.resolution_state import MemoryResolutionStore
from register.resolution.resolver import Resolver
from schemas.codec.records import history_datum
from schemas.codec.wire import encode
from schemas.facts.authorities import authorities, kinds
from tests.unit.laws.pure_register import PureRegister, body_of, read
from tests.unit.register.stating import WORDS

NUMBERINGS: Numberings = {code: one.numbering for code, one in authorities().items()}


class Dice(Protocol):
    """What decides who works next, and on how much."""

    def randint(self, a: int, b: int) -> int: ...

    def choice(self, seq: Any) -> Any: ...


class ResolvedRegister:
    """All that is held, and all that is on its way."""

    def __init__(self, dice: Dice | None = None) -> None:
        self.histories: dict[RegistrationId, History[bytes]] = {}
        self.shelf = MemoryResolutionStore()
        self.unified = PureRegister()
        """Companies and their changes; what it holds of registrations is not used."""
        self.kept: dict[CompanyId, list[Company]] = {}
        """Each company's record after each of its statements."""
        self._dice = dice or Random("calm")
        self._events: deque[RegistrationEvent] = deque()
        self._judgements: deque[Judgement] = deque()
        self._links: deque[StatedEvidence] = deque()
        self._assignments: dict[RegistrationId, deque[Assignment]] = {}
        self._statements: dict[CompanyId, deque[Statement]] = {}

    def take(
        self, events: Iterable[RegistrationEvent] = (), judgements: Iterable[Judgement] = ()
    ) -> "ResolvedRegister":
        """Take these, and work until nothing is on its way."""
        self._events += events
        self._judgements += judgements
        while waiting := self._waiting():
            self._dice.choice(waiting)()
        return self

    def stated_bytes(self) -> dict[CompanyId, bytes]:
        """What the register says of each company, whatever its version; one that states nothing is not in it."""
        return self.unified.stated_bytes()

    def aliases(self) -> dict[CompanyId, CompanyId]:
        """Where the ids lead under which registrations that state something are no company any more."""
        companies = self.unified.companies
        stating = (one for one, history in self.histories.items() if history.registration.properties)
        own = (companies[company_id(one)] for one in stating if company_id(one) in companies)
        return {one.company_id: one.alias_of for one in own if one.alias_of is not None}

    def cases(self) -> dict[str, tuple[Case, ...]]:
        """The stewards' queue."""
        return {key: known.cases for key, known in self.shelf.held.items() if known.cases}

    def history_bytes(self) -> dict[RegistrationId, bytes]:
        """What is held of each registration, with the company that it belongs to."""
        return {one: encode("RegistrationHistory", history_datum(history)) for one, history in self.histories.items()}

    def _waiting(self) -> list[Any]:
        """Name what can be worked on; each queue keeps its own order."""
        works: list[Any] = []
        works += [self._admit] if self._events else []
        works += [self._resolve] if self._links or self._judgements else []
        works += [lambda q=queue: self._move(q.popleft()) for queue in self._assignments.values() if queue]
        works += [lambda q=queue: self._unify(q.popleft()) for queue in self._statements.values() if queue]
        return works

    def _admit(self) -> None:
        event = self._events.popleft()
        registration = event.registration_id
        history = self.histories.get(registration) or empty_history(registration)
        answer = admit(history, event, body_of(event), read, WORDS)
        if answer.history is None:
            return
        self.histories[registration] = answer.history
        self._tell(history.registration, answer.history.registration)
        if answer.changed:
            for statement in statements_after(event, history.registration, answer.history):
                self._state(statement)

    def _tell(self, before: Registration, after: Registration) -> None:
        now, then = evidence_of(after, NUMBERINGS), evidence_of(before, NUMBERINGS)
        if now is None and then is not None:
            self._links.append((after.registration_id, None))
        elif now is not None and not now.states_the_same_as(then):
            self._links.append((after.registration_id, now))

    def _resolve(self) -> None:
        """Take a few of what waits; evidence and judgements may come again."""
        said = [self._links.popleft() for _ in range(min(len(self._links), self._dice.randint(0, 3)))]
        judged = [self._judgements.popleft() for _ in range(min(len(self._judgements), self._dice.randint(0, 2)))]
        for _ in range(self._dice.randint(1, 2)):
            resolved = Resolver(self.shelf, kinds()).resolve(list(dict(said).items()), judged)
            for move in resolved.moves:
                self._assignments.setdefault(move.registration_id, deque()).append(assignment_of(move))

    def _move(self, assignment: Assignment) -> None:
        own = assignment.registration_id
        history = self.histories.get(own) or empty_history(own)
        for statement in statements_of(assignment, history):
            self._state(statement)
        to = None if assignment.company_id == company_id(own) else assignment.company_id
        self.histories[own] = replace(history, company_id=to)

    def _state(self, statement: Statement) -> None:
        self._statements.setdefault(statement.company_id, deque()).append(statement)

    def _unify(self, statement: Statement) -> None:
        self.unified.send(statement)
        company = self.unified.companies.get(statement.company_id)
        if company is not None:
            self.kept.setdefault(company.company_id, []).append(company)
