"""Which registrations are one company: nothing is held of those that are a company alone, under their own id."""

from collections.abc import Callable, Collection

from register.ids import CompanyId, RegistrationId, authority_of, company_id, own_registration


class CompanyMembers:
    """Knows the company of each registration that is known, and its members."""

    def __init__(self, known: Callable[[RegistrationId], bool]) -> None:
        self._known = known
        self._elsewhere: dict[RegistrationId, CompanyId] = {}
        """Of the registrations whose company is not named for them."""
        self._members: dict[CompanyId, set[RegistrationId]] = {}
        """Of the companies that have such registrations."""

    def __len__(self) -> int:
        return len(self._elsewhere) + len(self._members)

    def of(self, own: RegistrationId) -> CompanyId:
        """Give the company of a registration that is known."""
        return self._elsewhere.get(own) or company_id(own)

    def find(self, own: RegistrationId) -> CompanyId | None:
        """Give the company of a registration; None where it is not known."""
        return self.of(own) if self._known(own) else None

    def members(self, company: CompanyId) -> Collection[RegistrationId]:
        """Give the registrations of a company; none where it has none."""
        members = self._members.get(company)
        if members is not None:
            return members
        own = own_registration(company)
        return (own,) if self._is_its_own(own) else ()

    def registers(self, company: CompanyId) -> Collection[str]:
        """Name the registers in which a company stands that has members."""
        members = self._members.get(company)
        return (authority_of(own_registration(company)),) if members is None else {authority_of(one) for one in members}

    def join(self, own: RegistrationId, company: CompanyId) -> None:
        """Put a registration, that is known by now, into its company."""
        if company == company_id(own):
            if company in self._members:
                self._members[company].add(own)
            return
        members = self._members.get(company)
        if members is None:
            members = self._members[company] = set(self.members(company))
        self._elsewhere[own] = company
        members.add(own)

    def leave(self, own: RegistrationId) -> None:
        """Take a registration, that is still known, out of its company."""
        company = self._elsewhere.pop(own, None)
        members = self._members.get(company or company_id(own))
        if members is None:
            return
        members.remove(own)
        if members <= {own_registration(company or company_id(own))}:
            del self._members[company or company_id(own)]

    def _is_its_own(self, own: RegistrationId) -> bool:
        return own not in self._elsewhere and self._known(own)
