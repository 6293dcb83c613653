"""The stewards' queue of similar names: it opens and closes cases as names, companies and judgements change.

A pair of companies is in the queue when it is the best suggestion of one or of both. The queue compares a new
name with all known names, and offers it to each similar one. It hides a pair while one of its two companies has a much
better suggestion (`best_pairs`). `permitted_pairs` says which companies may be suggested at all.

The open cases follow from the names, companies and judgements, not from their order. A score holds for its day: the
rarity of a word among the known names changes. If very many names are similar, only some of them are compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Final

from matching.index.entries import KnownName
from matching.suggesting.best_pairs import BestPairs
from matching.suggesting.company_members import CompanyMembers
from matching.suggesting.permitted_pairs import PermittedPairs
from matching.suggesting.queue_changes import NO_STORED_QUEUE, OpenCase, QueueChanges, StatedNaming, StoredQueue
from matching.suggesting.similar_name_cases import (
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
from matching.suggesting.suggester import SimilarNames, Suggester
from register.ids import CompanyId, RegistrationId
from register.names.naming import Naming
from register.resolution.cases import Case
from register.resolution.judgements import Judgement, RegistrationPair, holding_judgements

MAX_NAMES_ASKED: Final = 24  # different names of one company; a thousand branches of one have three

SimilarNamesByCase = Mapping[str, SimilarNames]
"""By the id of the possible case: the most similar names of its two registrations."""
Rank = tuple[int, RegistrationPair]
"""Sorts suggestions, the best first."""


class NameQueue:
    """Holds in memory what it needs of all names, judgements and cases. A new queue gets them with `recall_…`."""

    def __init__(self, suggester: Suggester) -> None:
        self._suggester = suggester
        self._members = CompanyMembers(lambda own: key_of(own, 0) in suggester)
        self._judgements: dict[RegistrationPair, tuple[Judgement, ...]] = {}
        self._permitted = PermittedPairs(self._members)
        self._best_pairs = BestPairs()
        self._namings: dict[RegistrationId, Naming | None] = {}  # read in this turn
        self._stored: StoredQueue = NO_STORED_QUEUE

    def recall_naming(self, naming: Naming) -> None:
        """Restore a stored naming."""
        for key, name in _names_with_keys(naming):
            self._suggester.recall(key, name, naming.jurisdiction)
        self._members.join(naming.registration_id, naming.company_id)

    def recall_judgements(self, judgements: tuple[Judgement, ...]) -> None:
        """Restore all stored judgements on one pair."""
        pair = judgements[0].pair
        self._judgements[pair] = judgements
        self._permitted.set_judged(pair, judged=bool(holding_judgements(judgements)))

    def recall_case(self, one: OpenCase) -> None:
        """Restore a stored open case."""
        self._best_pairs.recall(one)

    def update(
        self, stated: Iterable[StatedNaming], judgements: Iterable[Judgement], stored: StoredQueue
    ) -> QueueChanges:
        """Apply a batch of namings and judgements; returns what to store, and the cases to open and to close."""
        self._stored = stored
        try:
            return self._update(stated, judgements)
        finally:
            self._stored = NO_STORED_QUEUE
            self._namings.clear()

    def _update(self, stated: Iterable[StatedNaming], judgements: Iterable[Judgement]) -> QueueChanges:
        changes = QueueChanges()
        renamed: set[RegistrationId] = set()
        touched = {
            company
            for own, naming in dict(stated).items()
            for company in self._replace_naming(own, naming, renamed, changes)
        }
        touched |= {company for one in judgements for company in self._record_judgement(one, changes)}
        changed_cases: set[str] = set()
        without_best = self._drop_stale_suggestions(touched, renamed, changed_cases)
        found = self._find_suggestions(sorted(touched | without_best))
        moved = touched | without_best | self._update_best_pairs(found, changed_cases)
        for case_id in sorted(changed_cases | self._cases_shown_or_hidden(moved)):
            self._update_case(case_id, found, changes)
        return changes

    def _replace_naming(
        self, own: RegistrationId, naming: Naming | None, renamed: set[RegistrationId], changes: QueueChanges
    ) -> Iterator[CompanyId]:
        """Replace the naming of a registration; gives the companies whose suggestions may change."""
        before = self._naming_of(own)
        if naming == before:
            return
        changes.namings[own] = naming
        if before is not None:
            yield before.company_id
            self._remove_naming(before)
        self._namings[own] = naming
        if naming is not None:
            yield naming.company_id
            for key, name in _names_with_keys(naming):
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
        for key, _ in _names_with_keys(naming):
            self._suggester.remove(key)

    def _record_judgement(self, judgement: Judgement, changes: QueueChanges) -> Iterator[CompanyId]:
        """Record a judgement; gives the companies of its two registrations."""
        pair, decision = judgement.pair, judgement.decision()
        before = self._judgements.get(pair, ())
        if decision in before:
            return
        changes.judgements[pair] = tuple(sorted((*before, decision), key=lambda one: one.moment))
        self.recall_judgements(changes.judgements[pair])
        yield from filter(None, map(self._members.find, pair))

    def _drop_stale_suggestions(
        self, touched: Iterable[CompanyId], renamed: set[RegistrationId], changed_cases: set[str]
    ) -> set[CompanyId]:
        """Remove suggestions that may no longer stand; returns the companies that lost their best one."""
        parties = {one for company in touched for one in self._members.members(company)} | renamed
        cases = self._best_pairs.cases_about(parties) | set(filter(None, map(self._best_pairs.best_of, touched)))
        without_best: set[CompanyId] = set()
        for case_id in cases:
            pair = pair_in(case_id)
            stands = self._permitted.companies_of(pair) if renamed.isdisjoint(pair) else set()
            gone = set(self._best_pairs.companies_of(case_id)) - stands
            if gone:
                changed_cases.add(case_id)
                without_best |= gone
        for company in without_best:
            self._best_pairs.remove_best(company)
        return without_best

    def _find_suggestions(self, companies: Iterable[CompanyId]) -> SimilarNamesByCase:
        """Find, for the names of each company, the similar names of other companies."""
        found: dict[str, SimilarNames] = {}
        for company in companies:
            if not self._members.members(company):
                continue
            allowed = self._permitted.names_for(company)
            for key in self._keys_of_names(company):
                for similar in self._suggester.similar_to(key, allowed):
                    case_id = case_id_of(pair_of(similar))
                    if case_id not in found or _likeness_order(similar) < _likeness_order(found[case_id]):
                        found[case_id] = similar
        return found

    def _keys_of_names(self, company: CompanyId) -> list[str]:
        """List the keys of a company's different names, at most `MAX_NAMES_ASKED`."""
        names: dict[tuple[str, str], str] = {}
        for one in sorted(self._members.members(company)):
            naming = self._require_naming(one)
            for key, name in _names_with_keys(naming):
                names.setdefault((naming.jurisdiction, name), key)
            if len(names) >= MAX_NAMES_ASKED:
                break
        return list(names.values())[:MAX_NAMES_ASKED]

    def _company_of(self, key: str) -> CompanyId:
        return self._members.of(registration_of(key))

    def _naming_of(self, own: RegistrationId) -> Naming | None:
        if own not in self._namings:
            self._namings[own] = self._stored.naming(own)
        return self._namings[own]

    def _require_naming(self, own: RegistrationId) -> Naming:
        naming = self._naming_of(own)
        assert naming is not None, f"{own} is in the index of names, and its names are not kept"
        return naming

    def _with_text(self, known: KnownName) -> KnownName:
        own = registration_of(known.key)
        return known._replace(name=self._require_naming(own).names[number_of(known.key)])

    def _update_best_pairs(self, found: SimilarNamesByCase, changed_cases: set[str]) -> set[CompanyId]:
        """Give each company the better of its best suggestion and the new ones; returns the companies that changed."""
        moved = {company for case_id in found for company in self._best_pairs.companies_of(case_id)}
        changed_cases.update(filter(self._best_pairs.companies_of, found))
        for case_id, similar in sorted(found.items(), key=lambda one: _rank(one[1])):
            for company in map(self._company_of, (similar.left.key, similar.right.key)):
                held = self._best_pairs.best_of(company)
                if held is None or _rank(similar) < self._rank_of(held, found):
                    changed_cases.update(filter(None, (case_id, self._best_pairs.set_best(company, case_id))))
                    moved.add(company)
        self._best_pairs.set_scores(
            {one: score_of(similar) for one, similar in found.items() if self._best_pairs.companies_of(one)}
        )
        return moved

    def _rank_of(self, case_id: str, found: SimilarNamesByCase) -> Rank:
        """Rank a suggestion by its score of today, not by the score of the day on which it was made."""
        return _rank(found[case_id] if case_id in found else self._compare_pair(case_id))

    def _compare_pair(self, case_id: str) -> SimilarNames:
        """Compare two registrations again, by their two most similar names."""
        left, right = (_names_with_keys(self._require_naming(one)) for one in pair_in(case_id))
        return min(
            (self._suggester.compare(one, other) for (one, _), (other, _) in product(left, right)), key=_likeness_order
        )

    def _is_shown(self, case_id: str) -> bool:
        return self._best_pairs.is_near_the_best(case_id, map(self._members.find, pair_in(case_id)))

    def _cases_shown_or_hidden(self, moved: Iterable[CompanyId]) -> set[str]:
        """Give the ids of the companies' cases that must now be shown or hidden."""
        cases = self._best_pairs.cases_about(one for company in moved for one in self._members.members(company))
        return {
            one
            for one in cases
            if self._best_pairs.companies_of(one) and self._is_shown(one) != self._best_pairs.is_shown(one)
        }

    def _update_case(self, case_id: str, found: SimilarNamesByCase, changes: QueueChanges) -> None:
        """Open a case that is new or changed; close one that is no longer shown."""
        before, companies = self._stored.case(case_id), self._best_pairs.companies_of(case_id)
        shown = bool(companies) and self._is_shown(case_id)
        if before is not None and before.shown and not shown:
            changes.closed.append(case_id)
        if not companies:
            self._best_pairs.remove(case_id)
            if before is not None:
                changes.cases[case_id] = None
            return
        case = self._case_for(case_id, before, found, shown=shown)
        after = OpenCase(case, frozenset(companies))
        self._best_pairs.set_scores({case_id: case.score or 0})
        self._best_pairs.set_shown(case_id, shown=shown)
        if after != before:
            changes.cases[case_id] = after
        if shown and (before is None or case != before.case):
            changes.opened.append(case)

    def _case_for(self, case_id: str, before: OpenCase | None, found: SimilarNamesByCase, *, shown: bool) -> Case:
        """Make the case of a suggestion, with reasons if it is shown. An open case that was not found again is kept."""
        similar = found.get(case_id)
        if similar is None and before is not None and (before.shown or not shown):
            return before.case if shown else without_reasons(before.case)
        similar = similar or self._compare_pair(case_id)
        with_texts = replace(similar, left=self._with_text(similar.left), right=self._with_text(similar.right))
        return (
            case_of(with_texts, self._suggester.reasons(similar)) if shown else without_reasons(case_of(with_texts, ()))
        )


def _names_with_keys(naming: Naming) -> Iterator[tuple[str, str]]:
    """Give the names of a registration, each with its key."""
    return ((key_of(naming.registration_id, number), name) for number, name in enumerate(naming.names))


def _rank(similar: SimilarNames) -> Rank:
    return -score_of(similar), pair_of(similar)


def _likeness_order(similar: SimilarNames) -> tuple[int, str, str]:
    return -score_of(similar), similar.left.key, similar.right.key
