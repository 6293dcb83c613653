"""The fold: what a registration states after its events, whatever the order in which they come."""

from datetime import date
from itertools import permutations

from register.events import EventKind
from register.registration import events_behind
from tests.unit.register.stating import (
    NOOR,
    NOOR_AT_GLEIF,
    address,
    corrected,
    event,
    folded,
    named,
    registered,
    withdrawn,
)


def test_what_is_not_stated_again_stays() -> None:
    noor = folded(registered(website="noor.example"), event(2, legal_address=address("Kuwait")))
    assert (noor.properties["website"], noor.properties["legal_address"]) == ("noor.example", address("Kuwait"))


def test_events_that_arrive_in_any_order_give_the_same_registration() -> None:
    events = [
        registered(website="a"),
        event(2, legal_name=named("Noor Tech")),
        corrected(3, "e1", legal_name=named("Nour"), website="b"),
        withdrawn(4, "e2"),
        event(5, cleared=["website"]),
    ]
    in_order = folded(*events)
    assert all(folded(*some_order) == in_order for some_order in permutations(events))


def test_a_late_event_takes_its_place_in_the_history() -> None:
    late = event(2, website="old")
    assert folded(registered(), event(3, website="new"), late).properties["website"] == "new"


def test_a_cleared_property_is_no_longer_stated() -> None:
    noor = folded(registered(website="noor.example"), event(2, cleared=["website"]))
    assert "website" not in noor.properties
    assert "website" not in noor.provenance


def test_clearing_what_was_never_stated_changes_nothing() -> None:
    assert folded(registered(), event(2, cleared=["website"])) == folded(registered())


def test_clearing_a_property_twice_in_one_event_is_clearing_it_once() -> None:
    assert folded(registered(website="a"), event(2, cleared=["website", "website"])) == folded(
        registered(website="a"), event(2, cleared=["website"])
    )


def test_a_cleared_property_can_be_stated_again() -> None:
    noor = folded(registered(website="a"), event(2, cleared=["website"]), event(3, website="a"))
    assert noor.provenance["website"].event_id == "e3"


def test_a_snapshot_removes_what_it_does_not_state() -> None:
    noor = folded(
        registered(website="noor.example", legal_address=address("Kuwait")),
        event(2, EventKind.SNAPSHOT, legal_name=named("Noor"), legal_address=address("Salmiya")),
    )
    assert "website" not in noor.properties
    assert noor.properties["legal_address"] == address("Salmiya")


def test_a_snapshot_keeps_what_the_register_itself_derived() -> None:
    noor = folded(
        registered(name="Old"),
        event(2, legal_name=named("Noor")),
        event(3, EventKind.CONFIRMED),
        event(4, EventKind.STRUCK_OFF),
        event(5, EventKind.SNAPSHOT, legal_name=named("Noor")),
    )
    assert noor.properties == {
        "legal_name": named("Noor"),
        "previous_legal_names": named("Old"),
        "last_confirmed_date": date(2020, 1, 4),
        "entity_status": "STRUCK_OFF",
        "jurisdiction": "KW",
    }


def test_a_snapshot_removes_what_was_derived_when_it_clears_it() -> None:
    noor = folded(
        registered(),
        event(2, EventKind.CONFIRMED),
        event(3, EventKind.SNAPSHOT, legal_name=named("Noor"), cleared=["last_confirmed_date"]),
    )
    assert "last_confirmed_date" not in noor.properties


def test_an_event_that_comes_before_a_snapshot_but_arrives_after_it_is_covered_by_it() -> None:
    snapshot = event(3, EventKind.SNAPSHOT, legal_name=named("Noor"))
    assert folded(registered(), snapshot, event(2, website="late")) == folded(registered(), snapshot)


def test_the_jurisdiction_is_the_state_of_the_register_unless_stated() -> None:
    assert folded(registered()).properties["jurisdiction"] == "KW"
    assert folded(registered(jurisdiction="KY")).properties["jurisdiction"] == "KY"


def test_a_reference_source_has_no_jurisdiction_of_its_own() -> None:
    assert "jurisdiction" not in folded(registered(of=NOOR_AT_GLEIF)).properties


def test_a_confirmation_is_dated_by_the_day_of_its_effect_unless_stated() -> None:
    assert folded(registered(), event(2, EventKind.CONFIRMED)).properties["last_confirmed_date"] == date(2020, 1, 3)
    stated = event(2, EventKind.CONFIRMED, last_confirmed_date=date(2020, 6, 1))
    assert folded(registered(), stated).properties["last_confirmed_date"] == date(2020, 6, 1)


def test_every_value_names_the_event_that_stated_it() -> None:
    noor = folded(registered(website="a"), event(2, website="b"))
    assert {name: ref.event_id for name, ref in noor.provenance.items()} == {
        "legal_name": "e1",
        "entity_status": "e1",
        "jurisdiction": "e1",
        "website": "e2",
    }
    assert noor.provenance["website"].kind is EventKind.AMENDED


def test_a_value_that_is_stated_again_unchanged_keeps_its_older_source() -> None:
    assert folded(registered(website="a"), event(2, website="a")).provenance["website"].event_id == "e1"


def test_a_value_that_came_back_names_the_event_that_brought_it_back() -> None:
    noor = folded(registered(website="a"), event(2, website="b"), event(3, website="a"))
    assert noor.provenance["website"].event_id == "e3"


def test_the_events_behind_a_registration_are_listed_once_and_by_sequence() -> None:
    noor = folded(registered(), event(2, website="a"), event(3, legal_address=address("Kuwait")), event(4, website="b"))
    assert [ref.event_id for ref in events_behind(noor)] == ["e1", "e3", "e4"]


def test_an_entry_whose_every_event_was_withdrawn_states_nothing() -> None:
    noor = folded(registered(), withdrawn(2, "e1"))
    assert (noor.registration_id, noor.properties, noor.provenance) == (NOOR, {}, {})


def test_folding_changes_none_of_the_values_it_was_given() -> None:
    first, second = registered(name="Old"), event(2, legal_name=named("Noor"))
    folded(first, second)
    assert (first.stated["legal_name"], second.stated["legal_name"]) == (named("Old"), named("Noor"))
