"""The best suggestion of each company, and which suggestions are hidden.

A pair is hidden while one of its two companies has a much better suggestion.

Most companies have one partner. So a pair that scores far less than the best of one of its companies is seldom right.
It is shown when the better suggestion is judged, closes, or scores less.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from matching.suggesting.queue_changes import OpenCase
from matching.suggesting.similar_name_cases import pair_in
from register.ids import CompanyId, RegistrationId

NEAR: Final = 10  # times its odds reach those of the best: a name in another jurisdiction has a fifth of its odds
SURE: Final = 990  # thousandths: no best is counted for more, so what has 0.91 is always shown
_KEPT: Final = 1_000  # scores are kept in thousandths
_ROUNDED: Final = 0.5  # of a thousandth: 1000 is not for sure


class BestPairs:
    """Holds the pairs that are some company's best suggestion. Set the scores before asking what to show."""

    def __init__(self) -> None:
        self._cases_by_registration: dict[RegistrationId, tuple[str, ...]] = {}
        self._best: dict[CompanyId, str] = {}
        self._companies: dict[str, tuple[CompanyId, ...]] = {}
        self._scores: dict[str, int] = {}
        self._hidden: set[str] = set()

    def recall(self, one: OpenCase) -> None:
        """Restore a pair from the stored cases."""
        case_id = one.case.case_id
        for company in one.companies:
            self.set_best(company, case_id)
        self.set_scores({case_id: one.case.score or 0})
        self.set_shown(case_id, shown=one.shown)

    def best_of(self, company: CompanyId) -> str | None:
        """Give the id of a company's best suggestion."""
        return self._best.get(company)

    def companies_of(self, case_id: str) -> tuple[CompanyId, ...]:
        """Name the companies that have this pair as their best suggestion."""
        return self._companies.get(case_id, ())

    def cases_about(self, registrations: Iterable[RegistrationId]) -> set[str]:
        """Give the ids of the pairs that have one of these registrations."""
        return {case_id for one in registrations for case_id in self._cases_by_registration.get(one, ())}

    def set_best(self, company: CompanyId, case_id: str) -> str | None:
        """Make a pair the best suggestion of a company; returns the previous one."""
        before = self.remove_best(company)
        self._best[company] = case_id
        self._companies[case_id] = (*self.companies_of(case_id), company)
        return before

    def remove_best(self, company: CompanyId) -> str | None:
        """Leave a company without a best suggestion; returns the previous one."""
        before = self._best.pop(company, None)
        if before is not None:
            self._companies[before] = tuple(one for one in self._companies[before] if one != company)
        return before

    def set_scores(self, scores: Mapping[str, int]) -> None:
        """Set the scores of pairs, in thousandths."""
        self._scores |= scores

    def is_near_the_best(self, case_id: str, companies: Iterable[CompanyId | None]) -> bool:
        """Tell whether a pair scores nearly as much as the best suggestion of each of its two companies."""
        own = _odds(self._scores[case_id]) * NEAR
        bests = (self._best.get(company) for company in companies if company is not None)
        return all(own >= _odds(min(self._scores[best], SURE)) for best in bests if best is not None)

    def is_shown(self, case_id: str) -> bool:
        """Tell whether the latest `set_shown` of a pair showed it."""
        return case_id not in self._hidden

    def set_shown(self, case_id: str, *, shown: bool) -> None:
        """Record whether a pair is shown."""
        for one in pair_in(case_id):
            if case_id not in self._cases_by_registration.get(one, ()):
                self._cases_by_registration[one] = (*self._cases_by_registration.get(one, ()), case_id)
        if shown:
            self._hidden.discard(case_id)
        else:
            self._hidden.add(case_id)

    def remove(self, case_id: str) -> None:
        """Remove a pair that is no company's best suggestion."""
        self._companies.pop(case_id, None)
        self._scores.pop(case_id, None)
        self._hidden.discard(case_id)
        for one in pair_in(case_id):
            others = tuple(other for other in self._cases_by_registration.get(one, ()) if other != case_id)
            self._cases_by_registration.pop(one, None)
            if others:
                self._cases_by_registration[one] = others


def _odds(score: int) -> float:
    return (score + _ROUNDED) / (_KEPT - score + _ROUNDED)
