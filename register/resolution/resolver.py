"""The resolver: stores the evidence of registrations, and moves them between companies when it changes.

Each turn takes a batch of evidence and judgements. It finds all registrations that the batch may affect (`link_graph`),
and groups them again from the beginning (`clusters`). The result depends on what is known, never on the order of
arrival. The cost is bounded, whatever the size of the register.
"""

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from register.authority_kinds import AuthorityKinds
from register.ids import CompanyId, RegistrationId, company_id
from register.resolution.cases import (
    Case,
    homes_not_followed,
    links_refused,
    malformed,
    shared_too_widely,
    stem_shared,
    too_many_linked,
)
from register.resolution.clusters import RefusedLink, anchor_of, clustered, keys_of, most_sharing
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement, RegistrationPair, holding_judgements
from register.resolution.link_graph import HOMES_MOST, REACH_MOST, Graph, Reach, link_left_out
from register.resolution.moves import Move, StatedEvidence, Triggers, moves_between, triggers_in
from register.resolution.resolution_state import ResolutionState, ResolutionStore, entry_of

SATURATED: Final = 50_000  # registrations listed under one key; a key that reaches this stays too wide


@dataclass(slots=True, kw_only=True)
class Resolved:
    """The result of a batch. A case that changes is opened again."""

    moves: list[Move] = field(default_factory=list)
    opened: list[Case] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


_EMPTY: Final = ResolutionState()


