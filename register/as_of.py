"""What the register said of a company on a day in law, as it was known at a moment.

A question has two times. `known_at` chooses what the register knew: the events that it had answered, and the judgements
that had been made. `as_of` chooses what counts in law: the places of a history whose effective date is not later. Who
is one company depends on `known_at` alone (docs/decisions/0016-what-was-known-then.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, Protocol

from register.authority_words import Words
from register.bounded_history import BoundedHistory, Received
from register.company import Company, company_of
from register.events import RegistrationEvent
from register.ids import COMPANY_PREFIX, CompanyId, RegistrationId, company_id, own_registration
from register.registration import Registration, apply, empty, standing_events
from register.resolution.belonging import companies_around
from register.resolution.evidence import Evidence, evidence_of
from register.resolution.judgements import Judgement
from register.whole import Rules

BATCH: Final = 500  # registrations whose events are held at a time, some 8 events of 6 kB each


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """The two times of a question."""

    known_at: datetime
    """What was known up to this moment counts, this moment included."""
    as_of: date | None = None
    """What took effect up to this day counts, this day included. None: everything, as in the live register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An accepted event, and the moment of its receipt."""

    received: Received
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedJudgement:
    """A judgement, and the moment at which it came to its topic."""

    judgement: Judgement
    made_at: datetime


class EventMemory(Protocol):
    """All that registries and stewards ever said. May block; raises what its place raises."""

    def answered(self, registrations: Iterable[RegistrationId]) -> Mapping[RegistrationId, Sequence[Answered]]:
        """Give the accepted events of registrations, as they arrived; a registration without any may be left out."""
        ...

    def stating(self, keys: Iterable[str]) -> Mapping[str, Sequence[RegistrationId]]:
        """Give, by key, the registrations of which some event states it (`stated_keys`); keys may be left out."""
        ...

    def judgements(self, registrations: Iterable[RegistrationId]) -> Iterable[TimedJudgement]:
        """Give the judgements on any of these registrations."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyThen:
    """A company's record, at version 0. `aliases`: the ids of its other registrations, which meant this company."""

    company: Company
    aliases: tuple[CompanyId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """No event of the registration had been answered. `since`: when the first one was; None: never."""

    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInForce:
    """The company was known, and stated nothing on that day. `since`: the first day on which it does; None: on none."""

    company_id: CompanyId
    since: date | None


class Asked:
    """The register at the two times of a question. It reads of a memory what a question needs, and keeps it."""

    def __init__(self, memory: EventMemory, then: Then, rules: Rules) -> None:
        self._memory = memory
        self._then = then
        self._rules = rules
        self._standing: dict[RegistrationId, Sequence[RegistrationEvent]] = {}
        self._known: dict[RegistrationId, Registration] = {}

    def company(self, named: str) -> CompanyThen | Unknown | NotInForce:
        """Answer for the company of an id: its own, that of a registration, or one that merged away."""
        own = RegistrationId(named.removeprefix(COMPANY_PREFIX))
        moments = [one.answered_at for one in self._memory.answered([own]).get(own, ())]
        if not moments or min(moments) > self._then.known_at:
            return Unknown(since=min(moments, default=None))
        belongs = companies_around(own, self, self._rules.precedence.kinds)
        company = belongs.get(own, company_id(own))
        return self._record(company, {own_registration(company), *(one for one in belongs if belongs[one] == company)})

    def companies(self, registrations: Iterable[RegistrationId]) -> Iterator[CompanyThen]:
        """Give all companies that state something, by id. Give all registrations of the memory, by id."""
        members: dict[CompanyId, set[RegistrationId]] = {}
        settled: set[RegistrationId] = set()
        for batch in _batches(registrations):
            self._standing.clear()
            self._known.clear()
            alone = self._alone(batch)
            for own in batch:
                if own not in alone and own not in settled:
                    belongs = companies_around(own, self, self._rules.precedence.kinds)
                    for one in belongs.keys() - settled:
                        members.setdefault(belongs[one], {own_registration(belongs[one])}).add(one)
                    settled |= belongs.keys()
                if own in settled:
                    continue
                found = self._record(company_id(own), members.pop(company_id(own), {own}))
                if isinstance(found, CompanyThen):
                    yield found

    def evidence(self, registrations: Iterable[RegistrationId]) -> Mapping[RegistrationId, Evidence | None]:
        """See `register.resolution.belonging.EvidenceKnown`."""
        known = self._registrations(list(registrations))
        return {own: evidence_of(one, self._rules.numberings) for own, one in known.items()}

    def stating(self, keys: Iterable[str]) -> Mapping[str, Sequence[RegistrationId]]:
        """See `register.resolution.belonging.EvidenceKnown`."""
        return self._memory.stating(keys)

    def judgements_on(self, registrations: Iterable[RegistrationId]) -> Iterable[Judgement]:
        """See `register.resolution.belonging.EvidenceKnown`."""
        made = self._memory.judgements(registrations)
        return (one.judgement for one in made if one.made_at <= self._then.known_at)

    def _registrations(self, registrations: Sequence[RegistrationId]) -> Mapping[RegistrationId, Registration]:
        """Fold all that was known of these registrations, whatever its day."""
        fresh = [own for own in dict.fromkeys(registrations) if own not in self._standing]
        answered = self._memory.answered(fresh) if fresh else {}
        for own in fresh:
            self._standing[own] = standing_then(answered.get(own, ()), self._then.known_at)
            self._known[own] = registration_then(own, self._standing[own], None, self._rules.words(own))
        return {own: self._known[own] for own in registrations}

    def _record(self, company: CompanyId, members: Iterable[RegistrationId]) -> CompanyThen | NotInForce:
        known = {own: one for own, one in self._registrations(sorted(members)).items() if one.properties}
        in_force: dict[RegistrationId, Registration] = {}
        for own in known:
            one = registration_then(own, self._standing[own], self._then.as_of, self._rules.words(own))
            if one.properties:
                in_force[own] = one
        if not in_force:
            days = [event.effective_date for own in known for event in self._standing[own]]
            return NotInForce(company_id=company, since=min(days, default=None))
        others = (company_id(own) for own in known)
        return CompanyThen(
            company=company_of(company, in_force, self._rules.precedence),
            aliases=tuple(one for one in others if one != company),
        )

    def _alone(self, batch: Sequence[RegistrationId]) -> set[RegistrationId]:
        """Find the registrations that no link can lead to or from: most of them."""
        evidence = self.evidence(batch)
        names_nobody = [own for own, one in evidence.items() if one is None or not (one.home or one.renumbered)]
        carried = {own: [f"identifier/{key}" for key in one.identifiers] for own, one in evidence.items() if one}
        named = {own: [f"home/{own}", f"number/{own}"] for own in names_nobody}
        stating = self._memory.stating({key for keys in (*carried.values(), *named.values()) for key in keys})
        judged = {party for one in self.judgements_on(batch) for party in one.pair}
        return {
            own
            for own in names_nobody
            if own not in judged
            and all(set(stating.get(key, ())) <= {own} for key in (*carried.get(own, ()), *named[own]))
        }


def standing_then(answered: Iterable[Answered], known_at: datetime) -> Sequence[RegistrationEvent]:
    """List the events that stood, each in its place and in the registry's order, of those answered by a moment.

    Give the accepted events of one registration, as they arrived. What a bounded history has settled keeps its places:
    a later event cannot change them, and their days still count.

    >>> standing_then([], datetime(2025, 1, 1))
    ()
    """
    history: BoundedHistory[tuple[RegistrationEvent, ...]] = BoundedHistory(
        base=(), settle=lambda base, events: (*base, *standing_events(events))
    )
    for one in answered:
        if one.answered_at <= known_at:
            history.take(one.received)
    return history.all_settled()


def registration_then(
    own: RegistrationId, standing: Iterable[RegistrationEvent], as_of: date | None, words: Words
) -> Registration:
    """Fold the standing events that had taken effect by a day.

    >>> registration_then(RegistrationId("KW.MOCI.1"), [], None, Words()).properties
    {}
    """
    folded = empty(own)
    for event in standing:
        if as_of is None or event.effective_date <= as_of:
            folded = apply(folded, event, words)
    return folded


def _batches(registrations: Iterable[RegistrationId]) -> Iterator[list[RegistrationId]]:
    rest = iter(registrations)
    while batch := list(islice(rest, BATCH)):
        yield batch
