"""Merge the registrations of a company into its one unified record, and write what changed."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from bus.record import ConsumedRecord
from register.company import Company
from register.ids import CompanyId, RegistrationId
from register.merge import Statement, merge
from register.precedence import Precedence
from register.reprocessing import company_repaired, repair_event
from schemas.codec.company_records import WrittenRegistration, company_datum, company_from
from schemas.codec.reader import read, read_if_readable, read_with_parts
from schemas.codec.reader_source import Seen
from schemas.codec.records import REFS_MADE, change_datum, statement_from
from schemas.codec.repair_records import Repair
from schemas.codec.wire import encode
from schemas.facts.precedence import precedence
from schemas.facts.topics import Topics
from streams.processors.repairs import apply_repairs, separated
from streams.processors.state_cache import Memory
from streams.tasks.processor import Processor, Work, in_time

PARTS: Final = ("Registration", "Properties", "Trigger")


def processor(topics: Topics) -> Processor:
    """Describe `unify` to the task runtime. Its state is what it publishes: the companies."""
    return Processor(
        name="unify",
        inputs=(topics.statements, topics.companies_repairs),
        state_topic=topics.companies,
        offsets_topic=topics.offsets,
        step=lambda partition: Unify(topics, precedence()),
    )


class _ReadStatement(NamedTuple):
    """A statement, with the bytes of its trigger and of its registration where they are known."""

    statement: Statement
    trigger: bytes | None
    stated: WrittenRegistration | None


class _StoredCompany(NamedTuple):
    """A company, None where there is none, with the bytes of its registrations where they are known."""

    company: Company | None
    written: dict[RegistrationId, WrittenRegistration]

    def after(self, company: Company, incoming: _ReadStatement) -> "_StoredCompany":
        """Give the company after a statement that changed it."""
        if incoming.stated is None:
            self.written.pop(incoming.statement.registration_id, None)
        else:
            self.written[incoming.statement.registration_id] = incoming.stated
        return _StoredCompany(company, self.written)


class Unify:
    """The step of one partition."""

    def __init__(self, topics: Topics, precedence: Precedence) -> None:
        self._topics = topics
        self._precedence = precedence
        self._memory: Memory[CompanyId, _StoredCompany] = Memory()
        self._seen: Memory[bytes, Seen] = Memory()

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Merge a slice of statements; a company is read and written once, and each version writes its change."""
        records, repairs = separated(records, self._topics.companies_repairs)
        if repairs:
            return apply_repairs(repairs, work, self._repair)
        statements = [self._read_statement(record.key or b"", record.value or b"") for record in in_time(records, work)]
        held = self._read_companies(work, (incoming.statement.company_id for incoming in statements))
        touched: dict[CompanyId, Company] = {}
        done = 0
        for incoming in in_time(statements, work):
            done += 1
            key = incoming.statement.company_id
            merged = merge(incoming.statement, held[key].company, self._precedence)
            if merged.company is not None:
                held[key], touched[key] = held[key].after(merged.company, incoming), merged.company
            if merged.change is not None:
                value = encode("Change", change_datum(merged.change, incoming.trigger))
                work.emit(self._topics.changes, key.encode(), value, partition=work.partition)
        for key, company in touched.items():
            state = encode("Company", company_datum(company, held[key].written))
            work.put(key.encode(), state)
            self._memory.keep(key, held[key], len(state))
        return done

    def _repair(self, repair: Repair, held: bytes | None, work: Work) -> None:
        """Put a rebuilt record in the place of the held one: the next version, with one change."""
        key, made = CompanyId(repair.key), repair_event(repair.rebuild_id, repair.made_at)
        before = read_if_readable(held, "Company", company_from)
        rebuilt = _company_from_state(repair.state).company
        merged = company_repaired(key, before, rebuilt, self._precedence, made)
        if merged.company is not None:
            state = encode("Company", company_datum(merged.company))
            work.put(key.encode(), state)
            self._memory.keep(key, _StoredCompany(merged.company, {}), len(state))
        if merged.change is not None:
            value = encode("Change", change_datum(merged.change))
            work.emit(self._topics.changes, key.encode(), value, partition=work.partition)

    def _read_statement(self, key: bytes, value: bytes) -> _ReadStatement:
        """Read a statement, and keep the bytes of its registration for the company's record."""
        seen = self._seen.get(key) or {}
        datum, parts = read_with_parts(value, "Statement", PARTS, seen, REFS_MADE)
        self._seen.keep(key, seen, len(value))
        statement = statement_from(datum)
        stated = None
        if statement.registration is not None and "Registration" in parts:
            stated = WrittenRegistration(statement.registration, parts["Registration"], parts["Properties"])
        return _ReadStatement(statement, parts.get("Trigger"), stated)

    def _read_companies(self, work: Work, ids: Iterable[CompanyId]) -> dict[CompanyId, _StoredCompany]:
        """Read these companies, each once."""
        remembered = {one: self._memory.get(one) for one in dict.fromkeys(ids)}
        states = work.get_many(one.encode() for one, held in remembered.items() if held is None)
        return {one: held or _company_from_state(states[one.encode()]) for one, held in remembered.items()}


def _company_from_state(state: bytes | None) -> _StoredCompany:
    return _StoredCompany(None if state is None else company_from(read(state, "Company")), {})