class Resolver:
    """Resolves one batch at a time, with the state in `store`."""

    def __init__(self, store: ResolutionStore, authorities: AuthorityKinds) -> None:
        self._store = store
        self._authorities = authorities
        self._read: dict[str, ResolutionState] = {}
        self._before: dict[str, ResolutionState] = {}  # the states that this batch changed, as they were before
        self._stems: dict[str, None] = {}  # the stems that a registration of this batch joined or left
        self._silenced: dict[RegistrationId, Evidence] = {}  # the last evidence before everything was withdrawn

    def resolve(self, stated: Sequence[StatedEvidence], judgements: Sequence[Judgement]) -> Resolved:
        """Apply a batch; returns the moves, and the cases to open and to close."""
        self._read, self._before, self._stems, self._silenced = {}, {}, {}, {}
        resolved = Resolved()
        touched = self._record_evidence(dict(stated), resolved) | self._record_judgements(judgements)
        now = Graph(self._load, self._read)
        near = self._affected_by(touched, Graph(self._load, ChainMap(self._before, self._read)), now)
        self._regroup(near, now, triggers_in(stated, judgements), resolved)
        self._update_stem_cases(near, resolved)
        for key in self._before:
            known = self._read[key]
            self._store.put(key, None if known == _EMPTY else known)
        return resolved

    def _record_judgements(self, judgements: Sequence[Judgement]) -> set[RegistrationId]:
        """Store judgements with both of their registrations; returns these registrations."""
        by_registration: dict[RegistrationId, set[Judgement]] = {}
        for judgement in judgements:
            for party in judgement.pair:
                by_registration.setdefault(party, set()).add(judgement.decision())
        self._load(map(entry_of, by_registration))
        for party, decisions in by_registration.items():
            known = self._read[entry_of(party)]
            if new := decisions.difference(known.judgements):
                ordered = sorted((*known.judgements, *new), key=lambda one: one.moment)
                self._write(entry_of(party), replace(known, judgements=tuple(ordered)))
        return set(by_registration)

    def _record_evidence(
        self, stated: Mapping[RegistrationId, Evidence | None], resolved: Resolved
    ) -> set[RegistrationId]:
        """Store evidence; returns every registration whose links it may have changed."""
        self._load(map(entry_of, stated))
        left: dict[str, set[RegistrationId]] = {}
        joined: dict[str, set[RegistrationId]] = {}
        for own, now in stated.items():
            known = self._read[entry_of(own)]
            old, new = _keys(known.evidence), _keys(now)
            for key in old - new:
                left.setdefault(key, set()).add(own)
            for key in new - old:
                joined.setdefault(key, set()).add(own)
            self._write(entry_of(own), replace(known, evidence=now))
            if now is None and known.evidence is not None:
                self._silenced[own] = known.evidence
        self._load({*left, *joined})
        touched = set(stated)
        for key in sorted({*left, *joined}):
            touched |= self._update_sharing(key, left.get(key, set()), joined.get(key, set()), resolved)
        return touched

    def _update_sharing(
        self, key: str, left: set[RegistrationId], joined: set[RegistrationId], resolved: Resolved
    ) -> set[RegistrationId]:
        """Store who shares a key; returns the registrations whose links may change: none while it stays too wide."""
        known, most = self._read[key], most_sharing(key)
        before = set(known.sharing)
        after = before if len(before) >= SATURATED else (before - left) | joined
        sharing = tuple(sorted(after))
        self._write(key, replace(known, sharing=sharing))
        if key.startswith("stem/"):
            self._stems[key] = None
        else:
            self._update_cases(key, (shared_too_widely(key, sharing, most),) if len(after) > most else (), resolved)
        if min(len(before), len(after)) > most:
            return set()
        return before | after | _registration_in(key)

    def _affected_by(self, touched: Collection[RegistrationId], before: Graph, now: Graph) -> set[RegistrationId]:
        """Find the registrations whose company or cases may change: those connected before or connected now."""
        seeds = set(touched)
        for one in touched:
            if (before.evidence(one) is None) != (now.evidence(one) is None):  # its links appear or disappear
                self._load(_keys_of_others(one))
                seeds |= {
                    two for key in _keys_of_others(one) if not now.is_wide(key) for two in self._read[key].sharing
                }
                seeds |= {party for pair in now.judgements_on(one) for party in pair}
        for one in tuple(seeds):
            homes = before.home(one), now.home(one)
            for graph in (before, now):
                tree = graph.tree(one)
                seeds |= set() if tree is None else tree.homes.keys()
                if tree is None and homes[0] != homes[1] and (end := graph.ring_end(one)) is not None:
                    seeds.add(end)
        affected = {two for one in seeds for graph in (before, now) for two in graph.reach(one).members}
        return {two for one in affected for two in now.reach(one).members}

    def _regroup(self, near: set[RegistrationId], now: Graph, triggers: Triggers, resolved: Resolved) -> None:
        """Group a neighbourhood again; store the companies, the moves and the cases."""
        evidence = {one: found for one in sorted(near) if (found := now.evidence(one)) is not None}
        companies, refused = {one: company_id(one) for one in near}, list[RefusedLink]()
        for reach in dict.fromkeys(now.reach(one) for one in evidence):
            if len(reach.members) > 1:
                refused += self._group(reach, evidence, now, companies)
        before = {one: self._read[entry_of(one)].company_id or company_id(one) for one in near}
        resolved.moves += moves_between(before, companies, triggers, evidence, self._silenced)
        for move in resolved.moves:
            key = entry_of(move.registration_id)
            own = company_id(move.registration_id)
            self._write(key, replace(self._read[key], company_id=None if move.company_id == own else move.company_id))
        cases: dict[RegistrationId, list[Case]] = {one: [] for one in near}
        for case in links_refused(refused):
            cases[case.registrations[0]].append(case)
        for one, found in evidence.items():
            cases[one] += (*malformed(found), *_cases_of_links_left_out(one, now))
        for one in sorted(cases):
            self._update_cases(entry_of(one), tuple(sorted(cases[one], key=lambda case: case.case_id)), resolved)

    def _group(
        self,
        reach: Reach,
        evidence: Mapping[RegistrationId, Evidence],
        now: Graph,
        companies: dict[RegistrationId, CompanyId],
    ) -> Iterable[RefusedLink]:
        """Set the companies of connected registrations; returns the links that were not followed."""
        evidence_used = {one: _without_home_left_out(evidence[one], now) for one in sorted(reach.members)}
        keys = {key for one in evidence_used.values() for key in keys_of(one)}
        self._load(keys)
        held = {pair: one for member in reach.members for pair, one in now.judgements_on(member).items()}
        wide = {key for key in keys if now.is_wide(key)}
        clusters = clustered(evidence_used, held, wide, reach.kinds, authorities=self._authorities)
        for members in clusters.members.values():
            companies |= dict.fromkeys(members, company_id(anchor_of(members, evidence_used, self._authorities)))
        return clusters.refused

    def _update_stem_cases(self, near: Iterable[RegistrationId], resolved: Resolved) -> None:
        """Open and close the cases of the neighbourhood's stems; a case is stored with its stem."""
        stems = {key for one in near for key in _keys(self._read[entry_of(one)].evidence) if key.startswith("stem/")}
        for key in sorted({*stems, *self._stems}):
            self._load((key,))
            sharing = () if len(self._read[key].sharing) > most_sharing(key) else self._read[key].sharing
            self._load(map(entry_of, sharing))
            known = {one: self._read[entry_of(one)] for one in sharing}
            held: Mapping[RegistrationPair, Judgement] = holding_judgements(
                {judgement for one in known.values() for judgement in one.judgements}
            )
            companies = {one: found.company_id or company_id(one) for one, found in known.items()}
            self._update_cases(key, stem_shared(key, companies, held), resolved)

    def _update_cases(self, key: str, cases: tuple[Case, ...], resolved: Resolved) -> None:
        """Store the open cases of a key; adds the new and the closed ones to `resolved`."""
        known = self._read[key]
        if known.cases != cases:
            ids = {case.case_id for case in cases}
            resolved.closed += (case.case_id for case in known.cases if case.case_id not in ids)
            resolved.opened += (case for case in cases if case not in known.cases)
            self._write(key, replace(known, cases=cases))

    def _load(self, keys: Iterable[str]) -> None:
        unread = [key for key in dict.fromkeys(keys) if key not in self._read]
        if unread:
            found = self._store.get_many(unread)
            self._read |= {key: found[key] or _EMPTY for key in unread}

    def _write(self, key: str, known: ResolutionState) -> None:
        self._before.setdefault(key, self._read[key])
        self._read[key] = known


def _cases_of_links_left_out(one: RegistrationId, now: Graph) -> Iterator[Case]:
    """Make the cases of a registration whose links were left out because they connect too many."""
    if now.represents_unfollowed_homes(one):
        other = now.home(one) or min(now.branches(one), default=one)
        yield homes_not_followed(one, other, HOMES_MOST, REACH_MOST)
    if (two := link_left_out(now, one)) is not None:
        yield too_many_linked(one, two, REACH_MOST)


def _without_home_left_out(evidence: Evidence, now: Graph) -> Evidence:
    """Leave out a home that is not followed: no company is named for it."""
    return (
        replace(evidence, home=None) if evidence.home and now.home_is_left_out(evidence.registration_id) else evidence
    )


def _keys(evidence: Evidence | None) -> set[str]:
    return set() if evidence is None else set(keys_of(evidence))


def _keys_of_others(registration: RegistrationId) -> tuple[str, str]:
    """Give the keys under which others name this registration."""
    return f"home/{registration}", f"number/{registration}"


def _registration_in(key: str) -> set[RegistrationId]:
    """Give the registration that a key names: the key links all its registrations to that one."""
    kind, _, about = key.partition("/")
    return {RegistrationId(about)} if kind in ("home", "number") else set()
