"""Choose the known names to weigh, from those that the words of the asked name lead to."""

from collections.abc import Iterable, Sequence
from itertools import combinations, islice, product
from typing import Final

from matching.index.bitmaps import NameBitmap

RARE: Final = 150  # names: a key that has no more is followed on its own
COMMON: Final = 5_000  # names: two keys that both have more are not followed together, either
ENOUGH: Final = 300  # names to weigh for one question; the last key may bring some more
MOST: Final = 1_000  # names with the same common words and no other word: weigh only so many
TELLING: Final = 4  # words, the rarest of the name, whose pairs are followed

FewPlaces = set[int] | frozenset[int]
NamePlaces = FewPlaces | NameBitmap
"""The places of the names under one key: a bitmap where they are more than COMMON."""
Weighed = list[tuple[float, NamePlaces]]
"""The names under each key of one word of the asked name; the key with the least weight first."""


def choose_candidates(asked: Sequence[Weighed], itself: int | None) -> set[int]:
    """Choose the names under rare words, then those under two words. `itself`, the asked name's place, is left out."""
    chosen: set[int] = set()
    for found in asked:
        for _, names in reversed(found):
            if len(names) <= RARE and len(chosen) < ENOUGH and not isinstance(names, NameBitmap):
                chosen |= names
    chosen -= {itself}
    for one, other in combinations(range(min(len(asked), TELLING)), 2):
        if len(chosen) >= ENOUGH:
            break
        for (_, names), (_, others) in product(asked[one], asked[other]):
            if RARE < len(names) <= COMMON or RARE < len(others) <= COMMON:
                chosen |= _narrowed_down(_intersection(names, others) - {itself}, asked[other + 1 :])
    if not chosen and asked:
        names = asked[0][-1][1]
        some = names.first(MOST) if isinstance(names, NameBitmap) else islice(names, MOST)
        chosen.update(place for place in some if place != itself)
    return chosen


def _intersection(names: NamePlaces, others: NamePlaces) -> FewPlaces:
    """Give the names that two keys share; none where both have a bitmap."""
    if isinstance(names, NameBitmap):
        return names.among(others) if not isinstance(others, NameBitmap) else frozenset()
    return others.among(names) if isinstance(others, NameBitmap) else names & others


def _narrowed_down(both: FewPlaces, others: Iterable[Weighed]) -> FewPlaces:
    """If too many names have two words, take those with a third word, then a fourth, and so on."""
    for found in others:
        if len(both) <= RARE:
            break
        both = set().union(*(_intersection(both, names) for _, names in found)) or both
    return both if len(both) <= MOST else set(islice(both, MOST))


def shared_weights(places: set[int], asked: Sequence[Weighed]) -> dict[int, float]:
    """Sum the weights of the words that each name shares; a word counts with its weightiest key."""
    added: dict[int, float] = {}
    for found in asked:
        weights: dict[int, float] = {}
        for weight, names in found:
            if isinstance(names, NameBitmap):
                weights.update(dict.fromkeys(names.among(places), weight))
            elif not places.isdisjoint(names):
                weights.update(dict.fromkeys(places & names, weight))
        for place, weight in weights.items():
            added[place] = added.get(place, 0.0) + weight
    return added
