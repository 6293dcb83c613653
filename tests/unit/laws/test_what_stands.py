"""The fold agrees with a definition that is written down differently."""

from hypothesis import given
from hypothesis import strategies as st

from register.codes import Rejected
from register.event_checks import validate
from register.events import RegistrationEvent
from register.properties import DERIVED, PROPERTIES
from register.registration import standing_events
from schemas.facts.authorities import authorities
from tests.unit.laws.histories import histories, several, shuffled_with_repeats
from tests.unit.laws.reference import value_of, what_stands
from tests.unit.register.stating import folded


@given(several())
def test_the_drawn_events_are_ones_that_the_register_admits(drawn: list[list[RegistrationEvent]]) -> None:
    assert not [event for history in drawn for event in history if isinstance(validate(event, authorities()), Rejected)]


@given(histories(most=12), st.data())
def test_what_stands_is_what_the_recursive_definition_says(
    events: list[RegistrationEvent], data: st.DataObject
) -> None:
    found = standing_events(data.draw(shuffled_with_repeats(events)))
    expected = what_stands(events)
    assert [(one.kind, one.event_id, one.stated, one.cleared) for one in found] == [
        (kind, words.event_id, words.stated, words.cleared) for kind, words in expected
    ]


@given(histories(most=12))
def test_each_stated_value_and_its_source_are_what_looking_back_finds(events: list[RegistrationEvent]) -> None:
    noor = folded(*events)
    for name in set(PROPERTIES) - DERIVED:
        found = (noor.properties[name], noor.provenance[name].event_id) if name in noor.properties else None
        assert found == value_of(name, events)
