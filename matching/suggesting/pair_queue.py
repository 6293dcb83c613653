"""The stewards' queue of similar names: which pairs of companies are in it, as names, companies and judgements change.

A pair is in the queue when it is the best suggestion of one of its companies, whichever came first. A new name is
compared with the known ones, and is offered to each that it resembles. It is kept back while the other company has a
much better one (`bests.py`). Two companies are not suggested if one register lists both, or if two of their
registrations were judged, either way. Nor is what is already one company.

The open cases follow from the names, companies and judgements, not from their order. A score is of its day: words weigh
by their rarity among the names known then. Of very many similar names not all are compared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Final

from matching.index.entries import KnownName
from matching.index.name_index import Allowed
from matching.suggesting.best_pairs import BestPairs
from matching.suggesting.case_texts import (
    case_id_of,
    case_of,
    key_of,
    number_of,
    pair_in,
    pair_of,
    registration_of,
    score_of,
    without_reasons,
)
from matching.suggesting.company_members import CompanyMembers
from matching.suggesting.queue_changes import NO_STORED_QUEUE, OpenCase, QueueChanges, StatedNaming, StoredQueue
from matching.suggesting.suggester import Alike, Suggester
from register.ids import CompanyId, RegistrationId, authority_of
from register.resolution.cases import Case
from register.resolution.judgements import Judgement, RegistrationPair, holding_judgements
from register.resolution.naming import Naming

ASKED: Final = 24  # different names of one company; a thousand branches of one have three

AlikeByCase = Mapping[str, Alike]
"""By the id of the case that they would be: the most similar names of the two registrations."""
Rank = tuple[int, RegistrationPair]
"""What puts suggestions in order, the best first."""


class NameQueue:
    """Holds what it needs of all names, judgements and cases. Whoever keeps them tells a new queue: `recall_…`."""

    def __init__(self, suggester: Suggester) -> None:
        self._suggester = suggester
        self._members = CompanyMembers(lambda own: key_of(own, 0) in suggester)
        self._judgements: dict[RegistrationPair, tuple[Judgement, ...]] = {}
        self._judged: dict[RegistrationId, set[RegistrationId]] = {}
        self._bests = BestPairs()
        self._namings: dict[RegistrationId, Naming | None] = {}  # those that were looked at in this turn
        self._kept: StoredQueue = NO_STORED_QUEUE

    def recall_naming(self, naming: Naming) -> None:
        """Hold a naming that was kept."""
        for key, name in _keyed(naming):
            self._suggester.recall(key, name, naming.jurisdiction)
        self._members.join(naming.registration_id, naming.company_id)

    def recall_judgements(self, judgements: tuple[Judgement, ...]) -> None:
        """Hold all judgements on one pair that were kept."""
        pair = judgements[0].pair
        self._judgements[pair] = judgements
        decided = bool(holding_judgements(judgements))
        for one, other in (pair, pair[::-1]):
            others = self._judged.setdefault(one, set())
            if decided:
                others.add(other)
            else:
                others.discard(other)

    def recall_case(self, one: OpenCase) -> None:
        """Hold an open case that was kept."""
        self._bests.recall(one)

    def update(self, said: Iterable[StatedNaming], judged: Iterable[Judgement], kept: StoredQueue) -> QueueChanges:
        """Learn a batch, and say what follows from it."""
        self._kept = kept
        try:
            return self._update(said, judged)
        finally:
            self._kept = NO_STORED_QUEUE
            self._namings.clear()

    def _update(self, said: Iterable[StatedNaming], judged: Iterable[Judgement]) -> QueueChanges:
        turn = QueueChanges()
        renamed: set[RegistrationId] = set()
        touched = {
            company
            for own, naming in dict(said).items()
            for company in self._replace_naming(own, naming, renamed, turn)
        }
        touched |= {company for one in judged for company in self._record_judgement(one, turn)}
        changed: set[str] = set()
        left = self._drop_stale_suggestions(touched, renamed, changed)
        found = self._find_suggestions(sorted(touched | left))
        moved = touched | left | self._update_best_pairs(found, changed)
        for case_id in sorted(changed | self._cases_shown_or_hidden(moved)):
            self._update_case(case_id, found, turn)
        return turn

    def _replace_naming(
        self, own: RegistrationId, naming: Naming | None, renamed: set[RegistrationId], turn: QueueChanges
    ) -> Iterator[CompanyId]:
        """Put a naming in the place of the one before; gives the companies for which that may change something."""
        before = self._naming(own)
        if naming == before:
            return
        turn.namings[own] = naming
        if before is not None:
            yield before.company_id
            self._remove_naming(before)
        self._namings[own] = naming
        if naming is not None:
            yield naming.company_id
            for key, name in _keyed(naming):
                self._suggester.add(key, name, naming.jurisdiction)
            self._members.join(own, naming.company_id)
        if (
            before is None
            or naming is None
            or (before.names, before.jurisdiction) != (naming.names, naming.jurisdiction)
        ):
            renamed.add(own)

    def _remove_naming(self, naming: Naming) -> None:
        self._members.leave(naming.registration_id)
        for key, _ in _keyed(naming):
            self._suggester.remove(key)

    def _record_judgement(self, judgement: Judgement, turn: QueueChanges) -> Iterator[CompanyId]:
        """Write a judgement down; gives the companies that it is about."""
        pair, decision = judgement.pair, judgement.decision()
        before = self._judgements.get(pair, ())
        if decision in before:
            return
        turn.judgements[pair] = tuple(sorted((*before, decision), key=lambda one: one.moment))
        self.recall_judgements(turn.judgements[pair])
        yield from filter(None, map(self._members.find, pair))

    def _drop_stale_suggestions(
        self, touched: Iterable[CompanyId], renamed: set[RegistrationId], changed: set[str]
    ) -> set[CompanyId]:
        """Take suggestions that hold no more from the companies that have them; gives these companies."""
        parties = {one for company in touched for one in self._members.members(company)} | renamed
        cases = self._bests.cases_about(parties) | set(filter(None, map(self._bests.best_of, touched)))
        left: set[CompanyId] = set()
        for case_id in cases:
            pair = pair_in(case_id)
            stands = self._companies_between(pair) if renamed.isdisjoint(pair) else set()
            gone = set(self._bests.companies_of(case_id)) - stands
            if gone:
                changed.add(case_id)
                left |= gone
        for company in left:
            self._bests.remove_best(company)
        return left

    def _companies_between(self, pair: RegistrationPair) -> set[CompanyId]:
        """Name the two companies that a pair stands between today; none if it may not stand."""
        left, right = map(self._members.find, pair)
        if left is None or right is None or not self._may_be_suggested(left)(right):
            return set()
        return {left, right}

    def _may_be_suggested(self, company: CompanyId) -> Callable[[CompanyId], bool]:
        """Say which other companies may be suggested to a company."""
        own, members = set(self._members.registers(company)), self._members.members(company)
        apart = {company, *(self._members.find(other) for one in members for other in self._judged.get(one, ()))}
        known: dict[CompanyId, bool] = {}

        def may_be(other: CompanyId) -> bool:
            if other not in known:
                known[other] = other not in apart and own.isdisjoint(self._members.registers(other))
            return known[other]

        return may_be

    def _allowed(self, company: CompanyId) -> Allowed:
        """Say the names of which companies may be suggested to a company."""
        may_be, members, registers = (
            self._may_be_suggested(company),
            self._members,
            set(self._members.registers(company)),
        )

        def allowed(key: str) -> bool:
            own = registration_of(key)
            if authority_of(own) in registers:  # most are: one register's own entries
                return False
            return may_be(members.of(own))

        return allowed

    def _find_suggestions(self, companies: Iterable[CompanyId]) -> AlikeByCase:
        """Ask the names of companies among all others."""
        found: dict[str, Alike] = {}
        for company in companies:
            if not self._members.members(company):
                continue
            allowed = self._allowed(company)
            for key in self._keys(company):
                for alike in self._suggester.alike(key, allowed):
                    case_id = case_id_of(pair_of(alike))
                    if case_id not in found or _closeness(alike) < _closeness(found[case_id]):
                        found[case_id] = alike
        return found

    def _keys(self, company: CompanyId) -> list[str]:
        """List the keys of a company's different names."""
        names: dict[tuple[str, str], str] = {}
        for one in sorted(self._members.members(company)):
            naming = self._known(one)
            for key, name in _keyed(naming):
                names.setdefault((naming.jurisdiction, name), key)
            if len(names) >= ASKED:
                break
        return list(names.values())[:ASKED]

    def _company_of(self, key: str) -> CompanyId:
        return self._members.of(registration_of(key))

    def _naming(self, own: RegistrationId) -> Naming | None:
        if own not in self._namings:
            self._namings[own] = self._kept.naming(own)
        return self._namings[own]

    def _known(self, own: RegistrationId) -> Naming:
        naming = self._naming(own)
        assert naming is not None, f"{own} is in the index of names, and its names are not kept"
        return naming

    def _with_text(self, known: KnownName) -> KnownName:
        own = registration_of(known.key)
        return known._replace(name=self._known(own).names[number_of(known.key)])

    def _update_best_pairs(self, found: AlikeByCase, changed: set[str]) -> set[CompanyId]:
        """Give each company the best of its own and those found now; gives the companies of which it changed."""
        moved = {company for case_id in found for company in self._bests.companies_of(case_id)}
        changed.update(filter(self._bests.companies_of, found))
        for case_id, alike in sorted(found.items(), key=lambda one: _rank(one[1])):
            for company in map(self._company_of, (alike.left.key, alike.right.key)):
                held = self._bests.best_of(company)
                if held is None or _rank(alike) < self._rank_of(held, found):
                    changed.update(filter(None, (case_id, self._bests.set_best(company, case_id))))
                    moved.add(company)
        self._bests.set_scores({one: score_of(alike) for one, alike in found.items() if self._bests.companies_of(one)})
        return moved

    def _rank_of(self, case_id: str, found: AlikeByCase) -> Rank:
        """Rank a suggestion as of now: what it scored when it was made was of its day."""
        return _rank(found[case_id] if case_id in found else self._alike_in(case_id))

    def _alike_in(self, case_id: str) -> Alike:
        """Compare two registrations as of now, by their names that are most alike."""
        left, right = (_keyed(self._known(one)) for one in pair_in(case_id))
        return min(
            (self._suggester.compare(one, other) for (one, _), (other, _) in product(left, right)), key=_closeness
        )

    def _shown(self, case_id: str) -> bool:
        return self._bests.is_near_the_best(case_id, map(self._members.find, pair_in(case_id)))

    def _cases_shown_or_hidden(self, moved: Iterable[CompanyId]) -> set[str]:
        """Name the cases of companies that are to be shown and were not, or the other way round."""
        cases = self._bests.cases_about(one for company in moved for one in self._members.members(company))
        return {one for one in cases if self._bests.companies_of(one) and self._shown(one) != self._bests.is_shown(one)}

    def _update_case(self, case_id: str, found: AlikeByCase, turn: QueueChanges) -> None:
        """Open a case that is new or says something else, close one that is not shown any more."""
        before, companies = self._kept.case(case_id), self._bests.companies_of(case_id)
        shown = bool(companies) and self._shown(case_id)
        if before is not None and before.shown and not shown:
            turn.closed.append(case_id)
        if not companies:
            self._bests.drop(case_id)
            if before is not None:
                turn.cases[case_id] = None
            return
        case = self._case(case_id, before, found, shown=shown)
        after = OpenCase(case, frozenset(companies))
        self._bests.set_scores({case_id: case.score or 0})
        self._bests.set_shown(case_id, shown=shown)
        if after != before:
            turn.cases[case_id] = after
        if shown and (before is None or case != before.case):
            turn.opened.append(case)

    def _case(self, case_id: str, before: OpenCase | None, found: AlikeByCase, *, shown: bool) -> Case:
        """Put a suggestion into words, where it is shown; what was put into words before and not found anew, stays."""
        alike = found.get(case_id)
        if alike is None and before is not None and (before.shown or not shown):
            return before.case if shown else without_reasons(before.case)
        alike = alike or self._alike_in(case_id)
        told = replace(alike, left=self._with_text(alike.left), right=self._with_text(alike.right))
        return case_of(told, self._suggester.reasons(alike)) if shown else without_reasons(case_of(told, ()))


def _keyed(naming: Naming) -> Iterator[tuple[str, str]]:
    """Give the names of a registration, each with its key."""
    return ((key_of(naming.registration_id, number), name) for number, name in enumerate(naming.names))


def _rank(alike: Alike) -> Rank:
    return -score_of(alike), pair_of(alike)


def _closeness(alike: Alike) -> tuple[int, str, str]:
    return -score_of(alike), alike.left.key, alike.right.key
