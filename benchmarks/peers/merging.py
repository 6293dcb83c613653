"""The merge job for one event at a time: what a programmer of a peer would write around the register's functions.

One keyed step does all of it, as if a company were one registration: nothing is passed on by a topic between `admit`
and `unify`, as it is in Sijill. What a registration states that may link it to others, and what it is called, goes out
as from `admit`. The simulated load holds nothing that must be refused.
"""

from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from bus.record import ConsumedRecord
from register.changes import Cause, Change, Trigger
from register.codes import Rejected
from register.company import Company
from register.event_checks import in_its_topic, validate
from register.events import REPLACING, RegistrationEvent, ref_of
from register.history import History, admit, empty_history
from register.ids import RegistrationId, authority_of, company_id
from register.merge import Merged, Statement, merge
from runtime.settings import Settings
from schemas.codec.company_records import company_datum, company_from
from schemas.codec.reader import read
from schemas.codec.records import change_datum, event_from, history_datum, history_from
from schemas.codec.wire import encode
from schemas.facts.authorities import authorities
from schemas.facts.precedence import precedence
from schemas.facts.topics import Topics, publishers
from streams.processors import naming_sender
from streams.processors.evidence_sender import EvidenceSender
from streams.processors.receipts import receipt

AUTHORITIES: Final = authorities()


class Received(Protocol):
    """What must be known of a record, whichever client read it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def value(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Origin:
    """A record as received."""

    topic: str
    partition: int
    offset: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """What an event leads to, in bytes; None where nothing is to be written."""

    receipt: bytes
    evidence: tuple[bytes | None, ...]
    naming: tuple[bytes | None, ...]
    history: bytes | None
    company: bytes | None
    change: bytes | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of an event.

    `evidence` and `naming` are empty, and `statement` is None, when the registration states the same as before.
    """

    receipt: bytes
    evidence: tuple[bytes | None, ...]
    naming: tuple[bytes | None, ...]
    history: History[bytes] | None
    statement: Statement | None


class MergeJob:
    """The job under a topic prefix."""

    def __init__(self, settings: Settings) -> None:
        topics = Topics(settings.topic_prefix)
        self._publishers = {topics.registrations(publisher): publisher for publisher in publishers()}
        self.inputs = tuple(self._publishers)
        self.receipts = {topics.registrations(publisher): topics.receipts(publisher) for publisher in publishers()}
        self.changes = topics.changes
        self.companies = topics.companies
        self.evidence = topics.links
        self.namings = topics.names
        self._links = EvidenceSender(topics, AUTHORITIES)

    def step(self, record: Received, history: bytes | None, company: bytes | None) -> Step:
        """The whole job on one event and the states as a store keeps them. Pure."""
        judged = self.judge(record, None if history is None else history_from(read(history, "RegistrationHistory")))
        merged = Merged()
        if judged.statement is not None:
            held = None if company is None else company_from(read(company, "Company"))
            merged = merge(judged.statement, held, precedence())
        return Step(
            judged.receipt,
            judged.evidence,
            judged.naming,
            None if judged.history is None else encode("RegistrationHistory", history_datum(judged.history)),
            None if merged.company is None else company_bytes(merged.company),
            None if merged.change is None else change_bytes(merged.change),
        )

    def judge(self, record: Received, held: History[bytes] | None) -> Judged:
        """The part of `admit`. Pure."""
        body = record.value or b""
        event = _event(body)
        registration = RegistrationId(event.registration_id)
        warnings = _accepted(validate(event, AUTHORITIES))
        _accepted(in_its_topic(event, AUTHORITIES, self._publishers[record.topic]))
        words = AUTHORITIES[authority_of(registration)].words
        before = held or empty_history(registration)
        admission = admit(before, event, body, _event, words)
        _accepted(admission.rejected)
        answer = receipt(
            cast(ConsumedRecord, record),  # of aiokafka's record it needs no more than `Received` has
            event,
            admission.outcome,
            message=admission.message,
            warnings=(*warnings, *admission.warnings),
        )
        history = admission.history
        if history is None:
            return Judged(answer, (), (), None, None)
        evidence = self._links.changed_evidence(before.registration, history.registration)
        statement = _statement(event, history) if admission.changed else None
        return Judged(answer, evidence, naming_sender.changed_naming(before, history), history, statement)


def company_bytes(company: Company) -> bytes:
    """Write a company."""
    return encode("Company", company_datum(company))


def change_bytes(change: Change) -> bytes:
    """Write a change."""
    return encode("Change", change_datum(change))


def _statement(event: RegistrationEvent, history: History[bytes]) -> Statement:
    return Statement(
        company_id=company_id(event.registration_id),
        registration_id=event.registration_id,
        cause=Cause.CORRECTION if event.kind in REPLACING else Cause.SOURCE,
        trigger=Trigger(registration_id=event.registration_id, event=ref_of(event)),
        registration=history.registration,
    )


def _event(value: bytes) -> RegistrationEvent:
    return event_from(read(value, "RegistrationEvent"))


def _accepted(found: Any) -> Any:
    if isinstance(found, Rejected):
        raise AssertionError(f"the simulated load holds nothing to refuse, and yet: {found}")
    return found
