"""The whole register with its resolver as pure functions: events and judgements in, companies out, in any order.

Queues stand for the topics between the parts: each keeps its own order, and any of them may be ahead of any other.
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
    """Chooses the next work and its size."""

    def randint(self, a: int, b: int) -> int: ...

    def choice(self, seq: Any) -> Any: ...


class ResolvedRegister:
    """The states of all parts, and the queues between them."""

    def __init__(self, dice: Dice | None = None) -> None:
        self.histories: dict[RegistrationId, History[bytes]] = {}
        self.store = MemoryResolutionStore()
        self.unified = PureRegister()
        """Companies and their changes; its histories are not used."""
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
        """Take events and judgements, and work until all queues are empty."""
        self._events += events
        self._judgements += judgements
        while waiting := self._waiting():
            self._dice.choice(waiting)()
        return self

    def stated_bytes(self) -> dict[CompanyId, bytes]:
        """The content of each company without its version; a company without properties is left out."""
        return self.unified.stated_bytes()

    def aliases(self) -> dict[CompanyId, CompanyId]:
        """The aliases of registrations with properties: from an id that merged away to its company."""
        companies = self.unified.companies
        stating = (one for one, history in self.histories.items() if history.registration.properties)
        own = (companies[company_id(one)] for one in stating if company_id(one) in companies)
        return {one.company_id: one.alias_of for one in own if one.alias_of is not None}

    def cases(self) -> dict[str, tuple[Case, ...]]:
        """The stewards' queue."""
        return {key: known.cases for key, known in self.store.held.items() if known.cases}

    def history_bytes(self) -> dict[RegistrationId, bytes]:
        """The history of each registration with its company, as bytes."""
        return {one: encode("RegistrationHistory", history_datum(history)) for one, history in self.histories.items()}

    def _waiting(self) -> list[Any]:
        """List the possible next steps; each queue keeps its own order."""
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
        self._send_evidence(history.registration, answer.history.registration)
        if answer.changed:
            for statement in statements_after(event, history.registration, answer.history):
                self._send(statement)

    def _send_evidence(self, before: Registration, after: Registration) -> None:
        now, then = evidence_of(after, NUMBERINGS), evidence_of(before, NUMBERINGS)
        if now is None and then is not None:
            self._links.append((after.registration_id, None))
        elif now is not None and not now.states_the_same_as(then):
            self._links.append((after.registration_id, now))

    def _resolve(self) -> None:
        """Resolve a few waiting pieces of evidence and judgements, perhaps twice."""
        said = [self._links.popleft() for _ in range(min(len(self._links), self._dice.randint(0, 3)))]
        judged = [self._judgements.popleft() for _ in range(min(len(self._judgements), self._dice.randint(0, 2)))]
        for _ in range(self._dice.randint(1, 2)):
            resolved = Resolver(self.store, kinds()).resolve(list(dict(said).items()), judged)
            for move in resolved.moves:
                self._assignments.setdefault(move.registration_id, deque()).append(assignment_of(move))

    def _move(self, assignment: Assignment) -> None:
        own = assignment.registration_id
        history = self.histories.get(own) or empty_history(own)
        for statement in statements_of(assignment, history):
            self._send(statement)
        to = None if assignment.company_id == company_id(own) else assignment.company_id
        self.histories[own] = replace(history, company_id=to)

    def _send(self, statement: Statement) -> None:
        self._statements.setdefault(statement.company_id, deque()).append(statement)

    def _unify(self, statement: Statement) -> None:
        self.unified.send(statement)
        company = self.unified.companies.get(statement.company_id)
        if company is not None:
            self.kept.setdefault(company.company_id, []).append(company)
