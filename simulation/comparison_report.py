"""The result of a comparison of the register with a simulation."""

from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Any, Final, TypeVar

import orjson

from simulation.pairwise_accuracy import IdPair, Pairs

_Kept = TypeVar("_Kept")

KEPT: Final = 20  # differences described in full; the counts hold for all


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field of one company; `field` ends in `@event` where the value agrees and its source does not."""

    company_id: str
    field: str
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class UnexpectedCompany:
    """A company that must not be there. `belongs_to`: the one that it must have merged into, if it must."""

    company_id: str
    belongs_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongAlias:
    """An id that merged away and leads elsewhere than it must, or nowhere."""

    alias: str
    leads_to: str | None
    expected: str


@dataclass(slots=True, kw_only=True)
class RegisterComparison:
    """The result of a comparison. `others` counts records that are not of this simulation; they are ignored.

    `aliases` counts the ids that merged away and lead where they must. The lists name `kept` cases each.
    """

    expected: int = 0
    equal: int = 0
    differing: int = 0
    missing: int = 0
    unexpected: int = 0
    others: int = 0
    aliases: int = 0
    wrong_aliases: int = 0
    pairs_expected: int = 0
    pairs_found: int = 0
    precision: float = 1.0
    recall: float = 1.0
    merged_wrongly: int = 0
    decoys: int = 0
    merged_by_decoys: int = 0
    in_two_companies: int = 0
    missing_ids: list[str] = field(default_factory=list)
    unexpected_companies: list[UnexpectedCompany] = field(default_factory=list)
    differences: list[FieldDifference] = field(default_factory=list)
    misled_aliases: list[WrongAlias] = field(default_factory=list)
    wrong_pairs: list[IdPair] = field(default_factory=list)
    missed_pairs: list[IdPair] = field(default_factory=list)
    doubled_ids: list[str] = field(default_factory=list)
    kept: int = KEPT

    @property
    def is_equal(self) -> bool:
        """Whether the register is exactly as expected."""
        return not self.wrong

    @property
    def wrong(self) -> int:
        """Count the differences; a wrong merge makes at least two companies differ."""
        return (
            self.differing
            + self.missing
            + self.unexpected
            + self.wrong_aliases
            + self.merged_wrongly
            + self.in_two_companies
        )

    def add_missing(self, company: str) -> None:
        """Count an expected company that is missing."""
        self.missing += 1
        self._keep(self.missing_ids, company)

    def add_unexpected(self, company: str) -> None:
        """Count a company that was not expected."""
        self.unexpected += 1
        self._keep(self.unexpected_companies, UnexpectedCompany(company_id=company))

    def add_unmerged(self, company: str, belongs_to: str) -> None:
        """Count a company that must have merged into another."""
        self.unexpected += 1
        self._keep(self.unexpected_companies, UnexpectedCompany(company_id=company, belongs_to=belongs_to))

    def add_wrong_alias(self, alias: str, leads_to: str | None, expected: str) -> None:
        """Count an id that merged away and leads elsewhere, or nowhere."""
        self.wrong_aliases += 1
        self._keep(self.misled_aliases, WrongAlias(alias=alias, leads_to=leads_to, expected=expected))

    def judge(self, pairs: Pairs) -> None:
        """Add the measures of the merged pairs."""
        self.pairs_expected, self.pairs_found = pairs.expected, pairs.found
        self.precision, self.recall = pairs.precision, pairs.recall
        self.merged_wrongly, self.merged_by_decoys = pairs.found - pairs.right, pairs.by_decoys
        self.decoys = pairs.decoys
        self.in_two_companies, self.doubled_ids = len(pairs.doubled), pairs.doubled[: self.kept]
        self.wrong_pairs = pairs.wrong[: self.kept]
        self.missed_pairs = list(islice(pairs.missed(), self.kept))

    def _keep(self, found: list[_Kept], one: _Kept) -> None:
        if len(found) < self.kept:
            found.append(one)


def digest(value: Any) -> bytes:
    """Reduce a value to sixteen bytes."""
    return blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
