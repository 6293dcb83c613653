"""What was known then: the definition's laws, on histories that registries could have published."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.as_of import (
    Asked,
    CompanyThen,
    NotInForce,
    Then,
    Unknown,
    registration_then,
    standing_then,
)
from register.company import Company
from register.events import EventKind, RegistrationEvent
from register.ids import CompanyId, company_id
from register.resolution.judgements import Judgement, Verdict
from register.whole import whole
from tests.unit.laws.histories import FIRST_DAY, histories, shuffled_with_repeats
from tests.unit.laws.judging import judgement, judgements
from tests.unit.laws.pure_register import PureRegister, registration_bytes
from tests.unit.laws.remembered import BEGIN, Remembered, moment
from tests.unit.laws.test_bounded import small_bound
from tests.unit.laws.test_one_company_of_many import LINKED
from tests.unit.laws.test_whole import RULES, received
from tests.unit.register.stating import NOOR, NOOR_IN_RIYADH, WORDS, corrected, event, withdrawn

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AFTER_ALL_DAYS = FIRST_DAY + timedelta(days=1_000)


def asked(memory: Remembered, known_at: datetime = NOW, as_of: date | None = None) -> Asked:
    return Asked(memory, Then(known_at=known_at, as_of=as_of), RULES)


def population(memory: Remembered, known_at: datetime = NOW, as_of: date | None = None) -> dict[CompanyId, Company]:
    found = asked(memory, known_at, as_of).companies(memory.everybody())
    return {one.company.company_id: one.company for one in found}


@given(LINKED, judgements(), st.data())
def test_known_now_and_as_of_a_far_day_it_is_the_register_as_it_stands(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], data: st.DataObject
) -> None:
    arriving = data.draw(shuffled_with_repeats([one for history in drawn for one in history]))
    stands = whole(received(arriving), decided, RULES)
    memory = Remembered(arriving, decided)
    assert population(memory) == population(memory, as_of=AFTER_ALL_DAYS) == stands.companies
    for company, record in stands.companies.items():
        leading_here = tuple(alias for alias, leads_to in stands.aliases.items() if leads_to == company)
        for id_ in (company, *record.members(), *leading_here):
            assert asked(memory).company(id_) == CompanyThen(company=record, aliases=leading_here)


@pytest.mark.slow
@given(LINKED, judgements(), st.data())
def test_known_at_a_moment_it_is_the_register_that_had_read_no_more(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], data: st.DataObject
) -> None:
    arriving = data.draw(shuffled_with_repeats([one for history in drawn for one in history]))
    many, some = data.draw(st.integers(0, len(arriving) - 1)), data.draw(st.integers(0, 4))
    known = [
        replace(one, decided_at=moment(many) + timedelta(days=number >= some)) for number, one in enumerate(decided)
    ]
    stood = whole(received(arriving[: many + 1]), known[:some], RULES)
    assert population(Remembered(arriving, known), moment(many)) == stood.companies


@given(LINKED, judgements(), st.integers(0, 4), st.data())
def test_as_of_a_day_each_company_is_what_its_registrations_stated_by_then(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], day: int, data: st.DataObject
) -> None:
    """Who belongs together does not depend on the day: only what they state does."""
    arriving = data.draw(shuffled_with_repeats([one for history in drawn for one in history]))
    memory, as_of = Remembered(arriving, decided), FIRST_DAY + timedelta(days=day - 1)
    then, now = population(memory, as_of=as_of), population(memory)
    together = {own: company for company, record in now.items() for own in record.members()}
    assert all(together[own] == company for company, record in then.items() for own in record.members())
    for record in then.values():
        for own, one in record.members().items():
            assert all(ref.effective_date <= as_of for ref in one.provenance.values())
            stood = standing_then(memory.answered([own])[own], NOW)
            assert one == registration_then(own, [e for e in stood if e.effective_date <= as_of], None, WORDS)


@pytest.mark.slow
@given(histories(least=6, most=14), st.data())
def test_a_history_past_its_bound_is_known_as_it_was_admitted(
    events: list[RegistrationEvent], data: st.DataObject
) -> None:
    arriving = data.draw(shuffled_with_repeats(events))
    with small_bound():
        stepwise = PureRegister().take(arriving).histories[NOOR].registration
        known = standing_then(Remembered(arriving).answered([NOOR])[NOOR], NOW)
    assert registration_bytes(registration_then(NOOR, known, None, WORDS)) == registration_bytes(stepwise)


def test_what_a_bounded_history_has_settled_still_counts_by_its_days() -> None:
    """A correction that comes too late is stale, so it was never known: the settled place keeps its old content."""
    with small_bound():
        arriving = [event(n, website=f"{n}.example", on=date(2024, 1, n)) for n in range(1, 8)]
        memory = Remembered([*arriving, corrected(8, "e2", website="late.example", on=date(2024, 1, 2))])
    for n in range(1, 8):
        assert website(memory, NOW, date(2024, 1, n)) == f"{n}.example"


def website(memory: Remembered, known_at: datetime, as_of: date | None = None) -> object:
    found = asked(memory, known_at, as_of).company(NOOR)
    assert isinstance(found, CompanyThen), found
    return found.company.properties.get("website")


def test_before_the_correction_was_known_the_old_value_stands_and_afterwards_the_new_one_from_its_day_on() -> None:
    wrong = event(1, website="wrong.example", on=date(2024, 5, 1))
    right = corrected(2, wrong.event_id, website="right.example", on=date(2024, 4, 1))
    memory = Remembered([wrong, right])
    assert website(memory, moment(0)) == "wrong.example"
    assert website(memory, moment(1)) == "right.example"
    assert website(memory, moment(1), date(2024, 4, 1)) == "right.example"
    april = asked(memory, moment(0), date(2024, 4, 1)).company(NOOR)
    assert april == NotInForce(company_id=company_id(NOOR), since=date(2024, 5, 1))


def test_a_withdrawn_event_stood_until_its_withdrawal_was_known() -> None:
    first = event(1, website="a.example")
    memory = Remembered([first, event(2, website="b.example"), withdrawn(3, "e2")])
    assert [website(memory, moment(number)) for number in range(3)] == ["a.example", "b.example", "a.example"]


def test_an_event_that_was_late_was_not_known_before_it_came() -> None:
    memory = Remembered([event(1, website="a.example"), event(3, website="c.example"), event(2, is_branch=True)])
    before, after = (asked(memory, moment(number)).company(NOOR) for number in (1, 2))
    assert isinstance(before, CompanyThen)
    assert isinstance(after, CompanyThen)
    assert "is_branch" not in before.company.properties
    assert after.company.properties["is_branch"] is True


def test_a_merge_is_undone_before_its_evidence_was_known() -> None:
    home, branch = event(1, of=NOOR), event(1, of=NOOR_IN_RIYADH)
    naming = event(2, of=NOOR_IN_RIYADH, home_registration=NOOR)
    memory = Remembered([home, branch, naming])
    assert list(population(memory, moment(1))) == [company_id(NOOR), company_id(NOOR_IN_RIYADH)]
    assert list(population(memory, moment(2))) == [company_id(NOOR)]
    merged = asked(memory, moment(2)).company(NOOR_IN_RIYADH)
    assert isinstance(merged, CompanyThen)
    assert merged.aliases == (company_id(NOOR_IN_RIYADH),)


def test_a_judgement_counts_from_the_moment_at_which_it_was_made_until_its_revocation() -> None:
    same = judgement(0, NOOR, NOOR_IN_RIYADH, Verdict.SAME)
    revoked = judgement(10, NOOR, NOOR_IN_RIYADH, Verdict.UNDECIDED, revokes=0)
    memory = Remembered([event(1, of=NOOR), event(1, of=NOOR_IN_RIYADH)], [same, revoked])
    a_minute = timedelta(minutes=1)
    moments = (same.decided_at - a_minute, same.decided_at, revoked.decided_at - a_minute, revoked.decided_at)
    assert [len(population(memory, known_at)) for known_at in moments] == [2, 1, 1, 2]


def test_an_id_that_nobody_knew_yet_says_since_when_it_is_known() -> None:
    memory = Remembered([event(1, of=NOOR_IN_RIYADH), event(1, of=NOOR)])
    assert asked(memory, moment(0)).company(NOOR) == Unknown(since=moment(1))
    assert asked(memory, NOW).company("KW.MOCI.1") == Unknown(since=None)
    assert population(memory, BEGIN - timedelta(days=1)) == {}


def test_an_entry_that_was_withdrawn_whole_is_in_force_on_no_day() -> None:
    memory = Remembered([event(1), event(2, EventKind.WITHDRAWN, replaces="e1")])
    assert asked(memory).company(NOOR) == NotInForce(company_id=company_id(NOOR), since=None)
