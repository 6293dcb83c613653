"""Measure the accuracy of the queue of similar names in a register in which most names have no partner.

The names of a list and those of a register go through the queue as `suggest` takes them. Which of them are one
company's is known beforehand: a row of the queue that says anything else is wrong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from matching.measuring.suggester_accuracy import BilingualName
from matching.suggesting.name_queue import NameQueue
from matching.suggesting.queue_changes import OpenCase, StatedNaming
from matching.suggesting.suggester import Suggester
from register.ids import RegistrationId, company_id, registration_id
from register.names.naming import Naming
from register.resolution.cases import Case
from register.resolution.judgements import RegistrationPair

SLICE: Final = 250  # names that are taken at once, as a task does
TENTHS: Final = 10
REGISTER_LENGTH: Final = 24  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTruth:
    """Which pairs of registrations are of one company, and for which pairs that is not known."""

    same: frozenset[RegistrationPair]
    unsure: frozenset[RegistrationPair] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAccuracy:
    """How many rows of a queue are right."""

    rows: int
    """Rows whose answer is known."""
    right: int
    present: int
    """Pairs that the queue should have."""

    @property
    def precision(self) -> float:
        """The share of rows that are right; of an empty queue 1."""
        return self.right / self.rows if self.rows else 1.0

    @property
    def recall(self) -> float:
        """The share of the expected pairs that the queue has."""
        return self.right / self.present if self.present else 1.0

    def document(self) -> dict[str, Any]:
        """As JSON states it."""
        shares = {"precision": round(self.precision, 3), "recall": round(self.recall, 3)}
        return {"rows": self.rows, "right": self.right, "present": self.present, **shares}


def listed_id(number: int, row: BilingualName) -> RegistrationId:
    """Name the registration that a row of a list is taken for, by its number in the list."""
    register = "".join(letter if letter.isalnum() else "-" for letter in row.source.upper())[:REGISTER_LENGTH]
    return registration_id(row.jurisdiction, register, str(number))


def naming(own: RegistrationId, jurisdiction: str, *names: str) -> StatedNaming:
    """Say what a registration is called that is a company of its own."""
    return own, Naming(
        registration_id=own, company_id=company_id(own), jurisdiction=jurisdiction, names=tuple(dict.fromkeys(names))
    )


def queue_of(namings: Iterable[StatedNaming], suggester: Suggester) -> list[Case]:
    """Give the rows of the queue after all these names, the most probable first."""
    queue, kept, waiting = NameQueue(suggester), _EarlierTurns({}, {}), iter(namings)
    while batch := list(islice(waiting, SLICE)):
        turn = queue.update(batch, (), kept)
        kept.namings.update(turn.namings)
        kept.cases.update(turn.cases)
    rows = [one.case for one in kept.cases.values() if one is not None and one.shown]
    return sorted(rows, key=lambda case: (-(case.score or 0), case.case_id))


@dataclass(frozen=True, slots=True)
class _EarlierTurns:
    """What the earlier turns stored."""

    namings: dict[RegistrationId, Naming | None]
    cases: dict[str, OpenCase | None]

    def naming(self, own: RegistrationId) -> Naming | None:
        return self.namings.get(own)

    def case(self, case_id: str) -> OpenCase | None:
        return self.cases.get(case_id)


def queue_accuracy(rows: Iterable[Case], truth: PairTruth) -> QueueAccuracy:
    """Count the rows of a queue that are right."""
    pairs = {pair_of(case) for case in rows} - truth.unsure
    return QueueAccuracy(rows=len(pairs), right=len(pairs & truth.same), present=len(truth.same))


def pair_of(case: Case) -> RegistrationPair:
    """Name the two registrations of a row, the smaller id first."""
    one, other = case.registrations
    return one, other


def tenths(judged: Iterable[tuple[float, bool]]) -> list[Mapping[str, float]]:
    """Sum up each tenth of the scores: how many names had it, their average score, and how many were right."""
    by_tenth: list[list[tuple[float, bool]]] = [[] for _ in range(TENTHS)]
    for score, right in judged:
        by_tenth[min(int(score * TENTHS), TENTHS - 1)].append((score, right))
    return list(_sums(by_tenth))


def _sums(by_tenth: Sequence[Sequence[tuple[float, bool]]]) -> Iterator[Mapping[str, float]]:
    for number, found in enumerate(by_tenth):
        yield {
            "from": number / TENTHS,
            "names": len(found),
            "score": round(sum(score for score, _ in found) / len(found), 3) if found else 0.0,
            "right": sum(right for _, right in found),
        }
