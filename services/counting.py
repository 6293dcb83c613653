"""Count what was accepted and refused, what the register holds, and the registries' words that no map has."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from readmodel.counting import LetterCount, Place, Refused, Totals
from readmodel.unmapped_words import Unmapped
from services.open_register import RegisterReader

__all__ = ["CountedRegister", "Refused", "Totals", "Unmapped", "counts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRegister:
    """What the read model counts, in all and per publisher; refusals by code, with the latest of each."""

    totals: Totals
    publishers: Mapping[str, Totals]
    open_letters: Mapping[str, int]
    """Dead letters that were neither redriven nor discarded, per publisher."""
    refusals: tuple[Refused, ...]
    unmapped_words: tuple[Unmapped, ...]


def counts(register: RegisterReader, decided: frozenset[Place] = frozenset()) -> CountedRegister:
    """Count. Exact once the projection has caught up. `decided`: where the letters lie that are not open any more."""
    counted = register.totals()
    return CountedRegister(
        totals=counted.totals,
        publishers=counted.publishers,
        open_letters=_per_publisher(register.letter_counts(without=decided)),
        refusals=tuple(register.rejections()),
        unmapped_words=tuple(register.unmapped_words()),
    )


def _per_publisher(groups: Iterable[LetterCount]) -> Mapping[str, int]:
    counted: Counter[str] = Counter()
    for one in groups:
        counted[one.publisher] += one.count
    return counted
