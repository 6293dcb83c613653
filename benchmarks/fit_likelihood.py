"""`python -m benchmarks.fit_likelihood LIST`: fit how much each kind of evidence counts for two names of one company.

LIST is the bilingual list that the project must not hold. Logistic regression, by Newton's method. Two counts are set
by hand, since the list cannot teach them: none of its companies has a second jurisdiction, and few have a number.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import exp
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.labelled_pairs import Labels, LegalName, labels, legal_names, second_half
from matching.measuring.suggester_accuracy import BilingualName
from matching.suggesting.suggester import Suggester
from register.names.glossary import is_arabic
from register.names.likelihood import Likelihood, NameEvidence
from register.names.normalisation import folded
from schemas.facts.name_glossary import FOLDER, LIKELIHOOD, name_glossary
from services.name_list_csv import read_bilingual

OTHER_JURISDICTION: Final = -1.5  # a fifth of the odds
OTHER_NUMBER: Final = -3.0  # a twentieth: Fund II is not Fund III
TRANSLATED: Final = 0.4  # weight of a pair that the list itself states: in a register most names have no partner
STRANGER: Final = 0.18  # weight of two LEIs: so all of them weigh as much as the names asked
RIDGE: Final = 0.1
ENOUGH: Final = 1e-8
ROUNDS: Final = 60

_FITTED: Final = ("explained", "proof", "other_form")
_NOTE: Final = """\
# How much each kind of evidence counts for two names being one company's (register/names/likelihood.py).
# Written by `python -m benchmarks.fit_likelihood`, which says how; not edited by hand.
"""

Vector = list[float]


class Example(NamedTuple):
    """Two names of which it is known whether they are one company's."""

    evidence: NameEvidence
    right: bool
    weight: float
    second_half: bool
    """Whether it belongs to the second half of the list."""


def examples(rows: Sequence[BilingualName], listed: Sequence[LegalName], found: Labels) -> Iterator[Example]:
    """Make examples: listed names among the LEIs, each Arabic name with its English one, and LEIs, two by two."""
    among = Suggester(name_glossary())
    for one in listed:
        among.add(one.lei, one.name, one.jurisdiction)
    for row in rows:
        right, unsure = found.of(row)
        for name in (row.arabic, row.english):
            for lei, evidence in among.evidence(name, row.jurisdiction):
                if lei not in unsure:
                    yield Example(evidence, lei in right, 1.0, second_half(row))
    yield from _translated(rows)
    yield from _two_leis(listed)


def _translated(rows: Iterable[BilingualName]) -> Iterator[Example]:
    by_source: dict[str, Suggester] = {}
    for row in rows:
        by_source.setdefault(row.source, Suggester(name_glossary())).add(
            folded(row.english), row.english, row.jurisdiction
        )
    for row in rows:
        for key, evidence in by_source[row.source].evidence(row.arabic, row.jurisdiction):
            if key == folded(row.english):
                yield Example(evidence, True, TRANSLATED, second_half(row))


def _two_leis(listed: Sequence[LegalName]) -> Iterator[Example]:
    """An Arabic and a Latin name of two LEIs are two companies': GLEIF gives each one LEI."""
    latin = Suggester(name_glossary())
    for one in listed:
        if not is_arabic(one.name):
            latin.add(one.lei, one.name, one.jurisdiction)
    for number, one in enumerate(one for one in listed if is_arabic(one.name)):
        for _, evidence in latin.evidence(one.name, one.jurisdiction):
            yield Example(evidence, False, STRANGER, bool(number % 2))


def fit(taught: Iterable[Example]) -> Likelihood:
    """Fit the counts to examples."""
    told = [(_terms(one.evidence), _by_hand(one.evidence), one.right, one.weight) for one in taught]
    counts = [0.0] * (1 + len(_FITTED))
    for _ in range(ROUNDS):
        slope = [0.0, *(RIDGE * count for count in counts[1:])]
        bend = [[RIDGE if i == j and i else 0.0 for j in range(len(counts))] for i in range(len(counts))]
        for terms, by_hand, right, weight in told:
            odds = by_hand + sum(count * term for count, term in zip(counts, terms, strict=True))
            chance = 1 / (1 + exp(-max(min(odds, 30.0), -30.0)))
            for i, term in enumerate(terms):
                slope[i] += weight * (chance - right) * term
                for j in range(i, len(terms)):
                    bend[i][j] += weight * chance * (1 - chance) * term * terms[j]
        step = _solved(bend, slope)
        counts = [count - change for count, change in zip(counts, step, strict=True)]
        if max(map(abs, step)) < ENOUGH:
            break
    intercept, *fitted = (round(count, 2) for count in counts)
    evidence = NameEvidence(**dict(zip(_FITTED, fitted, strict=True)))
    return Likelihood(intercept, evidence._replace(other_jurisdiction=OTHER_JURISDICTION, other_number=OTHER_NUMBER))


def fitted_suggester(likelihood: Likelihood) -> Suggester:
    """Make a suggester that judges by other counts than those that ship."""
    return Suggester(replace(name_glossary(), likelihood=likelihood))


def _terms(evidence: NameEvidence) -> Vector:
    return [1.0, *(getattr(evidence, name) for name in _FITTED)]


def _by_hand(evidence: NameEvidence) -> float:
    return OTHER_JURISDICTION * evidence.other_jurisdiction + OTHER_NUMBER * evidence.other_number


def _solved(bend: list[Vector], slope: Vector) -> Vector:
    """Solve the equations of one step of Newton's method; of the symmetric `bend` the upper half is given."""
    size = len(slope)
    rows = [[bend[min(i, j)][max(i, j)] for j in range(size)] + [slope[i]] for i in range(size)]
    for i in range(size):
        for j in range(i + 1, size):
            share = rows[j][i] / rows[i][i]
            rows[j] = [below - share * above for below, above in zip(rows[j], rows[i], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        found[i] = (rows[i][size] - sum(rows[i][j] * found[j] for j in range(i + 1, size))) / rows[i][i]
    return found


def as_yaml(likelihood: Likelihood) -> str:
    """Give the text of the file of counts."""
    counts = "".join(f"  {name}: {count}\n" for name, count in likelihood.counts._asdict().items())
    return f"{_NOTE}intercept: {likelihood.intercept}\ncounts:\n{counts}"


if __name__ == "__main__":
    found = fit(examples(read_bilingual(Path(sys.argv[1])), list(legal_names()), labels()))
    (FOLDER / LIKELIHOOD).write_text(as_yaml(found), encoding="utf-8")
