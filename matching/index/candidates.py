"""Which names are worth weighing, by the names that each word of a question leads to."""

from collections.abc import Iterable, Sequence
from itertools import combinations, islice, product
from typing import Final

from matching.index.bitmaps import Crowd

RARE: Final = 150  # names: a key that has no more is followed on its own
COMMON: Final = 5_000  # names: two keys that both have more are not followed together, either
ENOUGH: Final = 300  # names to weigh for one question; the last key may bring some more
MOST: Final = 1_000  # names with the same common words and no other: nothing tells which of them to weigh
TELLING: Final = 4  # words, the rarest of the name, whose pairs are followed

FewPlaces = set[int] | frozenset[int]
NamePlaces = FewPlaces | Crowd
"""The places of the names under one key: a crowd where they are more than COMMON."""
Weighed = list[tuple[float, NamePlaces]]
"""The names that one word of a question leads to, by each of its keys, the lightest key first."""


def choose_candidates(asked: Sequence[Weighed], itself: int | None) -> set[int]:
    """Choose the names that are worth weighing: those of rare words, then those that two words lead to."""
    chosen: set[int] = set()
    for found in asked:
        for _, names in reversed(found):
            if len(names) <= RARE and len(chosen) < ENOUGH and not isinstance(names, Crowd):
                chosen |= names
    chosen -= {itself}
    for one, other in combinations(range(min(len(asked), TELLING)), 2):
        if len(chosen) >= ENOUGH:
            break
        for (_, names), (_, others) in product(asked[one], asked[other]):
            if RARE < len(names) <= COMMON or RARE < len(others) <= COMMON:
                chosen |= _narrowed(_in_both(names, others) - {itself}, asked[other + 1 :])
    if not chosen and asked:
        names = asked[0][-1][1]
        some = names.first(MOST) if isinstance(names, Crowd) else islice(names, MOST)
        chosen.update(place for place in some if place != itself)
    return chosen


def _in_both(names: NamePlaces, others: NamePlaces) -> FewPlaces:
    """The names that two keys share, of which one at least is no crowd."""
    if isinstance(names, Crowd):
        return names.among(others) if not isinstance(others, Crowd) else frozenset()
    return others.among(names) if isinstance(others, Crowd) else names & others


def _narrowed(both: FewPlaces, others: Iterable[Weighed]) -> FewPlaces:
    """Where too many names have two words, take those that have a third one as well, and so on."""
    for found in others:
        if len(both) <= RARE:
            break
        both = set().union(*(_in_both(both, names) for _, names in found)) or both
    return both if len(both) <= MOST else set(islice(both, MOST))


def shared_weights(places: set[int], asked: Sequence[Weighed]) -> dict[int, float]:
    """Add up, for each name, the weights of the words that it shares, each by its weightiest key."""
    added: dict[int, float] = {}
    for found in asked:
        weights: dict[int, float] = {}
        for weight, names in found:
            if isinstance(names, Crowd):
                weights.update(dict.fromkeys(names.among(places), weight))
            elif not places.isdisjoint(names):
                weights.update(dict.fromkeys(places & names, weight))
        for place, weight in weights.items():
            added[place] = added.get(place, 0.0) + weight
    return added
