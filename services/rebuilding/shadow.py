"""The rebuilt register: which registrations there are, who belongs together, and the record of each company.

Folded registrations stand on disk. Events that came later are read on, and their registrations are folded again from
all their events.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from register.company import Company, company_of
from register.history import History
from register.ids import CompanyId, RegistrationId, authority_of, company_id, own_registration
from register.registration import Registration
from register.resolution.at_once import linked, state_of_key
from register.resolution.evidence import Evidence, evidence_of
from register.resolution.judgements import Judgement
from register.resolution.resolution_state import ResolutionState, entry_of
from register.resolution.resolver import Resolver
from schemas.facts.authorities import authorities
from services.rebuilding.admitted_history import admitted_history
from services.rebuilding.comparing import Moved
from services.rebuilding.folding import (
    FoldedFiles,
    PlaceOfRegistration,
    entries_of,
    events_in,
    folded_in,
    rules_in_use,
)
from services.rebuilding.rebuild_directory import RebuildDirectory
from services.rebuilding.record_buckets import bucket_of
from services.rebuilding.resolution_store import WrittenResolutionStore
from services.rebuilding.valid_events import ValidEvent

BATCH: Final = 1_000  # registrations or judgements that are resolved at a time


class Shadow:
    """The register as rebuilt from its events and judgements, up to where they were read."""

    def __init__(self, directory: RebuildDirectory) -> None:
        self.directory = directory
        self._files = FoldedFiles(directory)
        self._places: dict[str, int] = {}  # of folded registrations that state something: bucket, place and size
        self._later: dict[RegistrationId, Registration | None] = {}  # folded again; None where all was withdrawn
        self._belongs: dict[RegistrationId, CompanyId] = {}  # of those that are not in the company of their own id
        self._joined: dict[CompanyId, set[RegistrationId]] = {}
        self._store = WrittenResolutionStore()
        self._resolver = Resolver(self._store, rules_in_use().precedence.kinds)

    def load(self, judgements: Sequence[Judgement], *, with_cases: bool) -> None:
        """Read the folded registrations, and resolve them. `with_cases`: the states have their cases, too."""
        sharing: dict[str, list[RegistrationId]] = {}
        malformed = set[RegistrationId]()
        for bucket in range(self.directory.manifest.buckets):
            for entry in entries_of(self.directory, bucket):
                own = RegistrationId(entry.registration_id)
                self._places[own] = _packed(PlaceOfRegistration(bucket, entry.place, entry.size))
                self._store.held[entry_of(own)] = entry.resolution
                for key in entry.keys:
                    sharing.setdefault(key, []).append(own)
                if entry.is_malformed:
                    malformed.add(own)
        for key, around in sharing.items():
            self._store.put(key, state_of_key(key, around))
        grouped = (own for own in linked(sharing, judgements, malformed, with_cases=with_cases) if own in self._places)
        while batch := list(islice(grouped, BATCH)):
            states = self._store.get_many(map(entry_of, batch))
            stated = [(own, state.evidence) for own in batch if (state := states[entry_of(own)]) is not None]
            self._resolve(stated, [])
        self._judge(judgements)

    def read_again(self, touched: Iterable[bytes], judgements: Sequence[Judgement]) -> set[CompanyId]:
        """Fold registrations again from all their events, and apply judgements; returns the companies concerned."""
        concerned, folded = set[CompanyId](), dict[RegistrationId, Registration | None]()
        by_bucket: dict[int, set[bytes]] = {}
        for key in touched:
            by_bucket.setdefault(bucket_of(key, self.directory.manifest.buckets), set()).add(key)
        for bucket, keys in by_bucket.items():
            for one in folded_in(self.directory, bucket, frozenset(keys)):
                known = one.registration
                folded[known.registration_id] = known if known.properties else None
        for own in folded:
            concerned |= {self.company_id_of(own), company_id(own)}
        self._later |= folded
        waiting = iter(folded.items())
        while batch := list(islice(waiting, BATCH)):
            stated = [(own, None if one is None else _evidence(one)) for own, one in batch]
            concerned |= self._resolve(stated, [])
        return concerned | self._judge(judgements)

    def company_id_of(self, registration: RegistrationId) -> CompanyId:
        """Give the company that a registration belongs to."""
        return self._belongs.get(registration) or company_id(registration)

    def states_own(self, company: CompanyId) -> bool:
        """Tell whether the registration for which a company is named states something."""
        return self._states(own_registration(company))

    def company(self, company: CompanyId) -> Company | None:
        """Make the record of a company, at version 0; None where it has neither registrations nor an alias."""
        members = {own: one for own in self._members(company) if (one := self.registration(own)) is not None}
        alias = self._alias(company)
        if not members and alias is None:
            return None
        return company_of(company, members, rules_in_use().precedence, alias_of=alias)

    def registration(self, own: RegistrationId) -> Registration | None:
        """Give a registration from all its events; None where it states nothing."""
        if own in self._later:
            return self._later[own]
        packed = self._places.get(own)
        return None if packed is None else self._files.registration_at(_unpacked(packed))

    def events_of(self, own: RegistrationId) -> Sequence[ValidEvent]:
        """Give the valid events of a registration in the order of arrival, each with the record in which it came."""
        bucket = bucket_of(own.encode(), self.directory.manifest.buckets)
        for _, events in events_in(self.directory, bucket, frozenset({own.encode()})):
            return events
        return ()

    def history_of(self, own: RegistrationId) -> History[bytes] | None:
        """Give the state that `admit` must hold of a registration; None where it must hold none.

        A registration without events that was assigned has a state with its company alone.
        """
        history = admitted_history(own, self.events_of(own), authorities()[authority_of(own)])
        return None if history is None else replace(history, company_id=self._belongs.get(own))

    def resolution_states(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        """Give the states that `resolve` must hold under these keys. Its cases are there if `load` got them."""
        return self._store.get_many(keys)

    def resolution_keys(self) -> Iterable[str]:
        """List the keys under which `resolve` must hold a state."""
        return self._store.held.keys()

    def registrations(self) -> Iterable[RegistrationId]:
        """List the registrations that state something."""
        yield from (RegistrationId(own) for own in self._places if RegistrationId(own) not in self._later)
        yield from (own for own, one in self._later.items() if one is not None)

    def moved_by_bucket(self) -> dict[int, dict[CompanyId, Moved]]:
        """List, by bucket, the companies that are not of one registration. For a shadow that has not read on."""
        found: dict[int, dict[CompanyId, Moved]] = {}
        for company in {*self._joined, *map(company_id, self._belongs)}:
            bucket = bucket_of(own_registration(company).encode(), self.directory.manifest.buckets)
            members = tuple((own, _unpacked(self._places[own])) for own in self._members(company))
            found.setdefault(bucket, {})[company] = Moved(members, self._alias(company))
        return found

    def _members(self, company: CompanyId) -> list[RegistrationId]:
        own = own_registration(company)
        alone = [own] if own not in self._belongs and self._states(own) else []
        return sorted([*alone, *(one for one in self._joined.get(company, ()) if self._states(one))])

    def _alias(self, company: CompanyId) -> CompanyId | None:
        own = own_registration(company)
        return self._belongs.get(own) if self._states(own) else None

    def _states(self, own: RegistrationId) -> bool:
        return self._later[own] is not None if own in self._later else own in self._places

    def _judge(self, judgements: Sequence[Judgement]) -> set[CompanyId]:
        concerned, waiting = set[CompanyId](), iter(judgements)
        while batch := list(islice(waiting, BATCH)):
            concerned |= self._resolve([], batch)
        return concerned

    def _resolve(
        self, stated: Sequence[tuple[RegistrationId, Evidence | None]], judgements: Sequence[Judgement]
    ) -> set[CompanyId]:
        """Resolve a batch; returns the companies that registrations left or joined."""
        concerned = set[CompanyId]()
        for move in self._resolver.resolve(stated, judgements).moves:
            own = move.registration_id
            before, after = self.company_id_of(own), move.company_id
            concerned |= {before, after, company_id(own)}
            if own in self._belongs:
                self._joined[before].discard(own)
                del self._belongs[own]
            if after != company_id(own):
                self._belongs[own] = after
                self._joined.setdefault(after, set()).add(own)
        return concerned


def _evidence(one: Registration) -> Evidence | None:
    return evidence_of(one, rules_in_use().numberings)


def _packed(place: PlaceOfRegistration) -> int:
    """Keep a place in one number: a tuple of three takes three times the memory."""
    return place.bucket << 64 | place.place << 24 | place.size


def _unpacked(packed: int) -> PlaceOfRegistration:
    return PlaceOfRegistration(packed >> 64, packed >> 24 & 0xFFFFFFFFFF, packed & 0xFFFFFF)
