"""A merge and an unmerge are told once to each agency that is concerned, with both ids, whatever it subscribed to."""

from collections.abc import Iterable
from typing import Any

import pytest

from register.changes import Cause, Change, Trigger
from register.company import Company
from register.events import ref_of
from register.history import History
from register.ids import AgencyId, CompanyId, RegistrationId, company_id
from register.merge import Statement, merge
from register.registration import Registration
from register.resolution.assignments import Assignment, statements_of
from register.subscriptions import MOVES, Subscription, wants
from schemas.facts.it_companies import it_companies
from schemas.facts.precedence import precedence
from tests.unit.register.companies import registration, statement
from tests.unit.register.stating import activity, event

HOME, BRANCH = RegistrationId("SA.MC.7001775498"), RegistrationId("KW.MOCI.55")
SECOND, STRANGER = RegistrationId("OM.MOCIIP.7"), RegistrationId("QA.MOCI.9")
IT = it_companies().classes


class Moving:
    """The companies of a few registrations, and what was told while they moved."""

    def __init__(self, *known: Registration) -> None:
        self.companies: dict[CompanyId, Company] = {}
        self.changes: list[Change] = []
        self._known = {one.registration_id: one for one in known}
        self._at = {one: company_id(one) for one in self._known}
        self._take(statement(one, company_id(one.registration_id)) for one in known)

    def move(self, one: RegistrationId, to: RegistrationId, cause: Cause, told_by_both: bool = False) -> list[Change]:
        """Move a registration to the company that is named for another one; gives the changes that this led to."""
        assignment = Assignment(
            registration_id=one,
            company_id=company_id(to),
            cause=cause,
            trigger=Trigger(registration_id=one, event=ref_of(event(2, of=one))),
            told_by_both=told_by_both,
        )
        told = len(self.changes)
        self._take(statements_of(assignment, History(registration=self._known[one], company_id=self._at[one])))
        self._at[one] = company_id(to)
        return self.changes[told:]

    def merge(self, one: RegistrationId, to: RegistrationId) -> list[Change]:
        return self.move(one, to, Cause.MERGE)

    def part(self, one: RegistrationId, to: RegistrationId | None = None) -> list[Change]:
        return self.move(one, to or one, Cause.UNMERGE)

    def state(self, changed: Registration) -> list[Change]:
        """Let a registration state something else, wherever it is."""
        told = len(self.changes)
        self._known[changed.registration_id] = changed
        self._take([statement(changed, self._at[changed.registration_id])])
        return self.changes[told:]

    def _take(self, statements: Iterable[Statement]) -> None:
        for one in statements:
            merged = merge(one, self.companies.get(one.company_id), precedence())
            if merged.company is not None:
                self.companies[one.company_id] = merged.company
            if merged.change is not None:
                self.changes.append(merged.change)


def moving() -> Moving:
    """A home in SA that sells, a branch in KW that programs, a second branch and a stranger."""
    return Moving(
        registration(HOME, name="Home", activities=[activity("4741")]),
        registration(BRANCH, name="Branch", activities=[activity("6201")]),
        registration(SECOND, name="Second"),
        registration(STRANGER, name="Stranger"),
    )


def told_to(changes: Iterable[Change], **wishes: Any) -> list[Change]:
    """Keep what an agency with these wishes hears of."""
    subscription = Subscription(agency=AgencyId("zatca"), **wishes)
    return [one for one in changes if wants(subscription, one, IT)]


CONCERNED: list[dict[str, Any]] = [
    {},
    {"member_states": ("SA",)},
    {"member_states": ("KW",)},
    {"member_states": ("SA", "KW")},
    {"companies": (f"GCC.{HOME}",)},
    {"companies": (f"GCC.{BRANCH}",)},
    {"companies": (f"GCC.{HOME}", f"GCC.{BRANCH}")},
    {"companies": (HOME,)},
    {"companies": (BRANCH,)},
    {"fields": (MOVES,)},
    {"fields": ("website", MOVES), "member_states": ("KW",), "companies": (f"GCC.{BRANCH}",)},
    {"activities": ("4741",)},
    {"activities": ("62",)},
    {"it_only": True},
    {"it_only": True, "member_states": ("KW",), "fields": (MOVES,)},
]
SPARED: list[dict[str, Any]] = [
    {"member_states": ("QA", "AE")},
    {"companies": (f"GCC.{STRANGER}",)},
    {"fields": ("website",)},
    {"activities": ("61",)},
]


