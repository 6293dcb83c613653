"""A history keeps what parts of it fold to: a late event folds what comes after it, with the whole fold's result."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from register.events import RegistrationEvent
from register.fold_checkpoints import EVERY
from register.registration import empty, fold
from tests.unit.laws.histories import histories, shuffled_with_repeats
from tests.unit.register.history_fixture import Books
from tests.unit.register.stating import NOOR, corrected, event, registered, withdrawn

LIFE = [registered(), *(event(sequence, website=f"w{sequence}") for sequence in range(2, 41))]


@given(histories(most=14), st.data())
def test_after_each_event_in_any_order_the_parts_lead_to_the_whole_fold(
    events: list[RegistrationEvent], data: st.DataObject
) -> None:
    books = Books()
    for one in data.draw(shuffled_with_repeats(events)):
        books.take(one)
        if data.draw(st.booleans()):
            books.history = replace(books.history, folds=None)  # as when it was read from the store
        held = [books.read(kept.body) for kept in books.history.events]
        assert books.history.registration == fold(empty(NOOR), held, books.words)


def test_a_late_event_folds_only_what_comes_after_it() -> None:
    books = Books().take(*LIFE[:-2], LIFE[-1])
    books.reads = 0
    books.take(LIFE[-2])
    assert books.history.registration == Books().take(*LIFE).history.registration
    assert books.reads <= 2 * (EVERY + 2)  # of each that is folded anew: the one in its place, and its content


def test_a_correction_of_the_last_event_and_its_withdrawal_fold_only_the_end() -> None:
    books = Books().take(*LIFE)
    books.reads = 0
    books.take(corrected(41, "e40", website="right"), withdrawn(42, "e41"))
    assert books.history.registration.properties["website"] == "w40"
    assert books.reads <= 2 * 2 * (EVERY + 2)


def test_a_history_that_was_read_from_the_store_folds_all_once() -> None:
    books = Books().take(*LIFE)
    books.history = replace(books.history, folds=None)
    books.reads = 0
    books.take(corrected(41, "e40", website="right"))
    assert books.reads >= len(LIFE)
    books.reads = 0
    books.take(corrected(42, "e40", website="right again"))
    assert books.reads <= 2 * (EVERY + 2)
