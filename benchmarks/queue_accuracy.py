"""The queue of similar names in a register, where most names have no partner: a bilingual list among GLEIF's LEIs.

Measured twice: with the counts that ship, which were fitted on the whole list; and each half of the list by counts
that were fitted on the other half alone (`crossed`). The rules of comparing were written with both halves in sight.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from benchmarks.fit_likelihood import examples, fit, fitted_suggester
from benchmarks.labelled_pairs import Labels, LegalName, labels, legal_names, second_half
from matching.measuring.queue_accuracy import PairTruth, listed_id, naming, pair_of, queue_accuracy, queue_of, tenths
from matching.measuring.suggester_accuracy import BilingualName
from matching.suggesting.suggester import Suggester
from register.ids import registration_id
from register.names.likelihood import Likelihood
from register.resolution.cases import Case
from register.resolution.judgements import RegistrationPair
from schemas.facts.name_glossary import name_glossary

ASKED: Final = {"arabic": False, "both": True}  # what a registration of the list states: one name, or two


def among_strangers(rows: Sequence[BilingualName]) -> dict[str, Any]:
    """Measure; gives the part `strangers` of the section `names`."""
    listed, found = list(legal_names()), labels()
    taught = list(examples(rows, listed, found))
    by_other = {half: fit([one for one in taught if one.second_half != half]) for half in (False, True)}
    return {
        "listed": len(rows),
        "legal_names": len(listed),
        "asked": {name: _asked(rows, listed, found, by_other, both=both) for name, both in ASKED.items()},
        "tenths": tenths(_firsts(rows, listed, found, by_other)),
    }


def _asked(
    rows: Sequence[BilingualName],
    listed: Sequence[LegalName],
    found: Labels,
    by_other: Mapping[bool, Likelihood],
    *,
    both: bool,
) -> dict[str, Any]:
    """Put all names through the queue: by the counts that ship, and by those of the other half."""
    said = [naming(one.registration_id, one.jurisdiction, one.name) for one in listed]
    for number, row in enumerate(rows):
        names = (row.arabic, row.english) if both else (row.arabic,)
        said.append(naming(listed_id(number, row), row.jurisdiction, *names))
    halves = {half: _truth(rows, found, half) for half in (False, True)}
    whole = PairTruth(same=halves[False].same | halves[True].same, unsure=halves[False].unsure | halves[True].unsure)
    shipped = queue_of(said, Suggester(name_glossary()))
    crossed = {half: _of_half(queue_of(said, fitted_suggester(by_other[half])), rows, half) for half in halves}
    return {
        "shipped": queue_accuracy(shipped, whole).document(),
        "crossed": queue_accuracy([*crossed[False], *crossed[True]], whole).document(),
        "crossed_first_half": queue_accuracy(crossed[False], halves[False]).document(),
        "crossed_second_half": queue_accuracy(crossed[True], halves[True]).document(),
    }


def _truth(rows: Sequence[BilingualName], found: Labels, half: bool) -> PairTruth:
    same: set[RegistrationPair] = set()
    unsure: set[RegistrationPair] = set()
    for number, row in enumerate(rows):
        if second_half(row) == half:
            for pairs, leis in zip((same, unsure), found.of(row), strict=True):
                pairs |= {(listed_id(number, row), registration_id("XG", "LEI", lei)) for lei in leis}
    return PairTruth(same=frozenset(same), unsure=frozenset(unsure))


def _of_half(cases: Iterable[Case], rows: Sequence[BilingualName], half: bool) -> list[Case]:
    """Take the rows of the queue that one half of the list brought; those within the list by their first."""
    own = {listed_id(number, row) for number, row in enumerate(rows) if second_half(row) == half}
    return [case for case in cases if pair_of(case)[0] in own]


def _firsts(
    rows: Sequence[BilingualName], listed: Sequence[LegalName], found: Labels, by_other: Mapping[bool, Likelihood]
) -> Iterator[tuple[float, bool]]:
    """Ask each name, Arabic and English: the score of its first suggestion, and whether that is right."""
    for half, likelihood in by_other.items():
        suggester = fitted_suggester(likelihood)
        for one in listed:
            suggester.add(one.lei, one.name, one.jurisdiction)
        for row in (row for row in rows if second_half(row) == half):
            same, undecided = found.of(row)
            for name in dict.fromkeys((row.arabic, row.english)):
                for first in suggester.suggest(name, row.jurisdiction, least=0.0, most=1):
                    if first.key not in undecided:
                        yield first.score, first.key in same
