"""Measure how well the suggester finds the English name of an Arabic one, on lists that state both.

Each list (`source`) is taken on its own: its English names are known, each of its Arabic names is asked. English names
that fold to the same words are one answer: nobody could tell them apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Any, Final

from matching.suggesting.suggester import THRESHOLD, Suggester
from register.names.normalisation import folded

CUTOFF: Final = 5  # suggestions in which a name must be for recall_at_5
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class BilingualName:
    """A row of a list that states a company's name in both scripts."""

    jurisdiction: str
    source: str
    local_id: str
    arabic: str
    english: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAnswer:
    """The result of asking for one Arabic name."""

    asked: BilingualName
    place: int | None
    """Where the right name stands among the suggestions, from 0; None where it is not among them."""
    best: float
    """The score of the first suggestion; 0 where there is none."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The share of names that were found, and of suggestions that were right."""

    names: int
    recall_at_1: float
    recall_at_5: float
    precision: float
    """Of the names whose best suggestion reaches the threshold, the share for which it is the right one."""
    recall: float
    """Of all names, the share whose right suggestion is the best one and reaches the threshold."""
    names_per_s: float
    """Of the processor's time, which other work on the machine disturbs less than the clock's."""

    def document(self) -> dict[str, Any]:
        """As JSON states it."""
        shares = ("recall_at_1", "recall_at_5", "precision", "recall")
        return {
            "names": self.names,
            **{name: round(getattr(self, name), _DIGITS) for name in shares},
            "names_per_s": round(self.names_per_s),
        }


def ask(rows: Iterable[BilingualName], suggester: Callable[[], Suggester]) -> list[NameAnswer]:
    """Ask each Arabic name among the English names of its own list. The answers are in the order of the rows."""
    listed = list(rows)
    by_source: dict[str, Suggester] = {}
    for row in listed:
        known = by_source.get(row.source)
        if known is None:
            known = by_source[row.source] = suggester()
        known.add(folded(row.english), row.english, row.jurisdiction)
    return [answer(by_source[row.source], row) for row in listed]


def answer(known: Suggester, row: BilingualName) -> NameAnswer:
    """Ask one Arabic name among English names that are known under their folded form."""
    began = thread_time()
    found = known.suggest(row.arabic, row.jurisdiction, least=0.0, most=CUTOFF)
    seconds = thread_time() - began
    keys = [one.key for one in found]
    right = folded(row.english)
    return NameAnswer(
        asked=row,
        place=keys.index(right) if right in keys else None,
        best=found[0].score if found else 0.0,
        seconds=seconds,
    )


def measures(answers: Sequence[NameAnswer], threshold: float = THRESHOLD) -> Measures:
    """Sum answers up; the precision of an empty queue is 1."""
    names = len(answers) or 1
    queued = [one for one in answers if one.best >= threshold]
    right = sum(one.place == 0 for one in queued)
    return Measures(
        names=len(answers),
        recall_at_1=sum(one.place == 0 for one in answers) / names,
        recall_at_5=sum(one.place is not None for one in answers) / names,
        precision=right / len(queued) if queued else 1.0,
        recall=right / names,
        names_per_s=len(answers) / (sum(one.seconds for one in answers) or 1.0),
    )


def lowest_threshold(answers: Iterable[NameAnswer], precision: float) -> float:
    """Give the lowest score from which on the best suggestions are right this often; 1 where none is."""
    ranked = sorted((one for one in answers if one.best), key=lambda one: -one.best)
    lowest, right = 1.0, 0
    for count, one in enumerate(ranked, 1):
        right += one.place == 0
        if right / count >= precision:
            lowest = one.best
    return lowest
