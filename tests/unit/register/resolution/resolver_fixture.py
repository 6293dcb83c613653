"""Short makers of evidence and judgements, and a resolver with its store in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from register.events import EventKind, EventRef
from register.ids import CompanyId, EventId, RegistrationId, company_id
from register.resolution.cases import Case
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement, Verdict
from register.resolution.moves import Move, StatedEvidence
from register.resolution.resolution_state import ResolutionState
from register.resolution.resolver import Resolved, Resolver
from schemas.facts.authorities import kinds

DAY = date(2025, 4, 1)
NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)


def says(
    own: str,
    *,
    home: str | None = None,
    lei: str | Iterable[str] = (),
    renumbered: Iterable[str] = (),
    legal_class: str | None = None,
    outdated: bool = False,
    stem: str | None = None,
    malformed: Iterable[str] = (),
) -> StatedEvidence:
    """Make the evidence of a registration."""
    ref = EventRef(
        event_id=EventId(f"e-{own}"), sequence=1, kind=EventKind.REGISTERED, effective_date=DAY, recorded_at=NOON
    )
    return RegistrationId(own), Evidence(
        registration_id=RegistrationId(own),
        event=ref,
        home=None if home is None else RegistrationId(home),
        identifiers=tuple(f"LEI:{one}" for one in ((lei,) if isinstance(lei, str) else lei)),
        renumbered=tuple(map(RegistrationId, renumbered)),
        legal_class=legal_class,
        outdated_number=outdated,
        stem=stem,
        malformed=tuple(malformed),
    )


def silent(own: str) -> StatedEvidence:
    """Make the evidence of a registration of which all was withdrawn."""
    return RegistrationId(own), None


def judged(
    number: int, left: str, right: str, verdict: Verdict = Verdict.SAME, revokes: int | None = None
) -> Judgement:
    """The number says which judgement is later."""
    return Judgement(
        judgement_id=f"j{number}",
        left=RegistrationId(left),
        right=RegistrationId(right),
        verdict=verdict,
        by="noor",
        why="seen the deeds",
        decided_at=NOON + timedelta(minutes=number),
        revokes=None if revokes is None else f"j{revokes}",
    )


@dataclass(slots=True)
class Desk:
    """A resolver with its store, and its decisions so far."""

    store: dict[str, ResolutionState] = field(default_factory=dict)
    companies: dict[RegistrationId, CompanyId] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)

    def get_many(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        return {key: self.store.get(key) for key in keys}

    def put(self, key: str, state: ResolutionState | None) -> None:
        if state is None:
            self.store.pop(key, None)
        else:
            self.store[key] = state

    def take(self, *said: StatedEvidence, judgements: Sequence[Judgement] = ()) -> Resolved:
        """Resolve one batch; check that each move begins where the earlier one ended."""
        resolved = Resolver(self, kinds()).resolve(said, judgements)
        for own, _ in said:
            self.companies.setdefault(own, company_id(own))
        for move in resolved.moves:
            before = self.companies.get(move.registration_id, company_id(move.registration_id))
            assert move.left == before
            self.companies[move.registration_id] = move.company_id
        for closed in resolved.closed:
            del self.cases[closed]
        for case in resolved.opened:
            assert self.cases.get(case.case_id) != case
            self.cases[case.case_id] = case
        self.moves += resolved.moves
        return resolved

    def company(self, own: str) -> str:
        """The company of a registration."""
        return self.companies[RegistrationId(own)]
