"""An index of all subscriptions: finds the agencies that want a change, whatever the number of subscriptions.

Each subscription has a place, which is one bit. For each criterion the index keeps two sets of bits: who names a value,
and who does not restrict it. The bits left after intersecting all criteria are the agencies that want a change. A
lookup's cost depends on the change and on the matches. `wants` defines the result.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from register.activities import is_it
from register.ids import AgencyId
from register.subscriptions import (
    Filterable,
    Subscription,
    filterable_fields,
    registrations_concerned,
    registrations_of,
)

Valued = Callable[[Subscription], Collection[str]]

_VALUES: Final[tuple[Valued, ...]] = (
    lambda subscription: subscription.member_states,
    lambda subscription: subscription.fields,
    lambda subscription: registrations_of(subscription.companies),
    lambda subscription: subscription.activities,
    lambda subscription: ("it",) if subscription.it_only else (),
)


class _Criterion:
    """For one criterion: the bits of the subscriptions that name each value, and of those that name none."""

    __slots__ = ("_any", "_named")

    def __init__(self) -> None:
        self._named: dict[str, int] = {}
        self._any = 0

    def met(self, found: Iterable[str]) -> int:
        """Give the bits of the subscriptions that name one of these values, or do not restrict the criterion."""
        named, bits = self._named, self._any
        for value in found:
            bits |= named.get(value, 0)
        return bits

    def replace(self, bit: int, old: Collection[str] | None, new: Collection[str] | None) -> int:
        """Replace the values of a subscription; None: no subscription. Returns the number of changed values."""
        before, after = frozenset(old or ()), frozenset(new or ())
        for value in before - after:
            left = self._named[value] & ~bit
            if left:
                self._named[value] = left
            else:
                del self._named[value]
        for value in after - before:
            self._named[value] = self._named.get(value, 0) | bit
        self._any = self._any | bit if new is not None and not after else self._any & ~bit
        return len(before ^ after)


class SubscriptionIndex:
    """Subscriptions by agency. The cost of a replacement is in proportion to the length of the subscription."""

    def __init__(self, it_classes: frozenset[str]) -> None:
        """`it_classes` are the ISIC classes that make an IT company."""
        self._it_classes = it_classes
        self._places: dict[AgencyId, int] = {}
        self._at: list[Subscription | None] = []
        self._free: list[int] = []
        self._criteria = tuple(_Criterion() for _ in _VALUES)

    def __len__(self) -> int:
        return len(self._places)

    def put(self, subscription: Subscription) -> int:
        """Put a subscription in the place of its agency's earlier one. Returns the number of changed values."""
        place = self._places.get(subscription.agency)
        if place is None:
            place = self._places[subscription.agency] = self._free.pop() if self._free else len(self._at)
            if place == len(self._at):
                self._at.append(None)
        return self._replace(place, subscription)

    def remove(self, agency: AgencyId) -> int:
        """Remove an agency's subscription, if there is one. Returns the number of changed values."""
        place = self._places.pop(agency, None)
        if place is None:
            return 0
        self._free.append(place)
        return self._replace(place, None)

    def wanting(self, change: Filterable) -> Iterator[AgencyId]:
        """Name the agencies that want a notice of a change, each once."""
        if change.follows is not None:
            return
        classes = change.isic4_classes
        found: tuple[Iterable[str], ...] = (
            change.jurisdictions,
            filterable_fields(change),
            registrations_concerned(change),
            (one[:length] for one in classes for length in range(len(one) + 1)),
            ("it",) if is_it(classes, self._it_classes) else (),
        )
        bits = -1
        for criterion, values in zip(self._criteria, found, strict=True):
            bits &= criterion.met(values)
            if not bits:
                return
        while bits:
            lowest = bits & -bits
            subscription = self._at[lowest.bit_length() - 1]
            assert subscription is not None
            yield subscription.agency
            bits ^= lowest

    def _replace(self, place: int, subscription: Subscription | None) -> int:
        old, self._at[place] = self._at[place], subscription
        return sum(
            criterion.replace(
                1 << place,
                None if old is None else values(old),
                None if subscription is None else values(subscription),
            )
            for criterion, values in zip(self._criteria, _VALUES, strict=True)
        )
