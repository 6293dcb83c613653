"""The evidence of a registration: what can link it to others, and what forbids a link.

Exact evidence links in three ways. A filing names the home registration. Two carry the same identifier of a scheme that
is unique in the world. A registry replaced one number of an entry by another. Predecessors and successors are related,
not the same: they link nothing. An empty value, a placeholder or a malformed value links nothing either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from register import identifiers
from register.events import EventRef
from register.identifiers.spelling import LONGEST
from register.ids import RegistrationId, authority_of, is_registration_id, number_of, registration_id
from register.legal_forms import LegalForm
from register.registration import Registration, events_behind

UNIQUE_SCHEMES: Final = frozenset({"LEI"})
"""Identifier schemes whose values name one legal entity in the whole world."""
CLASSES: Final[Mapping[LegalForm, str]] = {
    LegalForm.LLC: "LIMITED",
    LegalForm.SINGLE_PERSON_LLC: "LIMITED",
    LegalForm.PRIVATE_COMPANY_BY_SHARES: "LIMITED",
    LegalForm.FREE_ZONE_COMPANY: "LIMITED",
    LegalForm.FREE_ZONE_ESTABLISHMENT: "LIMITED",
    LegalForm.JSC: "SHARES",
    LegalForm.PUBLIC_JSC: "SHARES",
    LegalForm.CLOSED_JSC: "SHARES",
    LegalForm.SIMPLIFIED_JSC: "SHARES",
    LegalForm.GENERAL_PARTNERSHIP: "PARTNERSHIP",
    LegalForm.LIMITED_PARTNERSHIP: "PARTNERSHIP",
    LegalForm.PARTNERSHIP_BY_SHARES: "PARTNERSHIP",
    LegalForm.LIMITED_LIABILITY_PARTNERSHIP: "PARTNERSHIP",
    LegalForm.SOLE_PROPRIETORSHIP: "SOLE",
}
"""Classes of legal forms that no company has two of: registers call one form by neighbouring names, not by these.

The other forms, above all branches, do not tell the form of the whole company.
"""
READ: Final = ("home_registration", "identifiers", "is_branch", "legal_form")
"""The properties from which evidence is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How a register numbers its entries."""

    schemes: tuple[str, ...] = ()
    """The identifier schemes whose values are, or were, its numbers; today's scheme comes first."""
    stem: str = ""
    """The sign between a number's stem and the rest, where several entries share a stem: `-` in 9-1 and 9-3."""
    unique_scheme: str | None = None
    """The scheme, unique in the world, of which its numbers are identifiers: GLEIF's numbers are LEIs."""


Numberings = Mapping[str, Numbering]
"""By authority; an authority without schemes and stems is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one registration states; `event` is the newest event behind it."""

    registration_id: RegistrationId
    event: EventRef
    home: RegistrationId | None = None
    """The registration that this one names as its home."""
    renumbered: tuple[RegistrationId, ...] = ()
    """The same entry of the same register under other numbers, before or after."""
    identifiers: tuple[str, ...] = ()
    """`SCHEME:VALUE`, unique in the world."""
    legal_class: str | None = None
    """The class of its legal form; None where it is a branch or states no form."""
    outdated_number: bool = False
    """Whether its number is of a kind that its register no longer gives."""
    stem: str | None = None
    """Its id up to the stem of its number: a shared stem makes a case and no link."""
    malformed: tuple[str, ...] = ()
    """`SCHEME:VALUE` of a linking scheme that is a placeholder or has the wrong form: it makes a case."""

    def states_the_same_as(self, other: "Evidence | None") -> bool:
        """Tell whether other evidence has equal values, whichever event stated them."""
        return other is not None and self._stated_values() == other._stated_values()

    def _stated_values(self) -> tuple[object, ...]:
        return (self.home, self.renumbered, self.identifiers, self.legal_class, self.malformed)


def evidence_of(registration: Registration, numberings: Numberings) -> Evidence | None:
    """Read the evidence off a registration; None when it states nothing (all of it was withdrawn)."""
    stated = registration.properties
    if not stated:
        return None
    own = registration.registration_id
    numbering = numberings.get(authority_of(own), Numbering())
    found = sorted(set(_unique(own, stated, numbering)))
    behind = [registration.provenance[name] for name in READ if name in registration.provenance]
    return Evidence(
        registration_id=own,
        event=max(behind or events_behind(registration), key=lambda ref: (ref.sequence, ref.event_id)),
        home=_home(own, stated),
        renumbered=tuple(sorted(set(_renumbered(own, stated, numbering.schemes)))),
        identifiers=tuple(key for key, fault in found if not fault),
        legal_class=_legal_class(stated),
        outdated_number=_is_outdated(own, numbering.schemes),
        stem=own.rpartition(numbering.stem)[0] or None if numbering.stem else None,
        malformed=tuple(key for key, fault in found if fault),
    )


def _home(own: RegistrationId, stated: Mapping[str, Any]) -> RegistrationId | None:
    home = stated.get("home_registration")
    if not home or home == own or not is_registration_id(home):
        return None
    named = RegistrationId(home)
    return None if identifiers.is_placeholder(number_of(named)) else named


def _unique(own: RegistrationId, stated: Mapping[str, Any], numbering: Numbering) -> Iterator[tuple[str, bool]]:
    """Give the identifiers that are unique in the world, and whether each is malformed."""
    if numbering.unique_scheme is not None:
        yield from _checked(numbering.unique_scheme, number_of(own))
    for one in stated.get("identifiers", ()):
        if one["scheme"] in UNIQUE_SCHEMES:
            yield from _checked(one["scheme"], one["value"])


def _checked(scheme: str, value: str) -> Iterator[tuple[str, bool]]:
    compact = identifiers.SCHEMES[scheme].compact(value)[:LONGEST]  # what is longer is malformed; it names a case
    yield f"{scheme}:{compact}", identifiers.check(scheme, value) is not None


def _renumbered(own: RegistrationId, stated: Mapping[str, Any], schemes: tuple[str, ...]) -> Iterator[RegistrationId]:
    prefix, register, number = own.split(".", 2)
    for one in stated.get("identifiers", ()):
        scheme, value = one["scheme"], one["value"]
        if scheme in schemes and identifiers.SCHEMES[scheme].is_valid(value):
            other = identifiers.SCHEMES[scheme].compact(value)
            if other != number:
                yield registration_id(prefix, register, other)


def _is_outdated(own: RegistrationId, schemes: tuple[str, ...]) -> bool:
    return bool(schemes) and not identifiers.SCHEMES[schemes[0]].is_valid(number_of(own))


def _legal_class(stated: Mapping[str, Any]) -> str | None:
    form = stated.get("legal_form")
    if form is None or stated.get("is_branch") or stated.get("home_registration"):
        return None
    return CLASSES.get(LegalForm(form))
