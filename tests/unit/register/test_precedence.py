"""Whose statement wins: a test per rule, and per thing that must never pass from a branch to its company."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from register.company import Company, company_of
from register.ids import RegistrationId
from register.precedence import Decision, Precedence, PrecedenceRule, decide, is_branch
from register.registration import Registration
from schemas.facts.authorities import kinds
from schemas.facts.precedence import precedence
from tests.unit.register.companies import NOOR_GROUP, members, registration
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, address, event, identifier, named

NOOR_IN_MUSCAT = RegistrationId("OM.MOCIIP.1234567")
DAY = date(2024, 5, 1)

HOME = registration(NOOR)
BRANCH_ONLY: dict[str, Any] = {
    "is_branch": True,
    "home_registration": str(NOOR),
    "jurisdiction": "SA",
    "legal_form_as_stated": "ذ.م.م",
    "status_as_stated": "مشطوب",
    "identifiers": [identifier("SA.UNN", "7001775498")],
    "legal_address": address("Riyadh"),
    "registration_date": DAY,
    "expiry_date": DAY,
    "last_confirmed_date": DAY,
    "share_capital": {"amount": "1", "currency": "SAR"},
    "previous_legal_names": named("Nur"),
    "successor_registration": "SA.MC.7000000001",
    "particulars": {"branch": "2"},
}
OF_THE_COMPANY: dict[str, Any] = {
    "website": "noor.sa",
    "trading_names": named("Noor Riyadh"),
    "headquarters_address": address("Kuwait City"),
    "activities": [{"scheme": "ISIC4", "version": "4", "code": "6201", "label": []}],
}
BRANCH = registration(NOOR_IN_RIYADH, name="Noor Riyadh", **BRANCH_ONLY, **OF_THE_COMPANY)


def by(
    *rules: PrecedenceRule, among: tuple[Registration, ...], name: str = "website", anchor: RegistrationId = NOOR
) -> Decision:
    """Decide by these rules alone."""
    decision = decide(Precedence(rules={name: rules}, kinds=kinds()), name, among, anchor)
    assert decision is not None
    return decision


def merged(*registrations: Registration) -> Company:
    """The company of these registrations by the shipped table."""
    return company_of(NOOR_GROUP, members(*registrations), precedence())


def test_home_the_home_entry_wins_whatever_was_said_later_elsewhere() -> None:
    home, later = registration(NOOR, website="kw"), registration(NOOR_IN_RIYADH, website="sa")
    decision = by(PrecedenceRule.HOME, PrecedenceRule.LATEST, among=(later, home))
    assert decision == Decision(winner=NOOR, lost={NOOR_IN_RIYADH: PrecedenceRule.HOME})


def test_state_a_state_wins_over_a_reference_source() -> None:
    own, gleif = registration(NOOR_IN_RIYADH, website="sa"), registration(NOOR_AT_GLEIF, website="lei")
    decision = by(PrecedenceRule.HOME, PrecedenceRule.AUTHORITY_KIND, PrecedenceRule.LATEST, among=(gleif, own))
    assert decision == Decision(winner=NOOR_IN_RIYADH, lost={NOOR_AT_GLEIF: PrecedenceRule.AUTHORITY_KIND})


def test_latest_what_took_effect_last_wins() -> None:
    old = registration(NOOR_IN_RIYADH, event(2, of=NOOR_IN_RIYADH, on=DAY, website="old"))
    new = registration(NOOR_IN_MUSCAT, event(2, of=NOOR_IN_MUSCAT, on=DAY + timedelta(days=1), website="new"))
    decision = by(PrecedenceRule.HOME, PrecedenceRule.AUTHORITY_KIND, PrecedenceRule.LATEST, among=(old, new))
    assert decision == Decision(winner=NOOR_IN_MUSCAT, lost={NOOR_IN_RIYADH: PrecedenceRule.LATEST})


def test_smallest_id_ends_every_list() -> None:
    one, other = registration(NOOR_IN_RIYADH, website="a"), registration(NOOR_IN_MUSCAT, website="b")
    decision = by(PrecedenceRule.LATEST, among=(one, other))
    assert decision == Decision(winner=NOOR_IN_MUSCAT, lost={NOOR_IN_RIYADH: PrecedenceRule.SMALLEST_ID})


def test_home_only_nobody_else_may_state_it_even_if_the_home_entry_does_not() -> None:
    other = registration(NOOR_IN_RIYADH, expiry_date=DAY)
    home_only = Precedence(rules={"expiry_date": (PrecedenceRule.HOME_ONLY,)}, kinds=kinds())
    assert decide(home_only, "expiry_date", (other,), NOOR) is None
    home = registration(NOOR, expiry_date=DAY)
    decision = by(PrecedenceRule.HOME_ONLY, among=(home, other), name="expiry_date")
    assert decision == Decision(winner=NOOR, lost={NOOR_IN_RIYADH: PrecedenceRule.HOME_ONLY})


def test_not_a_branch_a_branch_may_not_state_it_and_another_entry_may() -> None:
    branch = registration(NOOR_IN_RIYADH, is_branch=True, website="branch")
    gleif = registration(NOOR_AT_GLEIF, website="lei")
    decision = by(
        PrecedenceRule.NOT_A_BRANCH, PrecedenceRule.HOME, PrecedenceRule.AUTHORITY_KIND, among=(branch, gleif)
    )
    assert decision == Decision(winner=NOOR_AT_GLEIF, lost={NOOR_IN_RIYADH: PrecedenceRule.NOT_A_BRANCH})


def test_the_home_entry_may_state_everything_though_it_calls_itself_a_branch() -> None:
    alone = registration(NOOR, is_branch=True, home_registration="SA.MC.7000000002", website="kw")
    assert by(PrecedenceRule.NOT_A_BRANCH, PrecedenceRule.HOME, among=(alone,)).winner == NOOR


def test_each_that_lost_lost_by_the_first_rule_that_told_it_from_the_winner() -> None:
    home = registration(NOOR, website="kw")
    branch = registration(NOOR_IN_RIYADH, is_branch=True, website="sa")
    gleif = registration(NOOR_AT_GLEIF, website="lei")
    decision = by(
        PrecedenceRule.NOT_A_BRANCH, PrecedenceRule.HOME, PrecedenceRule.AUTHORITY_KIND, among=(gleif, branch, home)
    )
    assert decision.lost == {NOOR_IN_RIYADH: PrecedenceRule.NOT_A_BRANCH, NOOR_AT_GLEIF: PrecedenceRule.HOME}


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({}, False),
        ({"is_branch": False}, False),
        ({"is_branch": True}, True),
        ({"home_registration": str(NOOR)}, True),
        ({"is_branch": False, "home_registration": str(NOOR)}, True),
    ],
    ids=str,
)
def test_a_branch_is_what_says_so_or_names_its_home(stated: dict[str, Any], found: bool) -> None:
    assert is_branch(registration(NOOR_IN_RIYADH, **stated)) is found


@pytest.mark.parametrize("name", sorted({*BRANCH_ONLY, "legal_form", "entity_status"}))
def test_what_is_true_of_a_branch_does_not_become_true_of_its_company(name: str) -> None:
    company = merged(HOME, BRANCH)
    assert company.properties.get(name) == HOME.properties.get(name)
    assert name not in company.sources


@pytest.mark.parametrize("name", sorted(OF_THE_COMPANY))
def test_what_a_branch_knows_of_the_company_fills_what_the_home_entry_leaves_out(name: str) -> None:
    company = merged(HOME, BRANCH)
    assert (company.properties[name], company.sources[name]) == (BRANCH.properties[name], NOOR_IN_RIYADH)


def test_a_branch_that_is_struck_off_does_not_end_its_company() -> None:
    company = merged(registration(NOOR, status_as_stated="نشط"), BRANCH)
    assert (company.properties["entity_status"], company.properties["status_as_stated"]) == ("ACTIVE", "نشط")


def test_the_form_and_the_word_for_it_come_from_one_entry() -> None:
    gleif = registration(NOOR_AT_GLEIF, legal_form_as_stated="K.S.C.C.")
    company = merged(HOME, BRANCH, gleif)
    assert (company.properties["legal_form"], company.properties["legal_form_as_stated"]) == ("CLOSED_JSC", "K.S.C.C.")
    assert {company.sources["legal_form"], company.sources["legal_form_as_stated"]} == {NOOR_AT_GLEIF}


def test_a_company_known_by_its_branch_alone_says_what_the_branch_says() -> None:
    company = merged(BRANCH)
    assert company.properties == BRANCH.properties


def test_the_record_does_not_depend_on_the_order_of_its_registrations() -> None:
    three = (HOME, BRANCH, registration(NOOR_AT_GLEIF, website="lei"))
    assert all(merged(*order) == merged(*three) for order in permutations(three))
