"""Measures merges against the truth: pairwise precision and recall.

Two registrations in one company are a pair. A wrong merge lowers precision, a missing merge lowers recall.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

NAMED: Final = 1_000  # pairs of strangers that are kept by name
IdPair = tuple[str, str]


@dataclass(slots=True)
class Pairs:
    """Counts pairs: `expect` the truth first, then record the companies of a register; holds two ids a registration."""

    wrong: list[IdPair] = field(default_factory=list)
    """The first wrong pairs."""
    by_decoys: int = 0
    """Wrong pairs with a decoy, or with numbers that share a stem."""
    right: int = 0
    found: int = 0
    expected: int = 0
    doubled: list[str] = field(default_factory=list)
    """Registrations that are in more than one company."""
    _group: dict[str, int] = field(default_factory=dict)
    _kin: set[int] = field(default_factory=set)
    _apart: dict[int, list[list[str]]] = field(default_factory=dict)
    _decoys: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _groups: int = 0

    def expect(self, registrations: Iterable[str], decoys: Iterable[str] = ()) -> None:
        """Record the registrations of one true company."""
        members = list(registrations)
        self._groups += 1
        self._group.update(dict.fromkeys(members, self._groups))
        self._decoys.update(decoys)
        if len(members) > 1:
            self._kin.add(self._groups)
        self.expected += len(members) * (len(members) - 1) // 2

    @property
    def decoys(self) -> int:
        """Registrations that only look like others, by id."""
        return len(self._decoys)

    def record_company(self, registrations: Iterable[str]) -> None:
        """Count the pairs of one company; registrations of another source are ignored."""
        members = sorted(one for one in registrations if one in self._group)
        self.doubled += [one for one in members if one in self._seen]
        self._seen.update(members)
        kin: dict[int, list[str]] = {}
        for one in members:
            kin.setdefault(self._group[one], []).append(one)
        self.found += len(members) * (len(members) - 1) // 2
        self.right += sum(len(one) * (len(one) - 1) // 2 for one in kin.values())
        if len(kin) > 1:
            self._strangers(members)
        for group in kin.keys() & self._kin:
            self._apart.setdefault(group, []).append(kin[group])

    def missed(self) -> Iterator[IdPair]:
        """Name the true pairs that are in different companies."""
        for companies in self._apart.values():
            for one, other in combinations(companies, 2):
                yield from ((min(a, b), max(a, b)) for a in one for b in other)

    @property
    def precision(self) -> float:
        """The share of the found pairs that are true; 1 where none was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of the true pairs that were found; 1 where there are none."""
        return self.right / self.expected if self.expected else 1.0

    def _strangers(self, members: list[str]) -> None:
        for one, other in combinations(members, 2):
            if self._group[one] != self._group[other]:
                self.by_decoys += bool({one, other} & self._decoys) or _stem(one) == _stem(other)
                if len(self.wrong) < NAMED:
                    self.wrong.append((one, other))


def _stem(registration: str) -> str:
    stem, hyphen, _ = registration.rpartition("-")
    return stem if hyphen else registration
