"""Corrections and withdrawals, and corrections and withdrawals of those."""

import pytest

from register.events import EventKind
from register.registration import standing_events
from tests.unit.register.stating import corrected, event, folded, named, registered, withdrawn


def test_a_correction_replaces_the_whole_content_of_its_event() -> None:
    noor = folded(registered(website="wrong", legal_form_as_stated="WLL"), corrected(2, "e1", legal_name=named("Nour")))
    assert noor.properties == {"legal_name": named("Nour"), "entity_status": "ACTIVE", "jurisdiction": "KW"}


def test_a_correction_takes_the_place_of_its_event_and_not_its_own() -> None:
    noor = folded(registered(), event(2, website="first"), event(3, website="second"), corrected(4, "e2", website="x"))
    assert noor.properties["website"] == "second"


def test_a_correction_keeps_the_kind_of_its_event() -> None:
    noor = folded(registered(), event(2, EventKind.STRUCK_OFF), corrected(3, "e2", website="noor.example"))
    assert noor.properties["entity_status"] == "STRUCK_OFF"


def test_a_late_correction_does_not_reopen_a_struck_off_company() -> None:
    late = corrected(3, "e1", legal_name=named("Nour"), entity_status="ACTIVE")
    noor = folded(registered(), event(2, EventKind.STRUCK_OFF), late)
    assert noor.properties["entity_status"] == "STRUCK_OFF"


def test_a_corrected_value_names_the_correction_as_its_source() -> None:
    source = folded(registered(), event(2, website="a"), corrected(3, "e2", website="b")).provenance["website"]
    assert (source.event_id, source.sequence, source.kind) == ("e3", 3, EventKind.AMENDED)


def test_a_name_that_was_only_a_mistake_is_no_former_name() -> None:
    noor = folded(registered(name="Nuur"), corrected(2, "e1", legal_name=named("Noor")))
    assert "previous_legal_names" not in noor.properties


def test_of_two_corrections_of_one_event_the_later_wins() -> None:
    noor = folded(registered(), event(2, website="a"), corrected(4, "e2", website="c"), corrected(3, "e2", website="b"))
    assert noor.properties["website"] == "c"


def test_a_correction_can_be_corrected() -> None:
    noor = folded(registered(), event(2, website="a"), corrected(3, "e2", website="b"), corrected(4, "e3", website="c"))
    assert noor.properties["website"] == "c"


def test_a_correction_withdrawn_gives_back_what_was_there() -> None:
    before = [registered(), event(2, website="a")]
    assert folded(*before, corrected(3, "e2", website="b"), withdrawn(4, "e3")) == folded(*before)


def test_a_correction_withdrawn_gives_back_the_correction_before_it() -> None:
    before = [registered(), event(2, website="a"), corrected(3, "e2", website="b")]
    assert folded(*before, corrected(4, "e2", website="c"), withdrawn(5, "e4")) == folded(*before)


def test_the_correction_of_a_correction_withdrawn_gives_back_the_first() -> None:
    before = [registered(), event(2, website="a"), corrected(3, "e2", website="b")]
    assert folded(*before, corrected(4, "e3", website="c"), withdrawn(5, "e4")) == folded(*before)


def test_withdrawing_a_correction_withdraws_the_corrections_of_it() -> None:
    before = [registered(), event(2, website="a")]
    later = [corrected(3, "e2", website="b"), corrected(4, "e3", website="c"), withdrawn(5, "e3")]
    assert folded(*before, *later) == folded(*before)


def test_a_withdrawn_event_might_never_have_been() -> None:
    assert folded(registered(), event(2, EventKind.STRUCK_OFF), withdrawn(3, "e2")) == folded(registered())


def test_a_withdrawal_can_be_withdrawn() -> None:
    before = [registered(), event(2, EventKind.STRUCK_OFF)]
    assert folded(*before, withdrawn(3, "e2"), withdrawn(4, "e3")) == folded(*before)


@pytest.mark.parametrize("times", range(1, 7))
def test_a_chain_of_withdrawals_goes_to_and_fro(times: int) -> None:
    chain = [withdrawn(sequence, f"e{sequence - 1}") for sequence in range(3, 3 + times)]
    noor = folded(registered(), event(2, website="a"), *chain)
    assert ("website" in noor.properties) is (times % 2 == 0)


def test_a_correction_of_a_withdrawal_leaves_it_a_withdrawal() -> None:
    assert folded(registered(), event(2, website="a"), withdrawn(3, "e2"), corrected(4, "e3")) == folded(registered())


def test_a_correction_after_a_withdrawal_of_the_same_event_states_it_again() -> None:
    noor = folded(registered(), event(2, website="a"), withdrawn(3, "e2"), corrected(4, "e2", website="b"))
    assert noor.properties["website"] == "b"


def test_a_correction_that_comes_before_its_event_waits_for_it() -> None:
    waiting = corrected(3, "e2", website="right")
    assert folded(registered(), waiting) == folded(registered())
    assert folded(registered(), waiting, event(2, website="wrong")).properties["website"] == "right"


def test_a_withdrawal_that_comes_before_its_event_waits_for_it() -> None:
    assert folded(registered(), withdrawn(3, "e2"), event(2, website="a")) == folded(registered())


def test_a_correction_with_a_lower_sequence_than_its_event_has_no_effect() -> None:
    before = [registered(), event(3, website="a")]
    assert folded(*before, corrected(2, "e3", website="b")) == folded(*before)


def test_two_corrections_that_name_each_other_do_not_go_round_for_ever() -> None:
    assert folded(registered(), corrected(2, "e3"), corrected(3, "e2")) == folded(registered())


def test_what_stands_is_listed_by_its_place_with_the_content_that_counts() -> None:
    events = [registered(), event(2, website="a"), event(3), corrected(4, "e2", website="b"), withdrawn(5, "e3")]
    assert [(one.event_id, one.kind) for one in standing_events(reversed(events))] == [
        ("e1", EventKind.REGISTERED),
        ("e4", EventKind.AMENDED),
    ]
