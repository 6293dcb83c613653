"""The resolver: keeps what registrations say that can link them, and moves them between companies when that changes.

Each turn takes a batch of evidence and judgements, finds the neighbourhood of what they touch, and groups it anew
from nothing (`clusters`). What comes out depends on what is known, never on the order in which it came; what it costs
depends on the neighbourhood, not on the register.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from register.changes import Cause
from register.ids import CompanyId, RegistrationId, company_id
from register.resolution.cases import Case, cases_of, shared_too_widely
from register.resolution.clusters import anchor_of, clustered, keys_of, most_of
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement, holding

SATURATED: Final = 50_000  # registrations listed under one key; one that reaches this is too wide for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is kept under one key. A registration has the first three; a shared key has `sharing`."""

    evidence: Evidence | None = None
    company_id: CompanyId | None = None
    judgements: tuple[Judgement, ...] = ()
    """Each as its decision, without the words."""
    cases: tuple[Case, ...] = ()
    """The open cases of which this registration is the first, or that tell of this key."""
    sharing: tuple[RegistrationId, ...] = ()


class Shelf(Protocol):
    """Where the resolver keeps what it knows."""

    def get_many(self, keys: Iterable[str]) -> Mapping[str, Known | None]:
        """Read what is kept under these keys."""

    def put(self, key: str, known: Known | None) -> None:
        """Keep something, or nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A registration goes from one company to another."""

    registration_id: RegistrationId
    left: CompanyId
    company_id: CompanyId
    cause: Cause
    trigger: Evidence | Judgement
    """What led to it: what this registration said or was judged, else a fellow of its new or old company."""
    told_by_both: bool = False
    """It parts from a company that goes on and joins one that has registrations from elsewhere: both have news."""


@dataclass(slots=True, kw_only=True)
class Resolved:
    """What a batch led to. A case is opened anew when what it says changes."""

    moves: list[Move] = field(default_factory=list)
    opened: list[Case] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


Said = tuple[RegistrationId, Evidence | None]
"""What a registration says now; None: nothing any more."""
Triggers = Mapping[RegistrationId, Evidence | Judgement]
Companies = Mapping[RegistrationId, CompanyId]
_NOTHING: Final = Known()


