"""The name suggester: on bilingual lists, among strangers, and its speed against 100,000 known names."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import thread_time
from typing import Any, Final

from benchmarks.labelled_pairs import legal_names
from benchmarks.machine import conditions
from benchmarks.queue_accuracy import among_strangers
from benchmarks.rounds import Measured
from matching.measuring.suggester_accuracy import BilingualName, NameAnswer, answer, ask, lowest_threshold, measures
from matching.suggesting.suggester import THRESHOLD, Suggester
from register.names.normalisation import folded
from runtime.settings import load
from schemas.facts.name_glossary import name_glossary
from services.name_list_csv import read_bilingual

Report = Callable[[str], None]

LIST_VARIABLE: Final = "SIJILL_TEST_NAMES"  # the environment names the bilingual list, which the project must not hold
KNOWN: Final = 100_000
ASKED: Final = 2_000
FOLDS: Final = 5
PRECISION: Final = 0.9  # the goal at the queue's threshold
SEED: Final = 1


def suggestions(file: Path, known: int, rounds: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `names` of the results."""
    rows = read_bilingual(file)
    facts = conditions(load().java, names=len(rows), known=known, asked=ASKED, folds=FOLDS, rounds=rounds)
    report("the bilingual lists, each on its own")
    answers = ask(rows, _suggester)
    report("the list among GLEIF's names")
    strangers = among_strangers(rows)
    found = {
        "threshold": THRESHOLD,
        "total": measures(answers).document(),
        "sources": {name: measures(of).document() for name, of in _by_source(answers)},
        "halves": {
            "held_out": measures(answers[0::2]).document(),
            "looked_at": measures(answers[1::2]).document(),
        },
        "folds": folds(answers),
        "absent": _absent(rows),
        "strangers": strangers,
        "crowd": _crowd(rows, known, rounds, report),
        "conditions": facts,
    }
    return {"names": found}


def folds(answers: Sequence[NameAnswer]) -> dict[str, Any]:
    """Cross-validate: the threshold is taken from four fifths of the rows, and judged by the fifth."""
    judged = []
    for fold in range(FOLDS):
        training = [one for place, one in enumerate(answers) if place % FOLDS != fold]
        threshold = lowest_threshold(training, PRECISION)
        judged.append((threshold, measures(answers[fold::FOLDS], threshold)))
    return {
        "threshold": Measured.of(threshold for threshold, _ in judged).document(3),
        **{
            name: Measured.of(getattr(one, name) for _, one in judged).document(3)
            for name in ("recall_at_1", "recall_at_5", "precision", "recall")
        },
    }


def _suggester() -> Suggester:
    return Suggester(name_glossary())


def _by_source(answers: Sequence[NameAnswer]) -> Iterator[tuple[str, list[NameAnswer]]]:
    for source in dict.fromkeys(one.asked.source for one in answers):
        yield source, [one for one in answers if one.asked.source == source]


def _absent(rows: Sequence[BilingualName]) -> float:
    """The share of names that get into the queue although their English name is not known."""
    taken = 0
    for source in dict.fromkeys(row.source for row in rows):
        listed = [row for row in rows if row.source == source]
        known = _suggester()
        for row in listed:
            known.add(folded(row.english), row.english, row.jurisdiction)
        for row in listed:
            known.remove(folded(row.english))
            taken += bool(known.suggest(row.arabic, row.jurisdiction, most=1))
            known.add(folded(row.english), row.english, row.jurisdiction)
    return round(taken / len(rows), 3)


def _crowd(rows: Sequence[BilingualName], known: int, rounds: int, report: Report) -> dict[str, Any]:
    """The same names among many, and how fast."""
    report(f"learning {known:,} names")
    names = list(made_names(known + rounds * ASKED))
    suggester = _suggester()
    began = thread_time()
    for number, (jurisdiction, name) in enumerate(names[:known]):
        suggester.add(f"made {number}", name, jurisdiction)
    added = thread_time() - began
    names_per_s, pairs_per_s = [], []
    for number in range(rounds):
        report(f"asking among {known:,} names, round {number + 1} of {rounds}")
        seconds, pairs = _asked(suggester, names[known + number * ASKED : known + (number + 1) * ASKED])
        names_per_s.append(ASKED / seconds)
        pairs_per_s.append(pairs / seconds)
    for row in rows:
        suggester.add(folded(row.english), row.english, row.jurisdiction)
    crowded = measures([answer(suggester, row) for row in rows])
    return {
        "known": known,
        "added_per_s": round(known / added),
        "names_per_s": Measured.of(names_per_s).document(),
        "pairs_per_s": Measured.of(pairs_per_s).document(),
        **{name: round(getattr(crowded, name), 3) for name in ("recall_at_1", "recall_at_5", "precision", "recall")},
    }


def _asked(suggester: Suggester, names: Sequence[tuple[str, str]]) -> tuple[float, int]:
    before = suggester.compared
    began = thread_time()
    for jurisdiction, name in names:
        suggester.suggest(name, jurisdiction, most=1)
    return thread_time() - began, suggester.compared - before


def made_names(count: int) -> Iterator[tuple[str, str]]:
    """Make names, with their jurisdictions: those of GLEIF, each with one word in the place of another."""
    chance = random.Random(SEED)
    real = [(one.jurisdiction, one.name.split()) for one in legal_names()]
    words = sorted({word for _, name in real for word in name})
    for _ in range(count):
        jurisdiction, name = chance.choice(real)
        other = chance.randrange(len(name))
        yield jurisdiction, " ".join([*name[:other], chance.choice(words), *name[other + 1 :]])
