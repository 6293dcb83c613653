"""Unmapped words are counted by authority, property and word; what a registry may send without end is not."""

from collections import Counter

from register.codes import Oddity, Warning
from streams.processors.admit import Admit
from streams.processors.unmapped_words import OTHERS, UnmappedWords
from tests.unit.register.stating import NOOR, activity, event, registered
from tests.unit.streams.sample_events import Admitting

NAME = "sijill_unmapped_words_total"


def counted(admitting: Admitting) -> dict[tuple[str, ...], int]:
    """What admit counted of unmapped words."""
    step = admitting.tasks[0]._step
    assert isinstance(step, Admit)
    return {labels: count for (name, *rest), count in step.counted.items() if name == NAME for labels in [tuple(rest)]}


def test_each_word_is_counted_by_its_authority_and_property() -> None:
    admitting = Admitting().take(
        registered(status_as_stated="under the sea", legal_form_as_stated="guild"),
        event(2, legal_form_as_stated="guild", activities=[activity("9999")]),
    )
    assert counted(admitting) == {
        ("KW.MOCI", "status_as_stated", "under the sea"): 1,
        ("KW.MOCI", "legal_form_as_stated", "guild"): 2,
        ("KW.MOCI", "activities", "ISIC4 9999"): 1,
    }


def test_an_event_that_comes_again_is_not_counted_again() -> None:
    one = registered(legal_form_as_stated="guild")
    assert sum(counted(Admitting().take(one, one)).values()) == 1


def test_the_receipt_names_the_word() -> None:
    (receipt,) = Admitting().take(registered(legal_form_as_stated="guild")).kafka.values("receipts.kw", "Receipt")
    assert [(one["code"], one["word"]) for one in receipt["warnings"]] == [("unmapped_legal_form", "guild")]


def test_words_without_end_are_counted_together() -> None:
    words = UnmappedWords(most=2)
    warnings = [
        Warning(code=Oddity.UNMAPPED_STATUS, message="", field="status_as_stated", word=word) for word in "abcda"
    ]
    found = Counter(labels[-1] for labels in words.counts(NOOR, warnings))
    assert found == {"a": 2, "b": 1, OTHERS: 2}


def test_a_long_word_is_cut() -> None:
    (labels,) = UnmappedWords().counts(
        NOOR, [Warning(code=Oddity.UNMAPPED_STATUS, message="", field="status_as_stated", word="x" * 1_000)]
    )
    assert len(labels[-1]) == 60


def test_other_warnings_are_not_counted() -> None:
    assert list(UnmappedWords().counts(NOOR, [Warning(code=Oddity.UNKNOWN_SCHEME, message="", word="TIN")])) == []
