"""A history is bounded: past 256 events, or half a megabyte of them, the older half is folded into a base."""

import random

import pytest

from register.codes import Oddity, Outcome
from register.events import RegistrationEvent
from register.history import HELD_EVENTS
from register.limits import HELD_BYTES
from register.registration import empty, fold
from tests.unit.register.history_fixture import Books
from tests.unit.register.stating import NOOR, address, corrected, event, folded, named, registered, withdrawn

MANY = 10_000


def amendments(first: int, last: int) -> list[RegistrationEvent]:
    """One amendment per sequence."""
    return [event(sequence, website=f"w{sequence}") for sequence in range(first, last + 1)]


def long_life() -> Books:
    """The books of a company after 300 events: 129 are folded, 171 held."""
    return Books().take(registered(), *amendments(2, 300))


def refolded(books: Books) -> object:
    """What the base and the events that are held fold to."""
    base = books.history.base or empty(NOOR)
    return fold(base, (books.read(held.body) for held in books.history.events), books.words)


@pytest.mark.slow
def test_ten_thousand_events_leave_at_most_256_and_the_state_that_all_of_them_fold_to() -> None:
    events = [registered(legal_address=address("Kuwait")), *amendments(2, MANY)]
    books = Books().take(*events)
    assert len(books.history.events) <= HELD_EVENTS
    assert books.history.base_sequence + len(books.history.events) == MANY
    assert books.history.registration == folded(*events)
    assert books.reads == MANY - len(books.history.events)  # each event is read back once: when it is folded


@pytest.mark.slow
def test_what_is_held_always_folds_to_the_registration() -> None:
    books, drawn = Books(), random.Random(3)
    for sequence in range(1, 700):
        earlier = f"e{max(1, sequence - drawn.randint(1, 80))}"
        kinds = [
            event(sequence, website=f"w{sequence}"),
            event(sequence, legal_name=named(f"n{sequence}"), cleared=["website"]),
            corrected(sequence, earlier, website=f"c{sequence}"),
            withdrawn(sequence, earlier),
        ]
        books.take(drawn.choice(kinds))
        if sequence % 50 == 0:
            assert books.history.registration == refolded(books)
    assert books.history.base is not None


def test_corrections_of_held_events_count_whether_or_not_older_ones_were_folded() -> None:
    books = long_life().take(corrected(301, "e300", website="right"))
    assert books.history.base_sequence == 129
    assert books.history.registration.properties["website"] == "right"
    assert books.take(withdrawn(302, "e301")).history.registration.properties["website"] == "w300"


def test_a_correction_is_folded_together_with_the_event_it_corrects() -> None:
    first = registered(trading_names=named("wrong"))
    events = [first, *amendments(2, 200), corrected(201, "e1", legal_name=named("Nour")), *amendments(202, 300)]
    books = Books().take(*events)
    assert books.history.base is not None
    assert books.history.base.properties["legal_name"] == named("Nour")
    assert "e201" not in {held.event_id for held in books.history.events}
    assert books.history.registration == folded(*events)


def test_a_chain_of_corrections_is_folded_together_with_its_event() -> None:
    chain = [corrected(201, "e1", legal_name=named("Nour")), withdrawn(202, "e201"), withdrawn(203, "e202")]
    events = [registered(), *amendments(2, 200), *chain, *amendments(204, 300)]
    books = Books().take(*events)
    assert not {"e201", "e202", "e203"} & {held.event_id for held in books.history.events}
    assert books.history.registration == folded(*events)
    assert books.history.registration == refolded(books)


def test_an_event_older_than_the_base_is_stale_and_is_told_what_to_publish_instead() -> None:
    books = Books().take(registered(), *amendments(3, 300))
    answer = books.take(event(2, website="late")).answers[-1]
    assert (answer.outcome, answer.history) == (Outcome.STALE, None)
    assert "publish a correction or a snapshot" in answer.message


def test_a_late_event_above_the_base_takes_its_place() -> None:
    books = Books().take(registered(), *amendments(2, 199), *amendments(201, 300))
    books.take(event(200, trading_names=named("Noor")))
    assert books.outcome is Outcome.ACCEPTED
    assert books.history.registration.provenance["trading_names"].sequence == 200


def test_a_repeat_of_a_folded_event_is_stale_and_changes_nothing() -> None:
    books = long_life()
    before = books.history
    books.take(event(7, website="w7"))
    assert (books.outcome, books.history) == (Outcome.STALE, before)


def test_a_repeat_of_a_correction_that_was_folded_with_its_event_is_stale() -> None:
    correction = corrected(201, "e1", legal_name=named("Nour"))
    books = Books().take(registered(), *amendments(2, 200), correction, *amendments(202, 300))
    assert books.history.base_sequence < 201
    assert books.take(correction).outcome is Outcome.STALE


def test_a_correction_of_a_folded_event_is_stale_and_is_told_to_publish_a_snapshot() -> None:
    answer = long_life().take(corrected(301, "e5", website="x")).answers[-1]
    assert answer.outcome is Outcome.STALE
    assert "publish a snapshot" in answer.message


def test_a_correction_that_waits_is_kept_when_older_events_are_folded() -> None:
    waiting = corrected(251, "e250", website="right")
    books = Books().take(registered(), *amendments(2, 249), waiting)
    assert [warning.code for warning in books.answers[-1].warnings] == [Oddity.TARGET_NOT_YET_KNOWN]
    books.take(*amendments(252, 270))
    assert books.history.base is not None
    books.take(event(250, trading_names=named("wrong")))
    assert books.history.registration == refolded(books)
    assert "trading_names" not in books.history.registration.properties


@pytest.mark.parametrize("size", [HELD_BYTES // 10, HELD_BYTES // 2, HELD_BYTES * 2])
def test_few_large_events_are_bounded_by_their_bytes(size: int) -> None:
    books = Books(body_bytes=size).take(registered(), *amendments(2, 30))
    assert sum(len(held.body) for held in books.history.events) <= HELD_BYTES
    assert books.history.registration == folded(registered(), *amendments(2, 30))
    assert books.history.registration == refolded(books)
