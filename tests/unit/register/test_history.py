"""The accepted events of one registration: repeats, reuse, corrections that wait, and what each answer says."""

from itertools import permutations

import pytest

from register.codes import Code, Oddity, Outcome
from register.events import EventKind
from register.history import HeldEvent, accepted, admit
from tests.unit.register.history_fixture import Books
from tests.unit.register.stating import corrected, event, folded, named, registered, withdrawn


def test_a_new_event_is_accepted_and_held() -> None:
    books = Books().take(registered())
    assert books.outcome is Outcome.ACCEPTED
    assert books.history.events == (HeldEvent(event_id=registered().event_id, sequence=1, replaces=None, body=b"0"),)
    assert books.history.registration == folded(registered())


def test_an_event_that_comes_again_is_a_duplicate_and_changes_nothing() -> None:
    books = Books().take(registered(), event(2, website="a"))
    before = books.history
    books.take(registered())
    assert (books.outcome, books.answers[-1].history, books.history) == (Outcome.DUPLICATE, None, before)


def test_the_same_bytes_are_told_to_be_a_duplicate_without_reading_them() -> None:
    books = Books().take(registered())
    books.take(registered())
    reads_for_other_bytes = books.reads
    body = books.history.events[0].body
    assert admit(books.history, registered(), body, books.read, books.words).outcome is Outcome.DUPLICATE
    assert books.reads == reads_for_other_bytes


def test_an_event_id_with_other_content_is_refused() -> None:
    books = Books().take(registered(name="Noor"), registered(name="Nour"))
    assert (books.outcome, books.code) == (Outcome.REJECTED, Code.EVENT_ID_REUSED)


def test_a_sequence_with_another_event_id_is_refused() -> None:
    books = Books().take(registered(), event(1, event_id="other", website="a"))
    assert (books.outcome, books.code) == (Outcome.REJECTED, Code.SEQUENCE_REUSED)


def test_a_refused_event_leaves_the_history_as_it_was() -> None:
    books = Books().take(registered(name="Noor"), registered(name="Nour"))
    assert books.answers[-1].history is None
    assert books.history.registration.properties["legal_name"] == named("Noor")


def test_events_are_held_by_sequence_whatever_the_order_in_which_they_come() -> None:
    books = Books().take(event(9), registered(), event(4))
    assert [one.sequence for one in accepted(books.history, books.read)] == [1, 4, 9]


@pytest.mark.parametrize("order", permutations(range(4)))
def test_admitting_one_by_one_gives_what_the_fold_of_all_gives(order: tuple[int, ...]) -> None:
    events = [registered(website="a"), event(2, website="b"), corrected(3, "e2", website="c"), withdrawn(4, "e3")]
    books = Books().take(*(events[one] for one in order))
    assert [answer.outcome for answer in books.answers] == [Outcome.ACCEPTED] * 4
    assert books.history.registration == folded(*events)


def test_one_step_forward_reads_nothing_back() -> None:
    assert Books().take(registered(), event(2, website="a"), event(3, website="b")).reads == 0


def test_a_registration_that_states_the_same_again_has_not_changed() -> None:
    assert not Books().take(registered(website="a"), event(2, website="a")).answers[-1].changed


def test_a_correction_before_its_event_is_accepted_with_a_warning_and_waits() -> None:
    books = Books().take(registered(), corrected(3, "e2", website="right"))
    answer = books.answers[-1]
    assert (answer.outcome, answer.changed) == (Outcome.ACCEPTED, False)
    assert [warning.code for warning in answer.warnings] == [Oddity.TARGET_NOT_YET_KNOWN]
    assert books.take(event(2, website="wrong")).history.registration.properties["website"] == "right"


def test_a_first_event_that_only_waits_makes_no_registration() -> None:
    books = Books().take(withdrawn(2, "e1"))
    assert not books.answers[-1].changed
    assert not books.take(registered()).answers[-1].changed


def test_a_correction_with_a_sequence_below_its_event_is_refused() -> None:
    books = Books().take(registered(), event(5, website="a"), corrected(4, "e5", website="b"))
    assert (books.outcome, books.code) == (Outcome.REJECTED, Code.REPLACES_LATER_EVENT)


def test_a_correction_that_waited_in_vain_for_a_later_event_has_no_effect() -> None:
    books = Books().take(registered(), corrected(4, "e5", website="b"), event(5, website="a"))
    assert books.history.registration.properties["website"] == "a"


def test_an_event_id_of_a_withdrawn_event_cannot_be_used_again() -> None:
    books = Books().take(registered(), event(2), withdrawn(3, "e2"))
    assert books.take(event(4, event_id="e2")).code is Code.EVENT_ID_REUSED


def test_every_refusal_names_the_field_and_says_what_to_do() -> None:
    refused = [
        Books().take(registered(), registered(name="other")),
        Books().take(registered(), event(1, event_id="other")),
        Books().take(registered(), event(5), corrected(4, "e5")),
    ]
    for books in refused:
        rejected = books.answers[-1].rejected
        assert rejected is not None
        assert rejected.field in {"event_id", "sequence", "replaces"}
        assert "give every event" in rejected.message or "needs a sequence above" in rejected.message


def test_a_struck_off_company_stays_so_when_an_older_event_arrives_late() -> None:
    books = Books().take(registered(), event(3, EventKind.STRUCK_OFF), event(2, status_as_stated="نشط"))
    assert books.history.registration.properties["entity_status"] == "STRUCK_OFF"
