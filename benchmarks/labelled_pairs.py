"""Which companies of the bilingual list have an LEI in GLEIF's list: found by reading, kept without names.

A row of the list belongs to one of two halves, by a hash: what one half taught is judged by the other.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from matching.measuring.suggester_accuracy import BilingualName
from producers import feeds
from register.ids import RegistrationId, registration_id

LABELS: Final = Path(__file__).with_name("gleif_labels.csv")
GLEIF: Final = Path(feeds.__file__).parent / "data" / "gcc_lei.csv"


class LegalName(NamedTuple):
    """A row of GLEIF's list."""

    lei: str
    name: str
    jurisdiction: str

    @property
    def registration_id(self) -> RegistrationId:
        """As the feed `gleif` names it."""
        return registration_id("XG", "LEI", self.lei)


@dataclass(frozen=True, slots=True)
class Labels:
    """By row of the list, the LEIs of its company, and those of which reading did not decide."""

    same: Mapping[tuple[str, str], frozenset[str]]
    undecided: Mapping[tuple[str, str], frozenset[str]]

    def of(self, row: BilingualName) -> tuple[frozenset[str], frozenset[str]]:
        """Give both for a row."""
        own = row.source, row.local_id
        return self.same.get(own, frozenset()), self.undecided.get(own, frozenset())


def labels(file: Path = LABELS) -> Labels:
    """Read what was found: CSV with source, local_id, lei, and a verdict, SAME or UNDECIDED."""
    found: dict[str, dict[tuple[str, str], frozenset[str]]] = {"SAME": {}, "UNDECIDED": {}}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            of_verdict, own = found[row["verdict"]], (row["source"], row["local_id"])
            of_verdict[own] = of_verdict.get(own, frozenset()) | {row["lei"]}
    return Labels(found["SAME"], found["UNDECIDED"])


def legal_names(file: Path = GLEIF) -> Iterator[LegalName]:
    """Read GLEIF's list."""
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield LegalName(row["lei"], row["legal_name"], row["country"])


def second_half(row: BilingualName) -> bool:
    """Say whether a row belongs to the second half."""
    return bool(sha256(f"{row.source}/{row.local_id}/{row.arabic}".encode()).digest()[0] % 2)
