"""How the queue among strangers is measured, and how the counts of its evidence are fitted."""

from pathlib import Path

import pytest

from benchmarks.fit_likelihood import RIDGE, Example, as_yaml, fit
from benchmarks.labelled_pairs import labels, legal_names, second_half
from matching.measuring.queue_accuracy import PairTruth, listed_id, naming, queue_accuracy, queue_of, tenths
from matching.measuring.suggester_accuracy import BilingualName
from matching.suggesting.queue_changes import StatedNaming
from matching.suggesting.suggester import Suggester
from register.ids import RegistrationId, registration_id
from register.names.likelihood import NameEvidence
from schemas.facts.name_glossary import name_glossary, read_likelihood

ROW = BilingualName(jurisdiction="KW", source="souq_kuwait", local_id="1", arabic="مصرف الساحل", english="Coast Bank")
COAST = registration_id("XG", "LEI", "21380011VBTSTZCFBT87")
PALM = registration_id("XG", "LEI", "984500F4A4B7A0A6ED12")


def _said() -> list[StatedNaming]:
    return [
        naming(COAST, "KW", "Coast Bank K.S.C.P"),
        naming(PALM, "KW", "Golden Palm Trading"),
        naming(listed_id(0, ROW), "KW", ROW.arabic),
        naming(listed_id(1, ROW), "KW", "النخيل الذهبي للتجارة"),
    ]


def test_a_row_of_a_list_is_an_entry_of_a_register_of_its_own() -> None:
    assert listed_id(7, ROW) == "KW.SOUQ-KUWAIT.7"


def test_a_row_of_the_queue_is_right_when_both_are_known_to_be_one_company() -> None:
    rows = queue_of(_said(), Suggester(name_glossary()))
    assert len(rows) == 2
    coast, palm = (listed_id(0, ROW), COAST), (listed_id(1, ROW), PALM)
    half = queue_accuracy(rows, PairTruth(same=frozenset({coast, (listed_id(2, ROW), PALM)})))
    assert (half.rows, half.right, half.present, half.precision, half.recall) == (2, 1, 2, 0.5, 0.5)
    unsure = queue_accuracy(rows, PairTruth(same=frozenset({coast}), unsure=frozenset({palm})))
    assert (unsure.rows, unsure.precision, unsure.recall) == (1, 1.0, 1.0)


def test_the_queue_stands_in_the_order_of_its_probabilities() -> None:
    scores = [case.score or 0 for case in queue_of(_said(), Suggester(name_glossary()))]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1000 for score in scores)


def test_an_empty_queue_has_nothing_wrong() -> None:
    nothing = queue_accuracy([], PairTruth(same=frozenset({(RegistrationId("KW.A.1"), COAST)})))
    assert (nothing.precision, nothing.recall) == (1.0, 0.0)


def test_each_tenth_says_how_many_were_right() -> None:
    found = tenths([(0.05, False), (0.95, True), (0.91, False), (1.0, True)])
    assert [one["names"] for one in found] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    assert (found[9]["right"], found[9]["score"], found[9]["from"]) == (2, 0.953, 0.9)


def test_the_labels_name_leis_that_ship() -> None:
    shipped, found = {one.lei for one in legal_names()}, labels()
    told = {lei for verdict in (found.same, found.undecided) for leis in verdict.values() for lei in leis}
    assert told <= shipped
    assert len(found.same) >= 30


def test_the_half_of_a_row_is_the_same_at_every_run() -> None:
    rows = [
        BilingualName(jurisdiction="KW", source="s", local_id=str(n), arabic="بنك", english="Bank") for n in range(400)
    ]
    halves = [second_half(row) for row in rows]
    assert halves == [second_half(row) for row in rows]
    assert 150 < sum(halves) < 250


def test_the_fit_finds_what_the_examples_follow() -> None:
    """Of 100 examples with more proof 90 are right, of those with less 20; each weighs much more than the ridge."""
    taught = [
        Example(NameEvidence(proof=proof), number < right, 1_000 * RIDGE, second_half=False)
        for proof, right in ((3.0, 90), (1.0, 20))
        for number in range(100)
    ]
    found = fit(taught)
    chances = [1 / (1 + 2.718281828 ** -found.odds(NameEvidence(proof=proof))) for proof in (3.0, 1.0)]
    assert chances == [pytest.approx(0.9, abs=0.01), pytest.approx(0.2, abs=0.01)]


def test_what_was_fitted_is_read_as_it_was_written(tmp_path: Path) -> None:
    shipped = name_glossary().likelihood
    (tmp_path / "likelihood.yaml").write_text(as_yaml(shipped), encoding="utf-8")
    assert read_likelihood(tmp_path / "likelihood.yaml") == shipped
