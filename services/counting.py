"""Count what was accepted and refused, what the register holds, and the registries' words that no map has."""

from collections.abc import Mapping
from dataclasses import dataclass

from readmodel.counting import Refused, Totals
from readmodel.unmapped_words import Unmapped
from services.open_register import RegisterReader

__all__ = ["CountedRegister", "Refused", "Totals", "Unmapped", "counts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRegister:
    """What the read model counts, in all and per publisher; refusals by code, with the latest of each."""

    totals: Totals
    publishers: Mapping[str, Totals]
    refusals: tuple[Refused, ...]
    unmapped_words: tuple[Unmapped, ...]


def counts(register: RegisterReader) -> CountedRegister:
    """Count. Exact once the projection has caught up."""
    counted = register.totals()
    return CountedRegister(
        totals=counted.totals,
        publishers=counted.publishers,
        refusals=tuple(register.rejections()),
        unmapped_words=tuple(register.unmapped_words()),
    )
