"""Measure how well names suggest companies, on a list of names whose answers are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matching.measuring.suggester_accuracy import Measures, ask, measures
from matching.suggesting.suggester import THRESHOLD, Suggester
from schemas.facts.name_glossary import name_glossary
from services.name_list_csv import read_bilingual

__all__ = ["Measures", "Scores", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What was measured, in all and by source. `threshold`: the least score of a case in the stewards' queue."""

    threshold: float
    total: Measures
    sources: Mapping[str, Measures]


def score(file: Path) -> Scores:
    """Ask each Arabic name of a list among the English names of its source.

    Raises UnreadableFile, NoUtf8, NoCsv, ColumnsMissing, FieldsEmpty, NoRows.
    """
    answers = ask(read_bilingual(file), lambda: Suggester(name_glossary()))
    sources = {one.asked.source: None for one in answers}
    return Scores(
        threshold=THRESHOLD,
        total=measures(answers),
        sources={name: measures([one for one in answers if one.asked.source == name]) for name in sources},
    )