@pytest.mark.parametrize("wishes", CONCERNED, ids=str)
def test_who_is_concerned_hears_of_a_merge_once_and_of_an_unmerge_once_with_both_ids(wishes: dict[str, Any]) -> None:
    register = moving()
    for changes, cause in ((register.merge(BRANCH, HOME), Cause.MERGE), (register.part(BRANCH), Cause.UNMERGE)):
        [told] = told_to(changes, **wishes)
        assert told.cause is cause
        assert {told.company_id, *told.related} == {f"GCC.{HOME}", f"GCC.{BRANCH}"}
        assert BRANCH in (told.joined, told.left)
        assert len(changes) == 2  # the other company has its version, too


@pytest.mark.parametrize("wishes", SPARED, ids=str)
def test_who_is_not_concerned_hears_of_neither(wishes: dict[str, Any]) -> None:
    register = moving()
    assert told_to([*register.merge(BRANCH, HOME), *register.part(BRANCH)], **wishes) == []


@pytest.mark.parametrize("followed", [f"GCC.{BRANCH}", BRANCH, f"GCC.{HOME}", HOME])
def test_who_follows_an_id_that_merged_away_goes_on_with_the_survivor(followed: str) -> None:
    register = moving()
    register.merge(BRANCH, HOME)
    [told] = told_to(register.state(registration(HOME, name="Home", website="home.sa")), companies=(followed,))
    assert told.company_id == f"GCC.{HOME}"


def test_who_follows_an_id_is_spared_the_survivor_once_they_are_apart() -> None:
    register = moving()
    register.merge(BRANCH, HOME)
    register.part(BRANCH)
    changes = register.state(registration(HOME, name="Home", website="home.sa"))
    assert told_to(changes, companies=(f"GCC.{BRANCH}",)) == []
    assert len(told_to(changes, companies=(f"GCC.{HOME}",))) == 1


def test_each_registration_that_parts_with_others_is_told_once() -> None:
    register = moving()
    register.merge(BRANCH, HOME)
    register.merge(SECOND, HOME)
    changes = [*register.part(BRANCH), *register.part(SECOND, BRANCH)]
    assert [(one.company_id, one.left) for one in told_to(changes)] == [
        (f"GCC.{HOME}", BRANCH),
        (f"GCC.{HOME}", SECOND),
    ]


def test_a_registration_that_parts_and_joins_others_is_news_to_both_companies() -> None:
    register = moving()
    register.merge(BRANCH, HOME)
    changes = register.move(BRANCH, STRANGER, Cause.UNMERGE, told_by_both=True)
    assert [(one.company_id, one.related) for one in told_to(changes, member_states=("SA",))] == [
        (f"GCC.{HOME}", (f"GCC.{STRANGER}",))
    ]
    assert [(one.company_id, one.related) for one in told_to(changes, member_states=("QA",))] == [
        (f"GCC.{STRANGER}", (f"GCC.{HOME}",))
    ]
    assert len(changes) == 3  # the company named for the branch hears where it is now, and tells nobody


def test_an_agency_can_follow_the_homes_of_branches_alone() -> None:
    register = moving()
    register.state(registration(BRANCH, name="Branch", is_branch=True))
    register.merge(BRANCH, HOME)
    changes = [
        *register.state(registration(HOME, name="Home", website="home.sa")),
        *register.state(registration(HOME, name="Home", website="home.sa", entity_status="SUSPENDED")),
    ]
    [told] = told_to(changes, member_states=("KW",), fields=("home_status",))
    assert (told.before, told.after["home_status"]) == ({"entity_status": "ACTIVE"}, "SUSPENDED")
