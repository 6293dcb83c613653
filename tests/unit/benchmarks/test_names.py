"""How the name suggester is measured: what counts as found, and that no row is judged by what it taught."""

from itertools import islice

from benchmarks.names import folds, made_names
from matching.measuring.suggester_accuracy import BilingualName, NameAnswer, lowest_threshold, measures

ROW = BilingualName(jurisdiction="KW", source="souq", local_id="1", arabic="بنك الساحل", english="Coast Bank")


def _answer(place: int | None, best: float) -> NameAnswer:
    return NameAnswer(asked=ROW, place=place, best=best, seconds=0.001)


def test_recall_counts_all_names_and_precision_those_in_the_queue() -> None:
    found = measures([_answer(0, 0.9), _answer(0, 0.4), _answer(2, 0.8), _answer(None, 0.0)], threshold=0.5)
    assert (found.recall_at_1, found.recall_at_5) == (0.5, 0.75)
    assert (found.precision, found.recall) == (0.5, 0.25)
    assert round(found.names_per_s) == 1_000


def test_nothing_asked_measures_nothing() -> None:
    assert measures([]).document()["recall_at_1"] == 0


def test_the_threshold_is_the_lowest_that_keeps_the_precision() -> None:
    answers = [_answer(0, 0.9), _answer(0, 0.8), _answer(1, 0.7), _answer(0, 0.6), _answer(1, 0.2), _answer(None, 0.0)]
    assert lowest_threshold(answers, 0.75) == 0.6
    assert lowest_threshold(answers, 1.0) == 0.8
    assert lowest_threshold([_answer(1, 0.9)], 0.9) == 1.0


def test_a_fold_is_judged_by_a_threshold_that_it_did_not_give() -> None:
    answers = [_answer(0, 0.9)] * 20
    answers[0] = _answer(1, 0.95)  # in the first fold alone: the others' threshold does not keep it out
    judged = folds(answers)
    assert judged["threshold"]["rounds"][0] == 0.9
    assert judged["precision"]["rounds"] == [0.75, 1, 1, 1, 1]


def test_made_names_are_the_same_at_every_run() -> None:
    assert list(islice(made_names(50), 10)) == list(made_names(10))
