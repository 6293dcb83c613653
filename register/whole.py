"""Compute the whole register as one function of its events, its judgements and its rules.

`admit` folds a registration step by step, one event after the other. Here each registration is folded once, from all
its events. So this is faster, and an independent witness: a register that was built step by step must equal it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, TypeVar

from register.authority_words import Words
from register.bounded_history import BoundedHistory, Received
from register.company import Company, company_of
from register.ids import CompanyId, RegistrationId, company_id
from register.precedence import Precedence
from register.register_digest import digest
from register.registration import Registration, empty, fold
from register.resolution.evidence import Numberings, evidence_of
from register.resolution.judgements import Judgement
from register.resolution.resolution_state import MemoryResolutionStore
from register.resolution.resolver import Resolver

__all__ = ["Received", "Rules", "Whole", "registration_from", "whole"]

BATCH: Final = 1_000  # registrations or judgements that are resolved at a time

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules: the registries' words, the table of precedence, and how registers number."""

    words: Callable[[RegistrationId], Words]
    precedence: Precedence
    numberings: Numberings


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All companies with properties, at version 0, and the aliases: from an id that merged away to its company."""

    companies: Mapping[CompanyId, Company]
    aliases: Mapping[CompanyId, CompanyId]

    @property
    def digest(self) -> str:
        """64 hexadecimal digits; see `register.register_digest`."""
        return digest(self.companies.values(), self.aliases)


def whole(
    received: Mapping[RegistrationId, Iterable[Received]], judgements: Iterable[Judgement], rules: Rules
) -> Whole:
    """Make all companies. The events of each registration come as they arrived; repeats and late ones may be there.

    Give only valid events (`register.event_checks.validate`). What the size of a registration refuses is unknown here.
    """
    folded = {own: registration_from(own, events, rules.words(own)) for own, events in received.items()}
    stating = {own: one for own, one in folded.items() if one.properties}
    belongs = _resolved(stating.values(), judgements, rules)
    members: dict[CompanyId, dict[RegistrationId, Registration]] = {}
    for own, one in stating.items():
        members.setdefault(belongs.get(own, company_id(own)), {})[own] = one
    return Whole(
        companies={company: company_of(company, of, rules.precedence) for company, of in sorted(members.items())},
        aliases={company_id(own): belongs[own] for own in sorted(stating) if own in belongs},
    )


def registration_from(own: RegistrationId, received: Iterable[Received], words: Words) -> Registration:
    """Fold a registration from all its events that arrived.

    >>> registration_from(RegistrationId("KW.MOCI.1"), [], Words()).properties
    {}
    """
    history = BoundedHistory(base=empty(own), settle=lambda base, events: fold(base, events, words))
    for one in received:
        history.take(one)
    return history.all_settled()


def _resolved(
    registrations: Iterable[Registration], judgements: Iterable[Judgement], rules: Rules
) -> dict[RegistrationId, CompanyId]:
    """Give the company of each registration that is not in the company of its own id."""
    store, belongs = MemoryResolutionStore(), dict[RegistrationId, CompanyId]()
    stated = ((one.registration_id, evidence_of(one, rules.numberings)) for one in registrations)
    resolver = Resolver(store, rules.precedence.kinds)
    works = chain(((batch, []) for batch in _batches(stated)), (([], batch) for batch in _batches(judgements)))
    for batch, judged in works:
        for move in resolver.resolve(batch, judged).moves:
            belongs[move.registration_id] = move.company_id
    return {own: company for own, company in belongs.items() if company != company_id(own)}


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
