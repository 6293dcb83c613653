"""The names of a registration and its company: the input of the name suggester."""

from collections.abc import Sized
from dataclasses import dataclass
from typing import Final

from register.history import History
from register.ids import CompanyId, RegistrationId, member_state_of

MOST_NAMES: Final = 6  # of one registration; registers state two, one in each script
LONGEST: Final = 300  # characters of a name that are looked at; the longest real one seen has 150
READ: Final = ("legal_name", "jurisdiction")
"""The properties from which a naming is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The legal names of one registration, in the languages in which it states them."""

    registration_id: RegistrationId
    company_id: CompanyId
    jurisdiction: str
    """ISO 3166-1: whose words for legal forms the names use.

    It is the register's member state, or the company's jurisdiction where the register has none.
    """
    names: tuple[str, ...]


def naming_of(history: History[Sized]) -> Naming | None:
    """Read the naming of a registration; None when it states no name (all was withdrawn)."""
    stated = history.registration.properties
    texts = (one["text"].strip()[:LONGEST] for one in stated.get("legal_name") or ())
    names = tuple(dict.fromkeys(filter(None, texts)))[:MOST_NAMES]
    if not names:
        return None
    own = history.registration.registration_id
    return Naming(
        registration_id=own,
        company_id=history.company,
        jurisdiction=member_state_of(own) or (stated.get("jurisdiction") or own)[:2],
        names=names,
    )
