"""The record of a company: whose statement wins, who stated it, and what lost."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from register.authority_kinds import AuthorityKind
from register.company import anchor_of, company_of, home_of
from register.events import EventKind, RegistrationEvent
from register.ids import CompanyId, RegistrationId, company_id
from register.precedence import PrecedenceRule
from register.properties import PROPERTIES
from register.registration import Registration
from schemas.facts.precedence import precedence
from tests.unit.register.companies import NOOR_GROUP, members, registration
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, address, event, named

TABLE = precedence()
ADEN = RegistrationId("AE.NER.10000001")
HOME = registration(NOOR, website="noor.kw", legal_address=address("Kuwait"))
BRANCH = registration(
    NOOR_IN_RIYADH,
    name="Noor SA",
    website="noor.sa",
    is_branch=True,
    home_registration=str(NOOR),
    trading_names=named("Noor Riyadh"),
)
GLEIF = registration(NOOR_AT_GLEIF, name="NOOR K.S.C.", headquarters_address=address("Kuwait City"))


def test_a_company_of_one_registration_states_what_the_registration_states() -> None:
    company = company_of(NOOR_GROUP, members(HOME), TABLE)
    assert (company.properties, company.sources, company.anchor) == (HOME.properties, {}, NOOR)


def test_the_home_register_wins_and_what_lost_stands_beside_it() -> None:
    company = company_of(NOOR_GROUP, members(BRANCH, HOME), TABLE)
    assert company.properties["website"] == "noor.kw"
    assert company.members()[NOOR_IN_RIYADH].properties["website"] == "noor.sa"


def test_what_the_home_register_does_not_state_comes_from_another_and_says_so() -> None:
    company = company_of(NOOR_GROUP, members(HOME, BRANCH), TABLE)
    assert company.properties["trading_names"] == named("Noor Riyadh")
    assert company.sources == {"trading_names": NOOR_IN_RIYADH}


def test_every_value_names_the_registration_and_the_event_that_stated_it() -> None:
    company = company_of(NOOR_GROUP, members(HOME, BRANCH, GLEIF), TABLE)
    for name, value in company.properties.items():
        source, ref = company.source_of(name)
        assert company.members()[source].properties[name] == value
        assert ref == company.members()[source].provenance[name]


def test_a_property_that_nobody_states_has_no_source() -> None:
    with pytest.raises(KeyError):
        company_of(NOOR_GROUP, members(HOME), TABLE).source_of("share_capital")


def test_a_state_wins_over_a_reference_source_that_repeats_it() -> None:
    branch = registration(NOOR_IN_RIYADH, event(9, of=NOOR_IN_RIYADH, headquarters_address=address("Riyadh")))
    older = registration(ADEN, headquarters_address=address("Aden"))
    company = company_of(company_id(ADEN), members(older, branch, GLEIF, HOME), TABLE)
    assert company.properties["headquarters_address"] == address("Aden")
    company = company_of(NOOR_GROUP, members(branch, GLEIF, HOME), TABLE)
    assert company.properties["headquarters_address"] == address("Riyadh")


def test_branches_in_other_states_are_told_what_befell_their_home() -> None:
    struck_off = registration(NOOR, event(2, EventKind.STRUCK_OFF))
    orphaned = company_of(NOOR_GROUP, members(struck_off, BRANCH), TABLE)
    assert orphaned.properties["home_status"] == "STRUCK_OFF"
    assert orphaned.source_of("home_status") == (NOOR, struck_off.provenance["entity_status"])
    for well in (members(HOME, BRANCH), members(struck_off), members(struck_off, GLEIF)):
        assert "home_status" not in company_of(NOOR_GROUP, well, TABLE).properties


def test_what_befell_a_branch_is_not_told_as_what_befell_the_home() -> None:
    closed = registration(NOOR_IN_RIYADH, event(2, EventKind.STRUCK_OFF, of=NOOR_IN_RIYADH), is_branch=True)
    fellow = registration(RegistrationId("OM.MOCIIP.1234567"), is_branch=True)
    company = company_of(company_id(NOOR_IN_RIYADH), members(closed, fellow), TABLE)
    assert company.properties["entity_status"] == "STRUCK_OFF"
    assert "home_status" not in company.properties


def test_the_latest_statement_wins_where_neither_home_nor_state_decides() -> None:
    early = registration(NOOR_IN_RIYADH, event(2, of=NOOR_IN_RIYADH, website="old.sa"))
    late = registration(RegistrationId("OM.MOCIIP.1234567"), event(3, of=NOOR_IN_RIYADH, website="new.om"))
    home = registration(NOOR)
    assert company_of(NOOR_GROUP, members(early, late, home), TABLE).properties["website"] == "new.om"


def test_of_two_statements_of_one_moment_the_smallest_registration_id_wins() -> None:
    one = registration(NOOR_IN_RIYADH, trading_names=named("Z"))
    other = registration(RegistrationId("OM.MOCIIP.1234567"), trading_names=named("A"))
    company = company_of(NOOR_GROUP, members(registration(NOOR), one, other), TABLE)
    assert company.properties["trading_names"] == named("A")


def test_a_property_can_have_rules_of_its_own() -> None:
    latest_website = replace(TABLE, rules={**TABLE.rules, "website": (PrecedenceRule.LATEST,)})
    newer = registration(NOOR_IN_RIYADH, event(5, of=NOOR_IN_RIYADH, website="newest.sa", trading_names=named("N")))
    home = registration(NOOR, website="noor.kw", trading_names=named("K"))
    company = company_of(NOOR_GROUP, members(home, newer), latest_website)
    assert company.properties["website"] == "newest.sa"
    assert company.sources["website"] == NOOR_IN_RIYADH
    assert company.properties["trading_names"] == named("K")


def test_the_smallest_id_rule_decides_alone_when_it_is_asked_first() -> None:
    by_id = replace(TABLE, rules=dict.fromkeys(PROPERTIES, (PrecedenceRule.SMALLEST_ID,)))
    company = company_of(NOOR_GROUP, members(BRANCH, HOME, GLEIF), by_id)
    assert company.properties["legal_name"] == HOME.properties["legal_name"]


@pytest.mark.parametrize("order", permutations((HOME, BRANCH, GLEIF)), ids=lambda order: order[0].registration_id)
def test_the_order_of_its_registrations_makes_no_difference(order: tuple[Registration, ...]) -> None:
    company = company_of(NOOR_GROUP, members(*order), TABLE)
    assert company == company_of(NOOR_GROUP, members(HOME, BRANCH, GLEIF), TABLE)
    assert list(company.properties) == list(company_of(NOOR_GROUP, members(GLEIF, BRANCH, HOME), TABLE).properties)


def test_the_anchor_is_the_home_that_a_branch_names() -> None:
    branch = registration(ADEN, home_registration=str(NOOR))
    assert anchor_of(members(branch, HOME), TABLE.kinds) == NOOR
    assert home_of(members(branch, HOME), TABLE.kinds) == "GCC.KW.MOCI.12345"


def test_the_anchor_is_the_smallest_id_when_no_home_is_named() -> None:
    assert anchor_of(members(registration(NOOR_IN_RIYADH), registration(NOOR), GLEIF), TABLE.kinds) == NOOR


def test_a_home_that_is_no_member_does_not_count() -> None:
    assert anchor_of(members(BRANCH, GLEIF), TABLE.kinds) == NOOR_IN_RIYADH


def test_of_two_homes_that_name_each_other_the_smaller_is_the_anchor() -> None:
    one = registration(NOOR, home_registration=str(NOOR_IN_RIYADH))
    assert anchor_of(members(one, BRANCH), TABLE.kinds) == NOOR


def test_no_company_is_named_for_a_source_that_repeats_registers_while_it_has_another_entry() -> None:
    branch = registration(NOOR_IN_RIYADH, home_registration=GLEIF.registration_id)
    assert anchor_of(members(branch, GLEIF), TABLE.kinds) == NOOR_IN_RIYADH
    assert anchor_of(members(GLEIF), TABLE.kinds) == GLEIF.registration_id


def test_the_kind_of_an_authority_counts_and_not_its_code() -> None:
    kinds = {**TABLE.kinds, "KW.MOCI": AuthorityKind.REFERENCE}
    assert anchor_of(members(registration(NOOR), registration(NOOR_IN_RIYADH)), kinds) == NOOR_IN_RIYADH


def test_a_company_without_registrations_states_nothing() -> None:
    company = company_of(CompanyId("GCC.KW.MOCI.12345"), {}, TABLE)
    assert (company.anchor, company.registrations, company.properties, company.sources) == (NOOR, (), {}, {})


def test_a_later_recorded_statement_of_the_same_day_wins() -> None:
    day = date(2024, 5, 1)
    earlier = registration(NOOR_IN_RIYADH, event(2, of=NOOR_IN_RIYADH, on=day, website="a"))
    late = event(2, of=RegistrationId("OM.MOCIIP.1234567"), on=day, website="b")
    later = registration(RegistrationId("OM.MOCIIP.1234567"), _recorded_an_hour_later(late))
    assert company_of(NOOR_GROUP, members(registration(NOOR), earlier, later), TABLE).properties["website"] == "b"


def _recorded_an_hour_later(one: RegistrationEvent) -> RegistrationEvent:
    return replace(one, recorded_at=one.recorded_at + timedelta(hours=1))
