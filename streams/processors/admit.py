"""Admit the events of registries: read, check, answer with a receipt, and send what a registration now states.

Every record gets exactly one receipt; a refused one also goes to the dead-letter topic, in the same transaction.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bus.damaged_batches import Unread
from bus.record import ConsumedRecord
from register.authorities import Authorities
from register.codes import Code, Outcome, Rejected, Warning
from register.event_checks import in_its_topic, validate
from register.events import RegistrationEvent
from register.history import Admission, History, admit, empty_history
from register.ids import RegistrationId, authority_of, company_id
from register.limits import LARGE_EVENT_BYTES, STATE_BYTES, event_fault, registration_fault
from register.merge import Statement
from register.plausibility import recorded_ahead
from register.registration import Registration
from register.reprocessing import repair_event, statements_repaired
from register.resolution.assignments import Assignment, statements_after, statements_of
from runtime.metrics import DEAD_LETTERS, RECEIPTS
from schemas.codec.reader import read, read_if_readable
from schemas.codec.records import event_from, history_datum, history_from, registration_datum, statement_datum
from schemas.codec.repair_records import Repair
from schemas.codec.resolution_records import assignment_from
from schemas.codec.wire import encode, encode_part, encode_part_reusing, schema_of
from schemas.codec.writer import LastWritten
from schemas.facts.authorities import authorities
from schemas.facts.topics import Topics, publishers
from schemas.problems import UnknownSchema, Unreadable
from streams.processors.dead_letters import park
from streams.processors.evidence_sender import EvidenceSender
from streams.processors.key_checks import key_fault, place_fault
from streams.processors.naming_sender import NamingSender
from streams.processors.receipts import receipt, receipt_key
from streams.processors.repairs import apply_repairs, separated
from streams.processors.state_cache import Memory
from streams.processors.unmapped_words import UnmappedWords
from streams.tasks.processor import Processor, Work, in_time

EVENTS_REMEMBERED: Final = 2_000  # events read, some 6 kB each as objects
_GIVEN: Final = (Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.STALE, Outcome.REJECTED)
READ_BYTES: Final = 2 * 1024 * 1024  # eight times the largest event taken; what is larger is not even read
REMEMBERED_BYTES: Final = 8 * 1024  # of an event; larger ones are rare, and two thousand of them would fill the memory


def processor(topics: Topics) -> Processor:
    """Describe `admit` to the task runtime."""
    known = authorities()
    return Processor(
        name="admit",
        inputs=(
            *(topics.registrations(publisher) for publisher in publishers()),
            topics.assignments,
            topics.registrations_repairs,
        ),
        state_topic=topics.registrations_state,
        offsets_topic=topics.offsets,
        step=lambda partition: Admit(topics, known),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Valid:
    event: RegistrationEvent
    warnings: tuple[Warning, ...]


class Admit:
    """The step of one partition."""

    def __init__(self, topics: Topics, known: Authorities) -> None:
        self._topics = topics
        self._authorities = known
        self._memory: Memory[RegistrationId, History[bytes]] = Memory()
        self._written_before: Memory[RegistrationId, LastWritten] = Memory()
        self._publishers = {topics.registrations(publisher): publisher for publisher in publishers()}
        self._unmapped = UnmappedWords()
        self._links = EvidenceSender(topics, known)
        self._names = NamingSender(topics)
        self.counted: Counter[tuple[str, ...]] = Counter(dict.fromkeys(_countable(), 0))

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Admit a slice of records, or apply repairs."""
        records, repairs = separated(records, self._topics.registrations_repairs)
        if repairs:
            return apply_repairs(repairs, work, self._repair)
        return self._admit_all(records, work)

    def _admit_all(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Admit events and assignments; the history of a registration is read and written once for all of them."""
        judged = [(record, self._read(record, work.partitions)) for record in in_time(records, work)]
        histories = self._histories(work, filter(None, (_registration(found) for _, found in judged)))
        before = histories.copy()
        written: dict[RegistrationId, bytes] = {}
        touched: dict[RegistrationId, None] = {}
        done = 0
        for record, found in in_time(judged, work):
            done += 1
            if isinstance(found, Rejected):
                self._refuse(record, found, _event_if_readable(record), work)
                continue
            if isinstance(found, Assignment):
                histories[found.registration_id] = self._reassign(found, histories[found.registration_id], work)
                touched[found.registration_id] = None
                continue
            registration = found.event.registration_id
            held = histories[registration]
            admission, stated = self._admit(record, found.event, held)
            if admission.rejected is not None:
                self._refuse(record, admission.rejected, found.event, work)
                continue
            if admission.history is not None:
                self._links.send_if_changed(held.registration, admission.history.registration, work)
                histories[registration] = admission.history
                touched[registration] = None
            if stated is not None:
                written[registration] = stated
            self._answer(record, found, admission, work)
            if stated is not None and admission.history is not None:
                for statement in statements_after(found.event, held.registration, admission.history):
                    self._send(statement, work, stated)
        for registration in touched:
            state = _state(histories[registration], written.get(registration))
            work.put(registration.encode(), state)
            self._names.send_if_changed(before[registration], histories[registration], work)
            self._memory.keep(registration, histories[registration], len(state))
        return done

    def _histories(self, work: Work, registrations: Iterable[RegistrationId]) -> dict[RegistrationId, History[bytes]]:
        """Read the histories of these registrations, each once."""
        held = {one: self._memory.get(one) for one in dict.fromkeys(registrations)}
        states = work.get_many(one.encode() for one, history in held.items() if history is None)
        return {
            one: _history(one, states[one.encode()]) if history is None else history for one, history in held.items()
        }

    def _read(self, record: ConsumedRecord, partitions: int) -> _Valid | Rejected | Assignment:
        """Read a record, and check all that can be checked without the registration's history."""
        if record.topic == self._topics.assignments:
            return assignment_from(read(record.value or b"", "Assignment"))
        if isinstance(record.value, Unread):
            return Rejected(
                code=Code.TOO_LARGE if record.value.too_large else Code.UNREADABLE, message=record.value.fault
            )
        if record.value is None:
            return Rejected(
                code=Code.EMPTY_RECORD, message="the record has no value: publish a withdrawn event instead"
            )
        unread = event_fault(len(record.value)) if len(record.value) > READ_BYTES else None
        if unread is not None:
            return unread
        try:
            event = _event(record.value)
        except UnknownSchema as fault:
            return Rejected(code=Code.UNKNOWN_SCHEMA, message=f"{fault}; it is parked until an upgrade knows it")
        except Unreadable as fault:
            code = Code.WRONG_RECORD if _is_another_record(record.value) else Code.UNREADABLE
            return Rejected(code=code, message=str(fault))
        warnings = validate(event, self._authorities)
        if isinstance(warnings, Rejected):
            return warnings
        wrong = (
            in_its_topic(event, self._authorities, self._publishers[record.topic])
            or key_fault(record, event)
            or place_fault(record, partitions)
            or event_fault(len(record.value))
        )
        if wrong is not None:
            return wrong
        ahead = recorded_ahead(event, record.timestamp)
        return _Valid(event=event, warnings=warnings if ahead is None else (*warnings, ahead))

    def _reassign(self, assignment: Assignment, history: History[bytes], work: Work) -> History[bytes]:
        """Move a registration from one company to another, with all its properties."""
        for statement in statements_of(assignment, history):
            self._send(statement, work)
        own = company_id(assignment.registration_id)
        return replace(history, company_id=None if assignment.company_id == own else assignment.company_id)

    def _repair(self, repair: Repair, held: bytes | None, work: Work) -> None:
        """Put a rebuilt history in the place of the held one, and send all that follows from it anew."""
        own, made = RegistrationId(repair.key), repair_event(repair.rebuild_id, repair.made_at)
        before = read_if_readable(held, "RegistrationHistory", history_from) or empty_history(own)
        after = _history(own, repair.state)
        work.put(repair.key.encode(), repair.state)
        self._memory.keep(own, after, len(repair.state or b""))
        self._links.send(after.registration, work)
        self._names.send(after, work)
        for statement in statements_repaired(before, after, made, left_keeps_others=repair.left_keeps_others):
            self._send(statement, work)

    def _admit(
        self, record: ConsumedRecord, event: RegistrationEvent, history: History[bytes]
    ) -> tuple[Admission[bytes], bytes | None]:
        """Add an event to its history; returns the registration as bytes if it has changed.

        The registration is written once, for the statement and for the state. Its size decides whether it is too large.
        """
        body = record.value or b""
        admission = admit(history, event, body, _event, self._authorities[authority_of(event.registration_id)].words)
        if admission.history is None:
            return admission, None
        stated = None
        if admission.changed:
            stated = self._written(admission.history.registration)
        fault = registration_fault(len(stated or b""))
        if fault is None and len(body) > LARGE_EVENT_BYTES:
            fault = registration_fault(len(_state(admission.history, stated)), STATE_BYTES)
        if fault is not None:
            return Admission(outcome=Outcome.REJECTED, rejected=fault), None
        return admission, stated

    def _written(self, registration: Registration) -> bytes:
        """Write a registration; properties that did not change since the last time reuse their bytes."""
        written_before = self._written_before.get(registration.registration_id) or {}
        properties = encode_part_reusing("Properties", registration.properties, written_before)
        self._written_before.keep(registration.registration_id, written_before, len(properties))
        return encode_part("Registration", registration_datum(registration, properties))

    def _send(self, statement: Statement, work: Work, stated: bytes | None = None) -> None:
        value = encode("Statement", statement_datum(statement, stated))
        work.emit(self._topics.statements, statement.company_id.encode(), value)

    def _answer(self, record: ConsumedRecord, found: _Valid, admission: Admission[bytes], work: Work) -> None:
        warnings = found.warnings + admission.warnings
        answer = receipt(record, found.event, admission.outcome, message=admission.message, warnings=warnings)
        self._send_receipt(record, answer, admission.outcome, work)
        if admission.outcome is Outcome.ACCEPTED:
            self.counted.update(self._unmapped.counts(found.event.registration_id, found.warnings))

    def _refuse(self, record: ConsumedRecord, rejected: Rejected, event: RegistrationEvent | None, work: Work) -> None:
        publisher = self._publishers[record.topic]
        park(work, self._topics.dead_letters(publisher), record, rejected)
        self.counted[DEAD_LETTERS.name, publisher, rejected.code] += 1
        answer = receipt(record, event, Outcome.REJECTED, rejected=rejected)
        self._send_receipt(record, answer, Outcome.REJECTED, work)

    def _send_receipt(self, record: ConsumedRecord, answer: bytes, outcome: Outcome, work: Work) -> None:
        publisher = self._publishers[record.topic]
        work.emit(self._topics.receipts(publisher), receipt_key(record), answer, partition=work.partition)
        self.counted[RECEIPTS.name, publisher, outcome] += 1


def _countable() -> Iterator[tuple[str, ...]]:
    """Name all counters. A counter that begins at zero shows its first rise in Prometheus."""
    for publisher in publishers():
        yield from ((RECEIPTS.name, publisher, outcome) for outcome in _GIVEN)
        yield from ((DEAD_LETTERS.name, publisher, code) for code in Code)


def _event(value: bytes) -> RegistrationEvent:
    """Read an event, if possible from the cache: a late event or a correction reads the whole history again."""
    return _remembered(value) if len(value) <= REMEMBERED_BYTES else event_from(read(value, "RegistrationEvent"))


@lru_cache(maxsize=EVENTS_REMEMBERED)
def _remembered(value: bytes) -> RegistrationEvent:
    return event_from(read(value, "RegistrationEvent"))


def _registration(found: _Valid | Rejected | Assignment) -> RegistrationId | None:
    if isinstance(found, Rejected):
        return None
    return found.event.registration_id if isinstance(found, _Valid) else found.registration_id


def _event_if_readable(record: ConsumedRecord) -> RegistrationEvent | None:
    """Read the event of a refused record again, so that its receipt can name it."""
    value = record.value or b""
    try:
        return _event(value) if len(value) <= READ_BYTES else None
    except (UnknownSchema, Unreadable):
        return None


def _is_another_record(value: bytes) -> bool:
    try:
        return schema_of(value).record != "RegistrationEvent"
    except Unreadable:
        return False


def _history(registration: RegistrationId, state: bytes | None) -> History[bytes]:
    return empty_history(registration) if state is None else history_from(read(state, "RegistrationHistory"))


def _state(history: History[bytes], registration: bytes | None) -> bytes:
    return encode("RegistrationHistory", history_datum(history, registration))
