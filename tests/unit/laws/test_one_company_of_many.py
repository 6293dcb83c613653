"""Laws 2, 5 and 8 with the resolver: who is one company, whatever the order; merges taken back; ids never reused."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.changes import replayed
from register.events import EventKind, RegistrationEvent
from register.ids import RegistrationId, company_id, own_registration
from register.resolution.judgements import Judgement, Verdict
from tests.unit.laws.histories import OFTEN_WHO_IT_BELONGS_TO, REGISTRATIONS, several, shuffled_with_repeats
from tests.unit.laws.judging import judgement, judgements
from tests.unit.laws.resolved_register import ResolvedRegister
from tests.unit.register.stating import NOOR_AT_GLEIF, event, identifier

DICE = st.integers(0, 10_000).map(Random)
LINKED = several(stated=OFTEN_WHO_IT_BELONGS_TO)
LATER = 1_000


@st.composite
def registers(draw: st.DrawFn) -> ResolvedRegister:
    """Draw a register after events and judgements in any order, with repeats and in any turn."""
    events = [event for history in draw(LINKED) for event in history]
    decided = draw(judgements())
    arriving, deciding = draw(shuffled_with_repeats(events)), draw(shuffled_with_repeats(decided))
    return ResolvedRegister(draw(DICE)).take(arriving, deciding)


@pytest.mark.slow
@given(LINKED, judgements(), st.data())
def test_any_order_and_any_repeats_of_events_links_and_judgements_give_the_same_companies(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], data: st.DataObject
) -> None:
    events = [event for history in drawn for event in history]
    plain = ResolvedRegister().take(events, decided)
    arriving = data.draw(shuffled_with_repeats(events))
    mixed = ResolvedRegister(data.draw(DICE)).take(arriving, data.draw(shuffled_with_repeats(decided)))
    assert mixed.stated_bytes() == plain.stated_bytes()
    assert mixed.history_bytes() == plain.history_bytes()
    assert mixed.aliases() == plain.aliases()
    assert mixed.cases() == plain.cases()


@given(registers())
def test_a_registration_that_states_something_is_in_exactly_one_company_and_its_own_id_leads_there(
    register: ResolvedRegister,
) -> None:
    companies = register.unified.companies
    found = [(own, one.company_id) for one in companies.values() for own in one.members()]
    stating = {own: one for own, one in register.histories.items() if one.registration.properties}
    assert sorted(found) == sorted((own, history.company) for own, history in stating.items())
    for own, history in stating.items():
        company, named_for_it = companies[history.company], companies[company_id(own)]
        assert company.members()[own] == history.registration
        assert company.anchor == own_registration(company.company_id)
        assert company.alias_of is None
        assert named_for_it.alias_of == (None if named_for_it == company else company.company_id)


@pytest.mark.slow
@given(registers())
def test_an_id_is_never_reused_its_versions_go_on_through_merges_and_unmerges(register: ResolvedRegister) -> None:
    for company, told in register.unified.changes.items():
        assert [change.version for change in told] == list(range(1, len(told) + 1))
        assert register.unified.companies[company].version == len(told)
        assert replayed(told) == register.unified.companies[company].properties
        members: dict[int, set[tuple[RegistrationId, ...]]] = {}
        for record in register.kept[company]:
            members.setdefault(record.version, set()).add(tuple(record.members()))
        assert list(members) == sorted(members)
        assert all(len(found) == 1 for found in members.values())  # who belongs to it changes with a version only


@pytest.mark.slow
@given(LINKED, judgements(), DICE, st.data())
def test_a_judgement_that_is_revoked_gives_back_the_records_and_all_histories(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], dice: Random, data: st.DataObject
) -> None:
    register = ResolvedRegister(dice).take((event for history in drawn for event in history), decided)
    before = register.stated_bytes(), register.history_bytes(), register.aliases()
    left, right = data.draw(st.permutations(REGISTRATIONS))[:2]
    verdict = data.draw(st.sampled_from([Verdict.SAME, Verdict.DIFFERENT]))
    register.take(judgements=[judgement(LATER, left, right, verdict)])
    register.take(judgements=[judgement(LATER + 1, left, right, Verdict.UNDECIDED, revokes=LATER)])
    assert (register.stated_bytes(), register.history_bytes(), register.aliases()) == before


@pytest.mark.slow
@given(LINKED, judgements(), DICE, st.data())
def test_evidence_that_is_withdrawn_gives_back_the_records_and_all_other_histories(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], dice: Random, data: st.DataObject
) -> None:
    register = ResolvedRegister(dice).take((event for history in drawn for event in history), decided)
    of = data.draw(st.sampled_from(drawn))[0].registration_id
    stated = _linking(data, of)
    registration = register.histories[of].registration
    before, histories = register.stated_bytes(), register.history_bytes()
    register.take([event(LATER, of=of, event_id="linking", **stated)])
    register.take([event(LATER + 1, EventKind.WITHDRAWN, of=of, event_id="taken back", replaces="linking")])
    assert register.stated_bytes() == before
    assert register.histories[of].registration == registration
    assert {**register.history_bytes(), of: b""} == {**histories, of: b""}


def _linking(data: st.DataObject, of: RegistrationId) -> dict[str, Any]:
    """Draw what makes an entry one company with another: a home or an LEI."""
    homes = [{"home_registration": one} for one in REGISTRATIONS if one != of]
    leis = [{"identifiers": [identifier("LEI", lei)]} for lei in (NOOR_AT_GLEIF[7:], "549300ZC4LKL8D60R485")]
    drawn: dict[str, Any] = data.draw(st.sampled_from([*homes, *leis]))
    return drawn
