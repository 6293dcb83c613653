"""Admit what registries publish: read, judge, answer with a receipt, and pass on what a registration now states.

Every record gets exactly one receipt; a refused one also goes to the dead-letter topic, in the same transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from register.admission import in_its_topic, validate
from register.authorities import Authorities
from register.changes import Cause, Trigger
from register.events import REPLACING, RegistrationEvent, ref_of
from register.history import Admission, History, admit, begin
from register.ids import RegistrationId, authority_of, company_id
from register.merge import Statement
from register.verdicts import Code, Outcome, Rejected, Warning
from schemas.authorities import authorities
from schemas.problems import UnknownSchema, Unreadable
from schemas.records import event_from, history_datum, history_from, statement_datum
from schemas.topic_contracts import PUBLISHERS, Topics, publisher_of
from schemas.wire import decode, encode
from streams.dead_letters import park
from streams.processor import Processor, Record, Work


def processor(topics: Topics) -> Processor:
    """Describe `admit` to the task runtime."""
    known = authorities()
    return Processor(
        name="admit",
        inputs=tuple(topics.registrations(publisher) for publisher in PUBLISHERS),
        state_topic=topics.registrations_state,
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

    def __call__(self, records: Sequence[Record], work: Work) -> None:
        """Judge a slice of records; a registration's history is read and written once, whatever its events."""
        judged = [(record, self._read(record)) for record in records]
        histories = _histories(work, (found.event.registration_id for _, found in judged if isinstance(found, _Valid)))
        touched: set[RegistrationId] = set()
        for record, found in judged:
            if isinstance(found, Rejected):
                self._refuse(record, found, None, work)
                continue
            event = found.event
            words = self._authorities[authority_of(event.registration_id)].status_words
            admission = admit(histories[event.registration_id], event, record.value or b"", _event, words)
            if admission.history is not None:
                histories[event.registration_id] = admission.history
                touched.add(event.registration_id)
            self._answer(record, found, admission, work)
        for registration in touched:
            work.put(registration.encode(), encode("RegistrationHistory", history_datum(histories[registration])))

    def _read(self, record: Record) -> _Valid | Rejected:
        """Read and check all of an event that can be checked without its registration's history."""
        if record.value is None:
            return Rejected(code=Code.EMPTY_RECORD, message="the record has no value: publish a withdrawn event instead")
        try:
            event = _event(record.value)
        except UnknownSchema as fault:
            return Rejected(code=Code.UNKNOWN_SCHEMA, message=f"{fault}; it is parked until an upgrade knows it")
        except Unreadable as fault:
            return Rejected(code=Code.UNREADABLE, message=str(fault))
        warnings = validate(event, self._authorities)
        if isinstance(warnings, Rejected):
            return warnings
        wrong = in_its_topic(event, self._authorities, publisher_of(record.topic)) or _key_fault(record, event)
        return wrong or _Valid(event=event, warnings=warnings)

    def _answer(self, record: Record, found: _Valid, admission: Admission, work: Work) -> None:
        if admission.rejected is not None:
            self._refuse(record, admission.rejected, found.event, work)
            return
        warnings = found.warnings + admission.warnings
        self._receipt(record, found.event, admission.outcome, work, message=admission.message, warnings=warnings)
        if admission.changed and admission.history is not None:
            statement = _statement(found.event, admission.history)
            work.emit(
                self._topics.statements, statement.company_id.encode(), encode("Statement", statement_datum(statement))
            )

    def _refuse(self, record: Record, rejected: Rejected, event: RegistrationEvent | None, work: Work) -> None:
        park(work, self._topics.dead_letters(publisher_of(record.topic)), record, rejected)
        self._receipt(record, event or _legible(record), Outcome.REJECTED, work, rejected=rejected)

    def _receipt(
        self,
        record: Record,
        event: RegistrationEvent | None,
        outcome: Outcome,
        work: Work,
        *,
        message: str = "",
        warnings: tuple[Warning, ...] = (),
        rejected: Rejected | None = None,
    ) -> None:
        datum = {
            "event_id": None if event is None else event.event_id,
            "registration_id": None if event is None else event.registration_id,
            "sequence": None if event is None else event.sequence,
            "outcome": outcome,
            "code": None if rejected is None else rejected.code,
            "message": message if rejected is None else rejected.message,
            "field": None if rejected is None else rejected.field,
            "warnings": [{"code": one.code, "message": one.message, "field": one.field} for one in warnings],
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
        }
        topic = self._topics.receipts(publisher_of(record.topic))
        work.emit(topic, record.key, encode("Receipt", datum), partition=work.partition)


def _event(value: bytes) -> RegistrationEvent:
    return event_from(decode(value, "RegistrationEvent"))


def _legible(record: Record) -> RegistrationEvent | None:
    """Read the event behind a refusal once more, so that its receipt can name it."""
    try:
        return _event(record.value or b"")
    except (UnknownSchema, Unreadable):
        return None


def _key_fault(record: Record, event: RegistrationEvent) -> Rejected | None:
    if record.key == event.registration_id.encode():
        return None
    return Rejected(
        code=Code.KEY_MISMATCH,
        message=f"the record's key is {record.key!r}: it must be the registration id {event.registration_id!r}, "
        "so that all events of a registration stay in order",
        field="registration_id",
    )


def _histories(work: Work, registrations: Iterable[RegistrationId]) -> dict[RegistrationId, History]:
    """Read what is held of these registrations, each once."""
    ids = dict.fromkeys(registrations)
    states = work.get_many(one.encode() for one in ids)
    return {one: _history(one, states[one.encode()]) for one in ids}


def _history(registration: RegistrationId, state: bytes | None) -> History:
    return begin(registration) if state is None else history_from(decode(state, "RegistrationHistory"))


def _statement(event: RegistrationEvent, history: History) -> Statement:
    return Statement(
        company_id=company_id(event.registration_id),
        registration_id=event.registration_id,
        cause=Cause.CORRECTION if event.kind in REPLACING else Cause.SOURCE,
        trigger=Trigger(registration_id=event.registration_id, event=ref_of(event)),
        registration=history.registration,
    )
