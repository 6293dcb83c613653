"""Merge the registrations of a company into its one unified record, and tell what changed."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from bus.record import ConsumedRecord
from register.company import Company
from register.ids import CompanyId, RegistrationId
from register.merge import Statement, merge
from register.precedence import Precedence
from schemas.codec.company_records import WrittenRegistration, company_datum, company_from
from schemas.codec.reader import read, read_with_parts
from schemas.codec.reader_source import Seen
from schemas.codec.records import REFS_MADE, change_datum, statement_from
from schemas.codec.wire import encode
from schemas.facts.precedence import precedence
from schemas.facts.topics import Topics
from streams.processors.memory import Memory
from streams.tasks.processor import Processor, Work, in_time

PARTS: Final = ("Registration", "Properties", "Trigger")


def processor(topics: Topics) -> Processor:
    """Describe `unify` to the task runtime. Its state is what it publishes: the companies."""
    return Processor(
        name="unify",
        inputs=(topics.statements,),
        state_topic=topics.companies,
        offsets_topic=topics.offsets,
        step=lambda partition: Unify(topics, precedence()),
    )


class _Told(NamedTuple):
    """A statement, and how its trigger and what it states are written in it, if that is known."""

    statement: Statement
    trigger: bytes | None
    stated: WrittenRegistration | None


class _Held(NamedTuple):
    """A company, if there is one, and how its registrations are written in their statements, as far as known."""

    company: Company | None
    written: dict[RegistrationId, WrittenRegistration]

    def after(self, company: Company, told: _Told) -> "_Held":
        """Give what is held after a statement that changed the company."""
        if told.stated is None:
            self.written.pop(told.statement.registration_id, None)
        else:
            self.written[told.statement.registration_id] = told.stated
        return _Held(company, self.written)


class Unify:
    """The step of one partition."""

    def __init__(self, topics: Topics, precedence: Precedence) -> None:
        self._topics = topics
        self._precedence = precedence
        self._memory: Memory[CompanyId, _Held] = Memory()
        self._seen: Memory[bytes, Seen] = Memory()

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Merge a slice of statements; a company is read and written once, each of its versions is told."""
        statements = [self._told(record.key or b"", record.value or b"") for record in in_time(records, work)]
        held = self._held(work, (told.statement.company_id for told in statements))
        touched: dict[CompanyId, Company] = {}
        done = 0
        for told in in_time(statements, work):
            done += 1
            key = told.statement.company_id
            merged = merge(told.statement, held[key].company, self._precedence)
            if merged.company is not None:
                held[key], touched[key] = held[key].after(merged.company, told), merged.company
            if merged.change is not None:
                value = encode("Change", change_datum(merged.change, told.trigger))
                work.emit(self._topics.changes, key.encode(), value, partition=work.partition)
        for key, company in touched.items():
            state = encode("Company", company_datum(company, held[key].written))
            work.put(key.encode(), state)
            self._memory.keep(key, held[key], len(state))
        return done

    def _told(self, key: bytes, value: bytes) -> _Told:
        """Read a statement; what it states goes into the company as it is written."""
        seen = self._seen.get(key) or {}
        datum, parts = read_with_parts(value, "Statement", PARTS, seen, REFS_MADE)
        self._seen.keep(key, seen, len(value))
        statement = statement_from(datum)
        stated = None
        if statement.registration is not None and "Registration" in parts:
            stated = WrittenRegistration(statement.registration, parts["Registration"], parts["Properties"])
        return _Told(statement, parts.get("Trigger"), stated)

    def _held(self, work: Work, ids: Iterable[CompanyId]) -> dict[CompanyId, _Held]:
        """Read what is held of these companies, each once."""
        remembered = {one: self._memory.get(one) for one in dict.fromkeys(ids)}
        states = work.get_many(one.encode() for one, held in remembered.items() if held is None)
        return {one: held or _read(states[one.encode()]) for one, held in remembered.items()}


def _read(state: bytes | None) -> _Held:
    return _Held(None if state is None else company_from(read(state, "Company")), {})
