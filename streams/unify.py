"""Merge the registrations of a company into its one unified record, and tell what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from register.company import Company
from register.ids import CompanyId
from register.merge import merge
from register.precedence import DEFAULT, Precedence
from schemas.records import change_datum, company_datum, company_from, statement_from
from schemas.topic_contracts import Topics
from schemas.wire import decode, encode
from streams.processor import Processor, Record, Work


def processor(topics: Topics) -> Processor:
    """Describe `unify` to the task runtime. Its state is what it publishes: the companies."""
    return Processor(
        name="unify",
        inputs=(topics.statements,),
        state_topic=topics.companies,
        step=lambda partition: Unify(topics, DEFAULT),
    )


@dataclass(slots=True)
class Unify:
    """The step of one partition."""

    topics: Topics
    precedence: Precedence

    def __call__(self, records: Sequence[Record], work: Work) -> None:
        """Merge a slice of statements; a company is read and written once, each of its versions is told."""
        statements = [statement_from(decode(record.value or b"", "Statement")) for record in records]
        companies = _companies(work, (statement.company_id for statement in statements))
        touched: set[CompanyId] = set()
        for statement in statements:
            merged = merge(statement, companies[statement.company_id], self.precedence)
            if merged.company is not None:
                companies[statement.company_id] = merged.company
                touched.add(statement.company_id)
            if merged.change is not None:
                value = encode("Change", change_datum(merged.change))
                work.emit(self.topics.changes, statement.company_id.encode(), value, partition=work.partition)
        self._keep(companies, touched, work)

    def _keep(self, companies: dict[CompanyId, Company | None], touched: set[CompanyId], work: Work) -> None:
        for company_id in touched:
            company = companies[company_id]
            if company is not None:
                work.put(company_id.encode(), encode("Company", company_datum(company)))


def _companies(work: Work, ids: Iterable[CompanyId]) -> dict[CompanyId, Company | None]:
    """Read what is held of these companies, each once."""
    wanted = dict.fromkeys(ids)
    states = work.get_many(one.encode() for one in wanted)
    return {one: _company(states[one.encode()]) for one in wanted}


def _company(state: bytes | None) -> Company | None:
    return None if state is None else company_from(decode(state, "Company"))
