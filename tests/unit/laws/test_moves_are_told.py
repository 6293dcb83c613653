"""Each move of a registration is told once; by both companies where each has news of its own.

What is expected is read off the companies before and after, and not off what the resolver says of a move.
"""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from register.changes import Change
from register.events import EventKind, RegistrationEvent
from register.ids import CompanyId, RegistrationId, company_id, number_of
from register.resolution.judgements import Judgement
from tests.unit.laws.histories import NOOR_IN_DUBAI, NOOR_ONCE_IN_RIYADH, OFTEN_WHO_IT_BELONGS_TO, several
from tests.unit.laws.judging import judgements
from tests.unit.laws.resolved_register import ResolvedRegister
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, event, identifier, named

Companies = Mapping[RegistrationId, CompanyId]


def companies(register: ResolvedRegister) -> Companies:
    """Which company each registration is in."""
    return {own: history.company for own, history in register.histories.items() if history.registration.properties}


def told(register: ResolvedRegister, since: Mapping[CompanyId, int]) -> list[Change]:
    """Give the changes of moves that agencies hear of, since each company had so many."""
    new = [one for company, all_ in register.unified.changes.items() for one in all_[since.get(company, 0) :]]
    return [one for one in new if one.follows is None and (one.joined or one.left)]


def tellers(own: RegistrationId, before: Companies, after: Companies) -> int:
    """Count the companies that have news when a registration moves."""
    left, joins = before[own], after[own]
    goes_on = any(one != joins for own, one in after.items() if before.get(own) == left)
    others = any(one != left for own, one in before.items() if after.get(own) == joins)
    return 2 if goes_on and others else 1


@given(several(stated=OFTEN_WHO_IT_BELONGS_TO), judgements(), st.data())
def test_a_move_is_told_once_and_by_both_companies_where_both_have_news(
    drawn: list[list[RegistrationEvent]], decided: list[Judgement], data: st.DataObject
) -> None:
    register = ResolvedRegister()
    happened: list[RegistrationEvent | Judgement] = [*(one for history in drawn for one in history), *decided]
    for one in data.draw(st.permutations(happened)):
        before, since = companies(register), {own: len(all_) for own, all_ in register.unified.changes.items()}
        if isinstance(one, RegistrationEvent):
            register.take([one])
        else:
            register.take(judgements=[one])
        after = companies(register)
        stayed = {own: before.get(own, company_id(own)) for own in after}  # what is new stands in its own one first
        found = told(register, since)
        for own in (own for own in before if own in after and before[own] != after[own]):
            assert len([one for one in found if own in (one.joined, one.left)]) == tellers(own, stayed, after)


def test_an_entry_that_goes_to_a_company_that_is_just_new_is_told_by_both() -> None:
    register = ResolvedRegister()
    lei = [identifier("LEI", number_of(NOOR_AT_GLEIF))]
    for own in (NOOR_IN_RIYADH, NOOR_AT_GLEIF):
        register.take([event(1, of=own, event_id=f"{own}-1", identifiers=lei)])
    since = {own: len(all_) for own, all_ in register.unified.changes.items()}
    register.take([event(1, of=NOOR_ONCE_IN_RIYADH, event_id="new", identifiers=lei)])
    both = {company_id(NOOR_IN_RIYADH): NOOR_AT_GLEIF, company_id(NOOR_ONCE_IN_RIYADH): NOOR_AT_GLEIF}
    assert {one.company_id: one.joined or one.left for one in told(register, since)} == both


def test_a_company_whose_other_entry_was_withdrawn_leaves_the_news_of_a_move_to_one_company() -> None:
    register = ResolvedRegister()
    lei = [identifier("LEI", number_of(NOOR_AT_GLEIF))]
    register.take([event(1, of=NOOR, event_id="b", identifiers=lei, home_registration=NOOR_IN_RIYADH)])
    register.take([event(1, of=NOOR_IN_RIYADH, event_id="h", website="a")])
    register.take([event(1, of=NOOR_ONCE_IN_RIYADH, event_id="o", identifiers=lei)])
    assert companies(register)[NOOR] == company_id(NOOR_IN_RIYADH)
    since = {own: len(all_) for own, all_ in register.unified.changes.items()}
    register.take([event(2, EventKind.WITHDRAWN, of=NOOR_IN_RIYADH, event_id="w", replaces="h")])
    assert companies(register) == dict.fromkeys((NOOR, NOOR_ONCE_IN_RIYADH), company_id(NOOR))
    assert len([one for one in told(register, since) if NOOR in (one.joined, one.left)]) == 1


def test_a_branch_that_goes_from_one_company_to_another_is_told_by_both() -> None:
    register = ResolvedRegister()
    for own in (NOOR, NOOR_IN_RIYADH, NOOR_IN_DUBAI):
        register.take([event(1, EventKind.REGISTERED, of=own, event_id=f"{own}-1", legal_name=named(own))])
    register.take([event(2, of=NOOR, event_id="first", home_registration=NOOR_IN_RIYADH)])
    since = {own: len(all_) for own, all_ in register.unified.changes.items()}
    register.take([event(3, of=NOOR, event_id="second", home_registration=NOOR_IN_DUBAI)])
    assert {one.company_id for one in told(register, since)} == {company_id(NOOR_IN_RIYADH), company_id(NOOR_IN_DUBAI)}
