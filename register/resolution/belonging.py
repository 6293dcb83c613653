"""Who is one company with a registration, from evidence that is looked up only where links lead.

It asks the resolver about one registration. Its store makes what is stored under a key when it is first read.
So the answer is that of a resolver that had read all evidence, at the cost of a neighbourhood.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from register.authority_kinds import AuthorityKinds
from register.ids import CompanyId, RegistrationId
from register.resolution.clusters import keys_of, most_sharing
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement
from register.resolution.resolution_state import ResolutionState, entry_of
from register.resolution.resolver import Resolver

CANDIDATES: Final = 64  # registrations whose evidence is read at a time, until a key is known to be too wide
_ENTRY: Final = entry_of(RegistrationId(""))


class EvidenceKnown(Protocol):
    """All evidence and all judgements of one moment."""

    def evidence(self, registrations: Iterable[RegistrationId]) -> Mapping[RegistrationId, Evidence | None]:
        """Give the evidence of each of these registrations; None where it states nothing."""
        ...

    def stating(self, keys: Iterable[str]) -> Mapping[str, Sequence[RegistrationId]]:
        """Give, by key, all registrations that may have evidence under it, and perhaps others."""
        ...

    def judgements_on(self, registrations: Iterable[RegistrationId]) -> Iterable[Judgement]:
        """Give the judgements on any of these registrations."""
        ...


def companies_around(
    own: RegistrationId, known: EvidenceKnown, authorities: AuthorityKinds
) -> Mapping[RegistrationId, CompanyId]:
    """Give the companies of connected registrations; one that is in the company of its own id is left out."""
    evidence = known.evidence([own])[own]
    resolved = Resolver(_Recalled(known), authorities).resolve([(own, evidence)], [])
    return {move.registration_id: move.company_id for move in resolved.moves}


class _Recalled:
    """A `ResolutionStore` that makes what is stored under a key when it is first read."""

    def __init__(self, known: EvidenceKnown) -> None:
        self._known = known
        self._states: dict[str, ResolutionState | None] = {}

    def get_many(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        wanted = list(keys)
        fresh = [key for key in wanted if key not in self._states]
        entries = [RegistrationId(key.removeprefix(_ENTRY)) for key in fresh if key.startswith(_ENTRY)]
        self._states |= self._entries(entries) if entries else {}
        shared = [key for key in fresh if not key.startswith(_ENTRY)]
        self._states |= self._shared(shared) if shared else {}
        return {key: self._states[key] for key in wanted}

    def put(self, key: str, state: ResolutionState | None) -> None:
        self._states[key] = state

    def _entries(self, registrations: Sequence[RegistrationId]) -> Mapping[str, ResolutionState]:
        evidence = self._known.evidence(registrations)
        judged: dict[RegistrationId, list[Judgement]] = {}
        for one in self._known.judgements_on(registrations):
            for party in one.pair:
                judged.setdefault(party, []).append(one.decision())
        return {
            entry_of(one): ResolutionState(
                evidence=evidence[one], judgements=tuple(sorted(judged.get(one, ()), key=lambda made: made.moment))
            )
            for one in registrations
        }

    def _shared(self, keys: Sequence[str]) -> Mapping[str, ResolutionState]:
        """Find who shares keys; of a stem nobody, because it makes only cases."""
        candidates = self._known.stating([key for key in keys if not key.startswith("stem/")])
        return {
            key: ResolutionState(sharing=tuple(sorted(self._carrying(key, candidates.get(key, ()))))) for key in keys
        }

    def _carrying(self, key: str, candidates: Sequence[RegistrationId]) -> Iterator[RegistrationId]:
        """Find those that have evidence under a key, up to one more than makes it too wide."""
        found = 0
        for at in range(0, len(candidates), CANDIDATES):
            for own, one in self._known.evidence(candidates[at : at + CANDIDATES]).items():
                if one is not None and key in keys_of(one):
                    found += 1
                    yield own
            if found > most_sharing(key):
                return
