"""The subscription of an agency, and whether it matches a change."""

from dataclasses import dataclass
from typing import Final, Protocol

from register.activities import is_it
from register.ids import AgencyId, CompanyId, RegistrationId, own_registration

MOVES: Final = "registrations"
"""The word among `fields` for merges and unmerges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An agency's wishes; an empty list does not restrict. All that are given must hold.

    `activities` are leading digits of ISIC Rev. 4 classes: "62" takes 6201, 6202 and 6209. `companies` are company or
    registration ids; a company's id means the company that has the registration in it. Who follows an id that merged
    away follows the survivor, and both after an unmerge. `fields` are property names, of which one must have changed;
    `registrations` stands for merges and unmerges. `it_only` takes companies that are IT companies by their activities,
    before or after the change.
    """

    agency: AgencyId
    member_states: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    it_only: bool = False


class Filterable(Protocol):
    """The parts of a change on which agencies filter; a `Change` has all of them."""

    @property
    def company_id(self) -> CompanyId: ...
    @property
    def follows(self) -> CompanyId | None: ...
    @property
    def fields_changed(self) -> tuple[str, ...]: ...
    @property
    def registrations(self) -> tuple[RegistrationId, ...]: ...
    @property
    def related(self) -> tuple[CompanyId, ...]: ...
    @property
    def jurisdictions(self) -> tuple[str, ...]: ...
    @property
    def isic4_classes(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Filtered:
    """The parts of a change on which agencies filter, without the rest."""

    company_id: CompanyId
    follows: CompanyId | None
    fields_changed: tuple[str, ...]
    registrations: tuple[RegistrationId, ...]
    related: tuple[CompanyId, ...]
    jurisdictions: tuple[str, ...]
    isic4_classes: tuple[str, ...]


def wants(subscription: Subscription, change: Filterable, it_classes: frozenset[str]) -> bool:
    """Tell whether a subscription matches a change; `it_classes` are the ISIC classes that make an IT company.

    This is the definition. `SubscriptionIndex` gives the same answer for all subscriptions at once.
    """
    return (
        change.follows is None  # the other company's change notifies of the same move
        and _has_one_of(subscription.member_states, change.jurisdictions)
        and _has_one_of(subscription.fields, filterable_fields(change))
        and _has_one_of(registrations_of(subscription.companies), registrations_concerned(change))
        and _has_prefix_of(subscription.activities, change.isic4_classes)
        and (not subscription.it_only or is_it(change.isic4_classes, it_classes))
    )


def registrations_of(ids: tuple[str, ...]) -> tuple[RegistrationId, ...]:
    """Give the registrations that company ids are named for; registration ids stay as they are."""
    return tuple(own_registration(CompanyId(one)) for one in ids)


def registrations_concerned(change: Filterable) -> tuple[RegistrationId, ...]:
    """Name the registrations of all companies that a change is about, and those that these are named for."""
    return (*change.registrations, *map(own_registration, (change.company_id, *change.related)))


def filterable_fields(change: Filterable) -> tuple[str, ...]:
    """Name the words that an agency may have among `fields` for this change."""
    return (*change.fields_changed, *((MOVES,) if change.related else ()))


def _has_one_of(wanted: tuple[str, ...], found: tuple[str, ...]) -> bool:
    return not wanted or not set(wanted).isdisjoint(found)


def _has_prefix_of(wanted: tuple[str, ...], found: tuple[str, ...]) -> bool:
    return not wanted or any(one.startswith(wanted) for one in found)
