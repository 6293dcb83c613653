"""The stewards' queue of similar names: which pairs of companies are in it, as names, companies and judgements change.

A pair is in the queue when it is the best suggestion of one of the two companies, whichever came first: a new name is
asked among the known ones, and is offered to each that it is like. Two companies that one register lists, or of which
two registrations were judged, either way, are not suggested; nor is what is one company already.

What is open follows from the names, companies and judgements, not from their order; but a score is of its day, since
words weigh by how rare they are among the names that are known then, and of very many like names not all are compared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NamedTuple

from register.ids import CompanyId, RegistrationId, authority_of
from register.resolution.cases import Case
from register.resolution.judgements import Judgement, Pair, holding
from register.resolution.naming import Naming
from streams.suggestions.suggester import Alike, Suggester
from streams.suggestions.telling import case_id_of, case_of, key_of, pair_of, registration_of, score_of

ASKED: Final = 24  # different names of one company; a thousand branches of one have three

Said = tuple[RegistrationId, Naming | None]
"""What a registration is called now; None: it states no name any more."""
Found = Mapping[str, Alike]
"""By the id of the case that they would be: of the names of the two registrations, those that are most alike."""
Rank = tuple[int, Pair]
"""What puts suggestions in order, the best first."""


class Open(NamedTuple):
    """An open case, and the companies whose best suggestion it is."""

    case: Case
    companies: frozenset[CompanyId]


@dataclass(slots=True, kw_only=True)
class Turn:
    """What a batch led to: what is to be kept, by registration, pair and case (None: nothing any more)."""

    namings: dict[RegistrationId, Naming | None] = field(default_factory=dict)
    judgements: dict[Pair, tuple[Judgement, ...]] = field(default_factory=dict)
    cases: dict[str, Open | None] = field(default_factory=dict)
    opened: list[Case] = field(default_factory=list)
    """Those that are new, or say something else than before."""
    closed: list[str] = field(default_factory=list)


class NameQueue:
    """Holds all names, judgements and open cases in memory. Whoever keeps them tells a new queue: `recall_…`."""

    def __init__(self, suggester: Suggester) -> None:
        self._suggester = suggester
        self._namings: dict[RegistrationId, Naming] = {}
        self._members: dict[CompanyId, set[RegistrationId]] = {}
        self._judgements: dict[Pair, tuple[Judgement, ...]] = {}
        self._judged: dict[RegistrationId, set[RegistrationId]] = {}
        self._open: dict[str, Open] = {}
        self._about: dict[RegistrationId, set[str]] = {}
        self._best: dict[CompanyId, str] = {}
        self._companies: dict[str, set[CompanyId]] = {}  # as of now, while `_open` is as of the end of the turn before

    def recall_naming(self, naming: Naming) -> None:
        """Hold a naming that was kept."""
        self._namings[naming.registration_id] = naming
        self._members.setdefault(naming.company_id, set()).add(naming.registration_id)
        for key, name in _keyed(naming):
            self._suggester.add(key, name, naming.state)

    def recall_judgements(self, judgements: tuple[Judgement, ...]) -> None:
        """Hold all judgements on one pair that were kept."""
        pair = judgements[0].pair
        self._judgements[pair] = judgements
        decided = bool(holding(judgements))
        for one, other in (pair, pair[::-1]):
            others = self._judged.setdefault(one, set())
            if decided:
                others.add(other)
            else:
                others.discard(other)

    def recall_case(self, one: Open) -> None:
        """Hold an open case that was kept."""
        self._keep(one)
        self._companies[one.case.case_id] = set(one.companies)
        self._best |= dict.fromkeys(one.companies, one.case.case_id)

    def take(self, said: Iterable[Said], judged: Iterable[Judgement]) -> Turn:
        """Learn a batch, and say what follows from it."""
        turn = Turn()
        renamed: set[RegistrationId] = set()
        touched = {company for own, naming in dict(said).items() for company in self._hear(own, naming, renamed, turn)}
        touched |= {company for one in judged for company in self._obey(one, turn)}
        changed: set[str] = set()
        left = self._let_go(touched, renamed, changed)
        found = self._ask(sorted(touched | left))
        self._offer(found, changed)
        for case_id in sorted(changed):
            self._settle(case_id, found, turn)
        return turn

    def _hear(
        self, own: RegistrationId, naming: Naming | None, renamed: set[RegistrationId], turn: Turn
    ) -> Iterator[CompanyId]:
        """Put a naming in the place of the one before; gives the companies for which that may change something."""
        before = self._namings.get(own)
        if naming == before:
            return
        turn.namings[own] = naming
        if before is not None:
            yield before.company_id
            self._forget(before)
        if naming is not None:
            yield naming.company_id
            self.recall_naming(naming)
        if before is None or naming is None or (before.names, before.state) != (naming.names, naming.state):
            renamed.add(own)

    def _forget(self, naming: Naming) -> None:
        del self._namings[naming.registration_id]
        members = self._members[naming.company_id]
        members.remove(naming.registration_id)
        if not members:
            del self._members[naming.company_id]
        for key, _ in _keyed(naming):
            self._suggester.remove(key)

    def _obey(self, judgement: Judgement, turn: Turn) -> Iterator[CompanyId]:
        """Write a judgement down; gives the companies that it is about."""
        pair, decision = judgement.pair, judgement.decision()
        before = self._judgements.get(pair, ())
        if decision in before:
            return
        turn.judgements[pair] = tuple(sorted((*before, decision), key=lambda one: one.moment))
        self.recall_judgements(turn.judgements[pair])
        yield from (self._namings[one].company_id for one in pair if one in self._namings)

    def _let_go(self, touched: Iterable[CompanyId], renamed: set[RegistrationId], changed: set[str]) -> set[CompanyId]:
        """Take suggestions that hold no more from the companies that have them; gives these companies."""
        parties = {one for company in touched for one in self._members.get(company, ())} | renamed
        cases = {case_id for one in parties for case_id in self._about.get(one, ())}
        cases |= {self._best[company] for company in touched if company in self._best}
        left: set[CompanyId] = set()
        for case_id in cases:
            case = self._open[case_id].case
            stands = self._between(case) if renamed.isdisjoint(case.registrations) else set()
            gone = self._companies[case_id] - stands
            if gone:
                self._companies[case_id] -= gone
                changed.add(case_id)
                left |= gone
        for company in left:
            del self._best[company]
        return left

    def _between(self, case: Case) -> set[CompanyId]:
        """Name the two companies that a case stands between today; none if it may not stand."""
        left, right = (self._namings.get(one) for one in case.registrations)
        if left is None or right is None or not self._may_be(left.company_id)(right.company_id):
            return set()
        return {left.company_id, right.company_id}

    def _may_be(self, company: CompanyId) -> Callable[[CompanyId], bool]:
        """Say which other companies may be suggested to a company."""
        members = self._members[company]
        own = {authority_of(one) for one in members}
        judged = {other for one in members for other in self._judged.get(one, ())}
        apart = {company, *(self._namings[one].company_id for one in judged if one in self._namings)}
        known: dict[CompanyId, bool] = {}

        def may_be(other: CompanyId) -> bool:
            if other not in known:
                known[other] = other not in apart and own.isdisjoint(map(authority_of, self._members[other]))
            return known[other]

        return may_be

    def _ask(self, companies: Iterable[CompanyId]) -> Found:
        """Ask the names of companies among all others."""
        found: dict[str, Alike] = {}
        for company in companies:
            if company not in self._members:
                continue
            may_be = self._may_be(company)
            for key in self._keys(company):
                for alike in self._suggester.alike(key, lambda other: may_be(self._company_of(other))):  # noqa: B023
                    case_id = case_id_of(pair_of(alike))
                    if case_id not in found or _closeness(alike) < _closeness(found[case_id]):
                        found[case_id] = alike
        return found

    def _keys(self, company: CompanyId) -> list[str]:
        """List the keys of a company's different names."""
        names: dict[tuple[str, str], str] = {}
        for one in sorted(self._members[company]):
            naming = self._namings[one]
            for key, name in _keyed(naming):
                names.setdefault((naming.state, name), key)
        return list(names.values())[:ASKED]

    def _company_of(self, key: str) -> CompanyId:
        return self._namings[registration_of(key)].company_id

    def _offer(self, found: Found, changed: set[str]) -> None:
        """Give each company the best of its suggestion and those that were found now."""
        changed.update(case_id for case_id in found if self._companies.get(case_id))
        for case_id, alike in sorted(found.items(), key=lambda one: _rank(one[1])):
            for company in map(self._company_of, (alike.left.key, alike.right.key)):
                held = self._best.get(company)
                if held is None or _rank(alike) < self._rank_of(held, found):
                    if held is not None:
                        self._companies[held].remove(company)
                        changed.add(held)
                    self._best[company] = case_id
                    self._companies.setdefault(case_id, set()).add(company)
                    changed.add(case_id)

    def _rank_of(self, case_id: str, found: Found) -> Rank:
        """Rank a suggestion as of now: what it scored when it was made was of its day."""
        if case_id in found:
            return _rank(found[case_id])
        left, right = (_keyed(self._namings[one]) for one in self._open[case_id].case.registrations)
        return min(_rank(self._suggester.compare(one, other)) for (one, _), (other, _) in product(left, right))

    def _settle(self, case_id: str, found: Found, turn: Turn) -> None:
        """Open a case that is new or says something else, close one that is no company's best suggestion any more."""
        before, companies = self._open.get(case_id), self._companies[case_id]
        if not companies:
            del self._companies[case_id]
            if before is not None:
                self._drop(before.case)
                turn.cases[case_id] = None
                turn.closed.append(case_id)
            return
        alike = found.get(case_id)
        if alike is not None:
            case = case_of(alike, self._suggester.reasons(alike))
        else:
            assert before is not None
            case = before.case
        after = Open(case, frozenset(companies))
        if after != before:
            self._keep(after)
            turn.cases[case_id] = after
        if before is None or case != before.case:
            turn.opened.append(case)

    def _keep(self, one: Open) -> None:
        self._open[one.case.case_id] = one
        for registration in one.case.registrations:
            self._about.setdefault(registration, set()).add(one.case.case_id)

    def _drop(self, case: Case) -> None:
        del self._open[case.case_id]
        for registration in case.registrations:
            about = self._about[registration]
            about.remove(case.case_id)
            if not about:
                del self._about[registration]


def _keyed(naming: Naming) -> Iterator[tuple[str, str]]:
    """Give the names of a registration, each with its key."""
    return ((key_of(naming.registration_id, number), name) for number, name in enumerate(naming.names))


def _rank(alike: Alike) -> Rank:
    return -score_of(alike), pair_of(alike)


def _closeness(alike: Alike) -> tuple[int, str, str]:
    return -score_of(alike), alike.left.key, alike.right.key
