"""What an agency wants to hear of, and whether a change is of that kind."""

from dataclasses import dataclass
from typing import Final

from register.activities import is_it
from register.changes import Change
from register.ids import AgencyId, CompanyId, own_registration

MOVES: Final = "registrations"
"""What an agency names among `fields` to hear of merges and unmerges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An agency's wishes; an empty list does not restrict. All that are given must hold.

    `activities` are leading digits of ISIC Rev. 4 classes ("62" takes 6201, 6202 and 6209);
    `companies` are company or registration ids, and a company's id means the company that the registration in it
    belongs to: who follows an id that merged away follows the survivor, and both after they come apart;
    `fields` are property names of which one must have changed, or `registrations` for merges and unmerges;
    `it_only` takes companies that are IT companies by their activities, before the change or after it.
    """

    agency: AgencyId
    states: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    it_only: bool = False


def wants(subscription: Subscription, change: Change, it_classes: frozenset[str]) -> bool:
    """Tell whether an agency wants to hear of a change; `it_classes` are the ISIC classes that make an IT company."""
    return (
        change.follows is None  # the other company's change tells of the same move
        and _meets(subscription.states, change.jurisdictions)
        and _meets(subscription.fields, _fields(change))
        and _meets(_registrations(subscription.companies), _concerned(change))
        and _begins(subscription.activities, change.isic4_classes)
        and (not subscription.it_only or is_it(change.isic4_classes, it_classes))
    )


def _registrations(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(own_registration(CompanyId(one)) for one in ids)


def _concerned(change: Change) -> tuple[str, ...]:
    """Name the registrations of all companies that a change is about, and those that these are named for."""
    return (*change.registrations, *map(own_registration, (change.company_id, *change.related)))


def _fields(change: Change) -> tuple[str, ...]:
    return (*change.fields_changed, *((MOVES,) if change.related else ()))


def _meets(wanted: tuple[str, ...], found: tuple[str, ...]) -> bool:
    return not wanted or not set(wanted).isdisjoint(found)


def _begins(wanted: tuple[str, ...], found: tuple[str, ...]) -> bool:
    return not wanted or any(one.startswith(wanted) for one in found)
