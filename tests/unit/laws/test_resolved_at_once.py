"""Resolving all registrations at once gives the state that the resolver reaches step by step."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.events import RegistrationEvent
from register.ids import RegistrationId
from register.resolution.at_once import linked, state_of_key
from register.resolution.clusters import SHARED_MOST, keys_of
from register.resolution.evidence import Evidence, evidence_of
from register.resolution.judgements import Judgement
from register.resolution.resolution_state import MemoryResolutionStore, ResolutionState, entry_of
from register.resolution.resolver import Resolver
from register.whole import registration_from
from schemas.facts.authorities import kinds
from tests.unit.laws.histories import shuffled_with_repeats
from tests.unit.laws.judging import judgements
from tests.unit.laws.resolved_register import NUMBERINGS, ResolvedRegister
from tests.unit.laws.test_one_company_of_many import DICE, LINKED
from tests.unit.laws.test_whole import received
from tests.unit.register.stating import NOOR, WORDS, identifier, registered


def evidence_from(events: Iterable[RegistrationEvent]) -> dict[RegistrationId, Evidence]:
    folded = (registration_from(own, arrived, WORDS) for own, arrived in received(events).items())
    stated = {one.registration_id: evidence_of(one, NUMBERINGS) for one in folded}
    return {own: one for own, one in stated.items() if one is not None}


def resolved(evidence: dict[RegistrationId, Evidence], decided: list[Judgement]) -> dict[str, ResolutionState]:
    store = MemoryResolutionStore({entry_of(own): ResolutionState(evidence=one) for own, one in evidence.items()})
    sharing: dict[str, list[RegistrationId]] = {}
    for own, one in evidence.items():
        for key in keys_of(one):
            sharing.setdefault(key, []).append(own)
    for key, around in sharing.items():
        store.put(key, state_of_key(key, around))
    malformed = {own for own, one in evidence.items() if one.malformed}
    resolver = Resolver(store, kinds())
    for own in linked(sharing, decided, malformed):
        if own in evidence:
            resolver.resolve([(own, evidence[own])], [])
    for judgement in decided:
        resolver.resolve([], [judgement])
    return store.held


def without_newest_event(held: dict[str, ResolutionState]) -> dict[str, tuple[object, ...]]:
    """The states as far as they count: the step-by-step resolver may name an older event with equal evidence."""
    return {
        key: (
            None if one.evidence is None else one.evidence._stated_values(),
            one.company_id,
            one.judgements,
            one.cases,
            one.sharing,
        )
        for key, one in held.items()
    }


@pytest.mark.slow
@given(LINKED, judgements(), st.data())
def test_it_equals_the_state_that_was_reached_step_by_step(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], data: st.DataObject
) -> None:
    events = [one for history in drawn for one in history]
    arriving = data.draw(shuffled_with_repeats(events))
    stepwise = ResolvedRegister(data.draw(DICE)).take(arriving, data.draw(shuffled_with_repeats(decided)))
    at_once = resolved(evidence_from(arriving), decided)
    assert without_newest_event(at_once) == without_newest_event(stepwise.store.held)


def test_an_identifier_that_too_many_carry_links_nothing_and_is_a_case() -> None:
    many = [RegistrationId(f"KW.MOCI.{number}") for number in range(100, 101 + SHARED_MOST)]
    lei = identifier("LEI", "21380011VBTSTZCFBT87")
    held = resolved(evidence_from(registered(of=own, identifiers=[lei]) for own in many), [])
    assert len(held["identifier/LEI:21380011VBTSTZCFBT87"].cases) == 1
    assert all(held[entry_of(own)].company_id is None for own in many)


def test_a_registration_without_links_is_not_grouped() -> None:
    alone = evidence_from([registered(of=NOOR)])
    sharing = {key: [own] for own, one in alone.items() for key in keys_of(one)}
    assert list(linked(sharing, [])) == []
