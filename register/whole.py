"""Compute the whole register as one function of its events, its judgements and its rules.

`admit` folds a registration step by step, one event after the other. Here each registration is folded once, from all
its events. So this is faster, and an independent witness: a register that was built step by step must equal it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final, TypeVar

from register import history as bounds
from register.authority_words import Words
from register.company import Company, company_of
from register.events import RegistrationEvent
from register.ids import CompanyId, EventId, RegistrationId, company_id
from register.limits import HELD_BYTES
from register.precedence import Precedence
from register.register_digest import digest
from register.registration import Registration, empty, fold
from register.resolution.evidence import Numberings, evidence_of
from register.resolution.judgements import Judgement
from register.resolution.resolution_state import MemoryResolutionStore
from register.resolution.resolver import Resolver

BATCH: Final = 1_000  # registrations or judgements that are resolved at a time

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules: the registries' words, the table of precedence, and how registers number."""

    words: Callable[[RegistrationId], Words]
    precedence: Precedence
    numberings: Numberings


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A valid event, and the size of its record value in bytes. Sizes bound the number of kept events."""

    event: RegistrationEvent
    size: int


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
    history = _BoundedHistory(base=empty(own))
    for one in received:
        history.take(one, words)
    return history.registration(words)


@dataclass(slots=True)
class _BoundedHistory:
    """The accepted events of one registration. Past the bound the older half is folded, as `admit` does."""

    base: Registration
    base_sequence: int = 0
    is_bounded: bool = False
    events: dict[EventId, Received] = field(default_factory=dict)
    sequences: set[int] = field(default_factory=set)
    size: int = 0

    def take(self, one: Received, words: Words) -> None:
        """Keep an event, unless it is a repeat, is refused, or is too late for a bounded history."""
        event = one.event
        if event.event_id in self.events or event.sequence in self.sequences or event.sequence <= self.base_sequence:
            return
        if event.replaces is not None:
            target = self.events.get(event.replaces)
            if target is None and self.is_bounded:
                return
            if target is not None and target.event.sequence >= event.sequence:
                return
        self.events[event.event_id] = one
        self.sequences.add(event.sequence)
        self.size += one.size
        while len(self.events) > bounds.HELD_EVENTS or self.size > HELD_BYTES:
            self._fold_the_older_half(words)

    def registration(self, words: Words) -> Registration:
        return fold(self.base, (one.event for one in self.events.values()), words)

    def _fold_the_older_half(self, words: Words) -> None:
        ordered = self._ordered()
        half = (len(ordered) + 1) // 2
        older, newer = ordered[:half], ordered[half:]
        gone = {one.event.event_id for one in older}
        for one in newer:  # a replacement goes with the events that it settled
            if one.event.replaces in gone:
                gone.add(one.event.event_id)
        self.base = fold(self.base, (one.event for one in ordered if one.event.event_id in gone), words)
        self.base_sequence, self.is_bounded = older[-1].event.sequence, True
        self.events = {one.event.event_id: one for one in newer if one.event.event_id not in gone}
        self.sequences = {one.event.sequence for one in self.events.values()}
        self.size = sum(one.size for one in self.events.values())

    def _ordered(self) -> list[Received]:
        return sorted(self.events.values(), key=lambda one: (one.event.sequence, one.event.event_id))


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
