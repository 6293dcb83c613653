"""The register as pure functions only: events in, bytes out."""

from collections.abc import Iterable
from dataclasses import replace

from register.changes import Cause, Change, Trigger
from register.company import Company
from register.events import REPLACING, RegistrationEvent, ref_of
from register.history import Admission, History, admit, empty_history
from register.ids import CompanyId, RegistrationId, company_id
from register.merge import Statement, merge
from register.registration import Registration
from schemas.codec.company_records import company_datum
from schemas.codec.records import change_datum, event_datum, event_from, history_datum
from schemas.codec.wire import decode, encode
from schemas.facts.precedence import precedence
from tests.unit.register.stating import WORDS


class PureRegister:
    """The histories and companies after some events. Each registration is its own company, or all are one."""

    def __init__(self, together: CompanyId | None = None) -> None:
        """With `together` all registrations are that one company; without, each is its own."""
        self.histories: dict[RegistrationId, History[bytes]] = {}
        self.companies: dict[CompanyId, Company] = {}
        self.changes: dict[CompanyId, list[Change]] = {}
        self.answers: list[Admission[bytes]] = []
        self._together = together

    def take(self, events: Iterable[RegistrationEvent]) -> "PureRegister":
        """Take these events in this order."""
        for event in events:
            self._take(event)
        return self

    def send(self, statement: Statement) -> None:
        """Merge a statement into its company."""
        company = statement.company_id
        merged = merge(statement, self.companies.get(company), precedence())
        if merged.company is not None:
            self.companies[company] = merged.company
        if merged.change is not None:
            self.changes.setdefault(company, []).append(merged.change)

    def company_of(self, registration: RegistrationId) -> CompanyId:
        """Name the company of a registration."""
        return self._together or company_id(registration)

    def history_bytes(self) -> dict[RegistrationId, bytes]:
        """The history of each registration, as bytes."""
        return {one: encode("RegistrationHistory", history_datum(history)) for one, history in self.histories.items()}

    def company_bytes(self) -> dict[CompanyId, bytes]:
        """The record of each company, as bytes."""
        return {one: encode("Company", company_datum(company)) for one, company in self.companies.items()}

    def stated_bytes(self) -> dict[CompanyId, bytes]:
        """The content of each company without its version. A company without properties is left out.

        A company of which every event was withdrawn has a record when it was heard of before, and none when not.
        """
        stated = (replace(company, version=0) for company in self.companies.values() if company.properties)
        return {company.company_id: encode("Company", company_datum(company)) for company in stated}

    def change_bytes(self) -> dict[CompanyId, list[bytes]]:
        """Each company's changes."""
        return {one: [encode("Change", change_datum(each)) for each in told] for one, told in self.changes.items()}

    def _take(self, event: RegistrationEvent) -> None:
        registration = event.registration_id
        history = self.histories.get(registration) or empty_history(registration)
        answer = admit(history, event, body_of(event), read, WORDS)
        self.answers.append(answer)
        if answer.history is not None:
            self.histories[registration] = answer.history
            if answer.changed:
                self.send(self.statement_of(answer.history.registration, event))

    def statement_of(self, registration: Registration, event: RegistrationEvent) -> Statement:
        """State a registration to its company, because of an event."""
        return Statement(
            company_id=self.company_of(event.registration_id),
            registration_id=event.registration_id,
            cause=Cause.CORRECTION if event.kind in REPLACING else Cause.SOURCE,
            trigger=Trigger(registration_id=event.registration_id, event=ref_of(event)),
            registration=registration,
        )


def body_of(event: RegistrationEvent) -> bytes:
    """An event as published."""
    return encode("RegistrationEvent", event_datum(event))


def read(body: bytes) -> RegistrationEvent:
    """A published event."""
    return event_from(decode(body, "RegistrationEvent"))


def registration_bytes(registration: Registration) -> bytes:
    """A registration as it is written, inside a history without events."""
    return encode("RegistrationHistory", history_datum(History(registration=registration)))