class Resolver:
    """One batch at a time over one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._read: dict[str, Known] = {}
        self._changed: dict[str, None] = {}
        self._silenced: dict[RegistrationId, Evidence] = {}  # what those said before that say nothing any more

    def take(self, said: Sequence[Said], judged: Sequence[Judgement]) -> Resolved:
        """Learn a batch and say what follows from it."""
        self._read, self._changed, self._silenced = {}, {}, {}
        resolved = Resolved()
        touched = self._hear(dict(said), resolved) | self._obey(judged)
        self._resolve(self._neighbourhood(touched), _triggers(said, judged), resolved)
        for key in self._changed:
            known = self._read[key]
            self._shelf.put(key, None if known == _NOTHING else known)
        return resolved

    def _obey(self, judged: Sequence[Judgement]) -> set[RegistrationId]:
        """Write judgements down with both of their registrations; returns these."""
        told: dict[RegistrationId, set[Judgement]] = {}
        for judgement in judged:
            for party in judgement.pair:
                told.setdefault(party, set()).add(judgement.decision())
        self._load(map(_entry, told))
        for party, judgements in told.items():
            known = self._read[_entry(party)]
            if unheard := judgements.difference(known.judgements):
                ordered = sorted((*known.judgements, *unheard), key=lambda one: one.moment)
                self._write(_entry(party), replace(known, judgements=tuple(ordered)))
        return set(told)

    def _hear(self, said: Mapping[RegistrationId, Evidence | None], resolved: Resolved) -> set[RegistrationId]:
        """Write evidence down; returns every registration whose links it may have changed."""
        self._load(map(_entry, said))
        left: dict[str, set[RegistrationId]] = {}
        joined: dict[str, set[RegistrationId]] = {}
        for own, now in said.items():
            known = self._read[_entry(own)]
            old, new = _keys(known.evidence), _keys(now)
            for key in old - new:
                left.setdefault(key, set()).add(own)
            for key in new - old:
                joined.setdefault(key, set()).add(own)
            self._write(_entry(own), replace(known, evidence=now))
            if now is None and known.evidence is not None:
                self._silenced[own] = known.evidence
        self._load({*left, *joined})
        touched = set(said)
        for key in sorted({*left, *joined}):
            touched |= self._share(key, left.get(key, set()), joined.get(key, set()), resolved)
        return touched

    def _share(
        self, key: str, left: set[RegistrationId], joined: set[RegistrationId], resolved: Resolved
    ) -> set[RegistrationId]:
        """Keep who shares a key; returns whose links that may change: nobody's when it is too wide as before."""
        known, most = self._read[key], most_of(key)
        before = set(known.sharing)
        after = before if len(before) >= SATURATED else (before - left) | joined
        sharing = tuple(sorted(after))
        tells = len(after) > most and not key.startswith("stem/")
        cases = (shared_too_widely(key, sharing, most),) if tells else ()
        resolved.opened += (case for case in cases if case not in known.cases)
        resolved.closed += (case.case_id for case in known.cases if not cases)
        self._write(key, replace(known, sharing=sharing, cases=cases))
        if min(len(before), len(after)) > most:
            return set()
        return before | after | _middle(key)

    def _neighbourhood(self, seeds: Collection[RegistrationId]) -> set[RegistrationId]:
        """Find all registrations that anything leads to from these, step by step."""
        near: set[RegistrationId] = set()
        edge = set(seeds)
        while edge:
            near |= edge
            self._load(map(_entry, edge))
            keys = {key for one in edge for key in (*_keys(self._read[_entry(one)].evidence), *_named(one))}
            self._load(keys)
            found = {two for key in keys if not self._is_wide(key) for two in (*self._read[key].sharing, *_middle(key))}
            for one in edge:
                found |= {party for judgement in self._read[_entry(one)].judgements for party in judgement.pair}
            edge = found - near
        return near

    def _resolve(self, near: set[RegistrationId], triggers: Triggers, resolved: Resolved) -> None:
        """Group a neighbourhood anew, and write down who moves and what a steward should see."""
        evidence = {one: found for one in sorted(near) if (found := self._read[_entry(one)].evidence) is not None}
        held = holding({judgement for one in near for judgement in self._read[_entry(one)].judgements})
        keys = {key for one in evidence.values() for key in keys_of(one)}
        clusters = clustered(evidence, held, {key for key in keys if self._is_wide(key)})
        companies = {one: company_id(one) for one in near}
        for members in clusters.members.values():
            companies |= dict.fromkeys(members, company_id(anchor_of(members, evidence)))
        before = {one: self._read[_entry(one)].company_id or company_id(one) for one in near}
        resolved.moves += _moves(before, companies, triggers, {**self._silenced, **evidence})
        for move in resolved.moves:
            key = _entry(move.registration_id)
            own = company_id(move.registration_id)
            self._write(key, replace(self._read[key], company_id=None if move.company_id == own else move.company_id))
        stems = {key for key in keys if key.startswith("stem/") and not self._is_wide(key)}
        alike = {key: {one: companies[one] for one in self._read[key].sharing} for key in sorted(stems)}
        self._file(near, cases_of(evidence, held, clusters.refused, alike), resolved)

    def _file(self, near: Collection[RegistrationId], cases: Mapping[str, Case], resolved: Resolved) -> None:
        """Open the cases that are new, close those that are settled; each is kept with its first registration."""
        kept: dict[RegistrationId, list[Case]] = {}
        for case in cases.values():
            kept.setdefault(case.registrations[0], []).append(case)
        for one in sorted(near):
            known, now = self._read[_entry(one)], tuple(sorted(kept.get(one, ()), key=lambda case: case.case_id))
            if known.cases != now:
                resolved.closed += (case.case_id for case in known.cases if case.case_id not in cases)
                resolved.opened += (case for case in now if case not in known.cases)
                self._write(_entry(one), replace(known, cases=now))

    def _is_wide(self, key: str) -> bool:
        return len(self._read[key].sharing) > most_of(key)

    def _load(self, keys: Iterable[str]) -> None:
        unread = [key for key in dict.fromkeys(keys) if key not in self._read]
        if unread:
            found = self._shelf.get_many(unread)
            self._read |= {key: found[key] or _NOTHING for key in unread}

    def _write(self, key: str, known: Known) -> None:
        self._read[key] = known
        self._changed[key] = None


def _triggers(said: Sequence[Said], judged: Sequence[Judgement]) -> Triggers:
    """Name what was said of each registration in this batch; of several things the last, and a judgement before all."""
    found: dict[RegistrationId, Evidence | Judgement] = {own: one for own, one in said if one is not None}
    return found | {party: judgement for judgement in judged for party in judgement.pair}


def _moves(
    before: Companies, after: Companies, triggers: Triggers, said: Mapping[RegistrationId, Evidence]
) -> Iterator[Move]:
    """List who goes where. A company that loses some members and keeps others comes apart; else it joins another."""
    split: dict[CompanyId, set[CompanyId]] = {}
    made_of: dict[CompanyId, set[CompanyId]] = {}
    behind: dict[CompanyId, Evidence | Judgement] = {}
    for one in sorted(after):
        split.setdefault(before[one], set()).add(after[one])
        made_of.setdefault(after[one], set()).add(before[one])
        if one in triggers:
            behind |= dict.fromkeys((before[one], after[one]), triggers[one])
    for one in sorted(after):
        if before[one] != after[one]:
            parts = len(split[before[one]]) > 1
            yield Move(
                registration_id=one,
                left=before[one],
                company_id=after[one],
                cause=Cause.UNMERGE if parts else Cause.MERGE,
                trigger=triggers.get(one) or behind.get(after[one]) or behind.get(before[one]) or said[one],
                told_by_both=parts and len(made_of[after[one]]) > 1,
            )


def _entry(registration: RegistrationId) -> str:
    return f"registration/{registration}"


def _keys(evidence: Evidence | None) -> set[str]:
    return set() if evidence is None else set(keys_of(evidence))


def _named(registration: RegistrationId) -> tuple[str, str]:
    """Name the keys under which others name this registration."""
    return f"home/{registration}", f"number/{registration}"


def _middle(key: str) -> set[RegistrationId]:
    """Give the registration that a key names: those who share it meet there."""
    kind, _, about = key.partition("/")
    return {RegistrationId(about)} if kind in ("home", "number") else set()
