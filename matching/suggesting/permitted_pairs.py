"""Which companies may be suggested to each other as one company.

Two companies may not if one register lists both, or if two of their registrations were judged, either way. Nor may a
company be suggested to itself.
"""

from collections.abc import Callable

from matching.index.name_index import Allowed
from matching.suggesting.company_members import CompanyMembers
from matching.suggesting.similar_name_cases import registration_of
from register.ids import CompanyId, RegistrationId, authority_of
from register.resolution.judgements import RegistrationPair


class PermittedPairs:
    """Knows the judged pairs of registrations; reads the registrations of each company from `members`."""

    def __init__(self, members: CompanyMembers) -> None:
        self._members = members
        self._judged: dict[RegistrationId, set[RegistrationId]] = {}

    def set_judged(self, pair: RegistrationPair, *, judged: bool) -> None:
        """Record whether a judgement on a pair holds."""
        for one, other in (pair, pair[::-1]):
            others = self._judged.setdefault(one, set())
            if judged:
                others.add(other)
            else:
                others.discard(other)

    def companies_of(self, pair: RegistrationPair) -> set[CompanyId]:
        """Name the two companies of a pair of registrations; none if they may not be suggested to each other."""
        left, right = map(self._members.find, pair)
        if left is None or right is None or not self.companies_for(left)(right):
            return set()
        return {left, right}

    def companies_for(self, company: CompanyId) -> Callable[[CompanyId], bool]:
        """Make the test whether another company may be suggested to this one."""
        own, members = set(self._members.registers(company)), self._members.members(company)
        apart = {company, *(self._members.find(other) for one in members for other in self._judged.get(one, ()))}
        known: dict[CompanyId, bool] = {}

        def may_be(other: CompanyId) -> bool:
            if other not in known:
                known[other] = other not in apart and own.isdisjoint(self._members.registers(other))
            return known[other]

        return may_be

    def names_for(self, company: CompanyId) -> Allowed:
        """Make the test whether the name under a key may be suggested to a company."""
        may_be, members = self.companies_for(company), self._members
        registers = set(members.registers(company))

        def allowed(key: str) -> bool:
            own = registration_of(key)
            if authority_of(own) in registers:  # most names are: one register lists them
                return False
            return may_be(members.of(own))

        return allowed
