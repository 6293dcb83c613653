"""The members of each company. A company of one registration, under its own id, takes no memory here."""

from collections.abc import Callable, Collection

from register.ids import CompanyId, RegistrationId, authority_of, company_id, own_registration


class CompanyMembers:
    """Gives the company of each known registration, and the members of each company."""

    def __init__(self, known: Callable[[RegistrationId], bool]) -> None:
        self._known = known
        self._elsewhere: dict[RegistrationId, CompanyId] = {}
        """The company of each registration that is not in the company of its own id."""
        self._members: dict[CompanyId, set[RegistrationId]] = {}
        """The members of each company that has such a registration."""

    def __len__(self) -> int:
        return len(self._elsewhere) + len(self._members)

    def of(self, own: RegistrationId) -> CompanyId:
        """Give the company of a known registration."""
        return self._elsewhere.get(own) or company_id(own)

    def find(self, own: RegistrationId) -> CompanyId | None:
        """Give the company of a registration; None where the registration is not known."""
        return self.of(own) if self._known(own) else None

    def members(self, company: CompanyId) -> Collection[RegistrationId]:
        """Give the registrations of a company; none where it has none."""
        members = self._members.get(company)
        if members is not None:
            return members
        own = own_registration(company)
        return (own,) if self._is_its_own(own) else ()

    def registers(self, company: CompanyId) -> Collection[str]:
        """Name the registers of a company that has members."""
        members = self._members.get(company)
        return (authority_of(own_registration(company)),) if members is None else {authority_of(one) for one in members}

    def join(self, own: RegistrationId, company: CompanyId) -> None:
        """Add a registration to a company. Call it after the registration became known."""
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
        """Remove a registration from its company. Call it while the registration is still known."""
        company = self._elsewhere.pop(own, None)
        members = self._members.get(company or company_id(own))
        if members is None:
            return
        members.remove(own)
        if members <= {own_registration(company or company_id(own))}:
            del self._members[company or company_id(own)]

    def _is_its_own(self, own: RegistrationId) -> bool:
        return own not in self._elsewhere and self._known(own)
