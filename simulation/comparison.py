"""The result of a comparison, and its lines for a person."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

import orjson

from simulation.pairs import IdPair, Pairs

KEPT: Final = 20  # differences described in full; the counts hold for all


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field of one company; `field` ends in `@event` where the value agrees and its source does not."""

    company_id: str
    field: str
    expected: Any
    found: Any


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
    unexpected_ids: list[str] = field(default_factory=list)
    differences: list[FieldDifference] = field(default_factory=list)
    wrong_alias_ids: list[str] = field(default_factory=list)
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
        self._keep(self.unexpected_ids, company)

    def add_unmerged(self, company: str, belongs_to: str) -> None:
        """Count a company that must have merged into another."""
        self.unexpected += 1
        self._keep(self.unexpected_ids, f"{company} (belongs to {belongs_to})")

    def add_wrong_alias(self, alias: str, leads_to: str | None, expected: str) -> None:
        """Count an id that merged away and leads elsewhere, or nowhere."""
        self.wrong_aliases += 1
        self._keep(self.wrong_alias_ids, f"{alias} leads to {leads_to}, must lead to {expected}")

    def judge(self, pairs: Pairs) -> None:
        """Add the measures of the merged pairs."""
        self.pairs_expected, self.pairs_found = pairs.expected, pairs.found
        self.precision, self.recall = pairs.precision, pairs.recall
        self.merged_wrongly, self.merged_by_decoys = pairs.found - pairs.right, pairs.by_decoys
        self.decoys = pairs.decoys
        self.in_two_companies, self.doubled_ids = len(pairs.doubled), pairs.doubled[: self.kept]
        self.wrong_pairs = pairs.wrong[: self.kept]
        self.missed_pairs = list(islice(pairs.missed(), self.kept))

    def lines(self) -> Iterator[str]:
        """Give the result as lines for a person."""
        yield (
            f"{self.expected} companies expected: {self.equal} equal, {self.differing} differ, {self.missing} missing, "
            f"{self.unexpected} unexpected ({self.others} records of other sources left alone)"
        )
        yield (
            f"{self.pairs_expected} pairs of registrations belong together: precision {self.precision:.4f}, "
            f"recall {self.recall:.4f}, {self.merged_wrongly} pairs of strangers "
            f"({self.merged_by_decoys} by one of {self.decoys} decoys)"
        )
        yield f"{self.aliases} ids that merged away lead where they must, {self.wrong_aliases} do not"
        for one in self.differences:
            yield f"{one.company_id} {one.field}: expected {one.expected!r}, found {one.found!r}"
        yield from (f"{one}: missing" for one in self.missing_ids)
        yield from (f"{one}: unexpected" for one in self.unexpected_ids)
        yield from self.wrong_alias_ids
        yield from (f"{one} and {other} are strangers in one company" for one, other in self.wrong_pairs)
        yield from (f"{one} and {other} are one company and stand apart" for one, other in self.missed_pairs)
        yield from (f"{one} is in more than one company" for one in self.doubled_ids)

    def _keep(self, names: list[str], name: str) -> None:
        if len(names) < self.kept:
            names.append(name)


def digest(value: Any) -> bytes:
    """Reduce a value to sixteen bytes."""
    return blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
