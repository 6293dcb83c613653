"""Companies that the tests know: what their registrations state, and the statements that carry it."""

from typing import Any

from register.changes import Cause, Change, Trigger
from register.company import Company
from register.events import RegistrationEvent, ref_of
from register.ids import CompanyId, RegistrationId, company_id
from register.merge import Merged, Statement, merge
from register.precedence import Precedence
from register.registration import Registration
from schemas.facts.precedence import precedence as shipped
from tests.unit.register.stating import NOOR, event, folded, registered

NOOR_GROUP = company_id(NOOR)


def registration(of: RegistrationId, *later: RegistrationEvent, **stated: Any) -> Registration:
    """A registration that states these things in its first event, e1."""
    return folded(registered(of=of, **stated), *later)


def members(*registrations: Registration) -> dict[RegistrationId, Registration]:
    """Registrations by id."""
    return {one.registration_id: one for one in registrations}


def statement(
    stated: Registration | RegistrationId,
    company: CompanyId = NOOR_GROUP,
    cause: Cause = Cause.SOURCE,
    trigger: RegistrationEvent | None = None,
) -> Statement:
    """Make the statement of a registration for its company, or that the registration of this id leaves it."""
    leaves = isinstance(stated, str)
    of = stated if isinstance(stated, str) else stated.registration_id
    behind = trigger or event(1, of=of)
    return Statement(
        company_id=company,
        registration_id=of,
        cause=cause,
        trigger=Trigger(registration_id=of, event=ref_of(behind)),
        registration=None if leaves else stated,  # type: ignore[arg-type]
    )


class Register:
    """One company as `unify` keeps it, and each of its changes."""

    def __init__(self, precedence: Precedence | None = None) -> None:
        self.held: Company | None = None
        self.changes: list[Change] = []
        self._precedence = precedence or shipped()

    def take(self, *statements: Statement) -> "Register":
        """Merge these statements, in this order."""
        for one in statements:
            merged = merge(one, self.held, self._precedence)
            self.held = merged.company or self.held
            if merged.change is not None:
                self.changes.append(merged.change)
        return self

    def answer(self, one: Statement) -> Merged:
        """Merge a statement without keeping the result."""
        return merge(one, self.held, self._precedence)

    @property
    def company(self) -> Company:
        """The company, which must exist."""
        assert self.held is not None
        return self.held
