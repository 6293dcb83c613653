"""What an agency wants to hear of, and what it is spared."""

from typing import Any

import pytest

from register.changes import Cause
from register.ids import AgencyId
from register.subscriptions import Subscription, wants
from schemas.facts.it_companies import it_companies
from tests.unit.register.companies import NOOR_GROUP, Register, registration, statement
from tests.unit.register.stating import NOOR, NOOR_IN_RIYADH, activity, event

IT = it_companies().classes
CHANGE = (
    Register()
    .take(
        statement(registration(NOOR, website="a", activities=[activity("6201")])),
        statement(registration(NOOR_IN_RIYADH), cause=Cause.MERGE),
        statement(registration(NOOR, event(2, website="b"), website="a", activities=[activity("6201")])),
    )
    .changes[-1]
)


@pytest.mark.parametrize(
    ("wishes", "wanted"),
    [
        ({}, True),
        ({"member_states": ("KW",)}, True),
        ({"member_states": ("SA",)}, True),
        ({"member_states": ("AE",)}, False),
        ({"member_states": ("AE", "SA")}, True),
        ({"fields": ("website",)}, True),
        ({"fields": ("legal_name", "entity_status")}, False),
        ({"fields": ("legal_name", "website")}, True),
        ({"companies": (NOOR_GROUP,)}, True),
        ({"companies": (NOOR_IN_RIYADH,)}, True),
        ({"companies": ("GCC.KW.MOCI.1",)}, False),
        ({"activities": ("62",)}, True),
        ({"activities": ("6201",)}, True),
        ({"activities": ("63", "62")}, True),
        ({"activities": ("620101",)}, False),
        ({"it_only": True}, True),
        ({"it_only": True, "member_states": ("AE",)}, False),
        ({"it_only": True, "activities": ("47",)}, False),
        ({"activities": ("63",)}, False),
        ({"member_states": ("SA",), "fields": ("website",), "activities": ("62",), "companies": (NOOR,)}, True),
        ({"member_states": ("SA",), "fields": ("legal_name",), "activities": ("62",), "companies": (NOOR,)}, False),
        ({"member_states": ("AE",), "fields": ("website",)}, False),
    ],
    ids=str,
)
def test_an_agency_hears_of_what_meets_all_its_wishes(wishes: dict[str, Any], wanted: bool) -> None:
    assert wants(Subscription(agency=AgencyId("zatca"), **wishes), CHANGE, IT) is wanted


def test_an_agency_that_wants_an_activity_is_spared_companies_of_which_none_is_known() -> None:
    change = Register().take(statement(registration(NOOR))).changes[0]
    assert not wants(Subscription(agency=AgencyId("zatca"), activities=("62",)), change, IT)


def test_an_agency_hears_of_the_company_that_leaves_its_state_or_activity() -> None:
    before = registration(NOOR, jurisdiction="SA", activities=[activity("6201")])
    after = registration(NOOR, jurisdiction="KW", activities=[activity("4711")])
    change = Register().take(statement(before), statement(after)).changes[1]
    assert wants(Subscription(agency=AgencyId("zatca"), member_states=("SA",), activities=("62",)), change, IT)


@pytest.mark.parametrize(("code", "wanted"), [("6201", True), ("9511", True), ("4651", False), ("6110", False)])
def test_an_agency_of_it_companies_is_spared_resellers_and_telecoms(code: str, wanted: bool) -> None:
    change = Register().take(statement(registration(NOOR, activities=[activity(code)]))).changes[0]
    assert wants(Subscription(agency=AgencyId("zatca"), it_only=True), change, IT) is wanted


def test_an_agency_of_it_companies_hears_of_the_company_that_gives_it_up() -> None:
    before, after = (registration(NOOR, activities=[activity(code)]) for code in ("6201", "4711"))
    change = Register().take(statement(before), statement(after)).changes[1]
    assert wants(Subscription(agency=AgencyId("zatca"), it_only=True), change, IT)
