"""Merge the registrations of a company into its one unified record, and tell what changed."""

from collections.abc import Iterable, Sequence
from typing import Final

from bus.record import ConsumedRecord
from register.company import Company
from register.ids import CompanyId
from register.merge import Statement, merge
from register.precedence import Precedence
from register.registration import Written
from schemas.codec.reader import read, read_with_parts
from schemas.codec.reader_source import Seen
from schemas.codec.records import REFS_MADE, change_datum, company_datum, company_from, statement_from
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


class Unify:
    """The step of one partition."""

    def __init__(self, topics: Topics, precedence: Precedence) -> None:
        self._topics = topics
        self._precedence = precedence
        self._memory: Memory[CompanyId, Company] = Memory()
        self._seen: Memory[bytes, Seen] = Memory()

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Merge a slice of statements; a company is read and written once, each of its versions is told."""
        statements = [self._statement(record.key or b"", record.value or b"") for record in in_time(records, work)]
        companies = self._companies(work, (statement.company_id for statement in statements))
        touched: dict[CompanyId, Company] = {}
        done = 0
        for statement in in_time(statements, work):
            done += 1
            key = statement.company_id
            merged = merge(statement, companies.get(key), self._precedence)
            if merged.company is not None:
                companies[key] = touched[key] = merged.company
            if merged.change is not None:
                value = encode("Change", change_datum(merged.change))
                work.emit(self._topics.changes, key.encode(), value, partition=work.partition)
        for key, company in touched.items():
            state = encode("Company", company_datum(company))
            work.put(key.encode(), state)
            self._memory.keep(key, company, len(state))
        return done

    def _statement(self, key: bytes, value: bytes) -> Statement:
        """Read a statement; what it states goes into the company as it is written."""
        seen = self._seen.get(key) or {}
        datum, parts = read_with_parts(value, "Statement", PARTS, seen, REFS_MADE)
        self._seen.keep(key, seen, len(value))
        stated = Written(parts["Registration"], parts["Properties"]) if "Registration" in parts else None
        return statement_from(datum, stated, parts.get("Trigger"))

    def _companies(self, work: Work, ids: Iterable[CompanyId]) -> dict[CompanyId, Company]:
        """Read what is held of these companies, each once."""
        remembered = {one: self._memory.get(one) for one in dict.fromkeys(ids)}
        states = work.get_many(one.encode() for one, company in remembered.items() if company is None)
        read = ((one, company or _company(states[one.encode()])) for one, company in remembered.items())
        return {one: company for one, company in read if company is not None}


def _company(state: bytes | None) -> Company | None:
    return None if state is None else company_from(read(state, "Company"))
