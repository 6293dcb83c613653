"""The kinds of registration authorities, and what each kind may do. Code asks for what it needs, never for a kind."""

from collections.abc import Mapping
from enum import StrEnum

from register.ids import RegistrationId, authority_of, member_state_of


class AuthorityKind(StrEnum):
    """The kind of an authority; schemas/authorities/*.yaml gives the kind of each."""

    STATE_REGISTER = "state_register"
    """It registers companies under the law of a member state."""
    REFERENCE = "reference"
    """It stands above the member states and repeats what registers say, as GLEIF does."""

    @property
    def speaks_for_member_state(self) -> bool:
        """Its registration ids begin with a member state: who has an entry there stands in a register there."""
        return self is AuthorityKind.STATE_REGISTER

    @property
    def forms_companies(self) -> bool:
        """An entry that states no jurisdiction was formed under the law of the authority's member state."""
        return self is AuthorityKind.STATE_REGISTER

    @property
    def can_be_anchor(self) -> bool:
        """A company is named for an entry of this kind, if it has one."""
        return self is AuthorityKind.STATE_REGISTER

    @property
    def lists_a_company_once(self) -> bool:
        """Two entries of this authority are two companies, even if other evidence links them."""
        return self is AuthorityKind.STATE_REGISTER

    @property
    def rank(self) -> int:
        """Whose statement comes first where the precedence table says `authority_kind`: the smallest."""
        return 0 if self is AuthorityKind.STATE_REGISTER else 1


AuthorityKinds = Mapping[str, AuthorityKind]
"""By `CC.REGISTER`."""


def kind_of(registration: RegistrationId, kinds: AuthorityKinds) -> AuthorityKind:
    """Give the kind of a registration's authority. If this version does not know the authority, the id decides.

    >>> kind_of(RegistrationId("XG.LEI.21380011VBTSTZCFBT87"), {}).speaks_for_member_state
    False
    """
    known = kinds.get(authority_of(registration))
    if known is not None:
        return known
    return AuthorityKind.REFERENCE if member_state_of(registration) is None else AuthorityKind.STATE_REGISTER
