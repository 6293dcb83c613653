"""What an agency may follow: every door gets the same checks, before anything is sent."""

import asyncio
from typing import Any

import pytest

from register.ids import MEMBER_STATES, AgencyId
from register.subscriptions import MOVES, Subscription
from runtime.settings import Settings
from services import problems
from services.member_states import member_state_named
from services.problems import ServiceProblem
from services.subscribing import FIELDS, agency_named, is_id, require, subscribe
from tests.unit.register.stating import NOOR

WRONG = [
    ({"agency": AgencyId("No Agency")}, problems.WrongAgency(text="No Agency", longest=63)),
    ({"agency": AgencyId("x" * 64)}, problems.WrongAgency(text="x" * 64, longest=63)),
    ({"member_states": ("XX", "SA", "sa")}, problems.UnknownMemberStates(names=("XX", "sa"), known=MEMBER_STATES)),
    ({"member_states": ("",)}, problems.UnknownMemberStates(names=("",), known=MEMBER_STATES)),
    ({"fields": ("legal_name", "name")}, problems.UnknownFields(names=("name",), known=FIELDS)),
    ({"activities": ("62", "software")}, problems.NoActivity(text="software")),
    ({"activities": ("62011",)}, problems.NoActivity(text="62011")),
    ({"activities": ("٦٢",)}, problems.NoActivity(text="٦٢")),
    ({"activities": ("",)}, problems.NoActivity(text="")),
    ({"companies": (str(NOOR), "7001775498")}, problems.NoId(text="7001775498")),
]


@pytest.mark.parametrize(("wishes", "problem"), WRONG, ids=[type(problem).__name__ for _, problem in WRONG])
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_nobody_can_follow_is_refused_before_kafka_is_asked(
    wishes: dict[str, Any], problem: ServiceProblem, dry_run: bool
) -> None:
    nowhere = Settings(kafka="127.0.0.1:1")
    wanted = Subscription(**{"agency": AgencyId("zatca"), **wishes})
    with pytest.raises(type(problem)) as refused:
        asyncio.run(subscribe(nowhere, wanted, dry_run=dry_run))
    assert refused.value.facts() == problem.facts()


def test_every_wish_that_can_be_followed_is_taken() -> None:
    wanted = Subscription(
        agency=AgencyId("zatca-2"),
        member_states=MEMBER_STATES,
        fields=(*FIELDS, MOVES),
        activities=("6", "62", "620", "6201"),
        companies=(NOOR, f"GCC.{NOOR}"),
        it_only=True,
    )
    require(wanted)
    asyncio.run(subscribe(Settings(kafka="127.0.0.1:1"), wanted, dry_run=True))


@pytest.mark.slow
def test_a_dry_run_says_that_a_subscription_is_too_large() -> None:
    many = tuple(f"GCC.SA.{'X' * 24}.{number:064}" for number in range(180_000))
    with pytest.raises(problems.SubscriptionTooLarge) as refused:
        asyncio.run(subscribe(Settings(), Subscription(agency=AgencyId("zatca"), companies=many), dry_run=True))
    assert (refused.value.companies, refused.value.size > refused.value.most) == (180_000, True)


def test_words_are_taken_as_people_write_them() -> None:
    assert (member_state_named("sa"), agency_named("zatca")) == ("SA", "zatca")
    assert [is_id(one) for one in (NOOR, f"GCC.{NOOR}", "GCC.", "12345")] == [True, True, False, False]
    with pytest.raises(problems.UnknownMemberStates) as unknown:
        member_state_named("fr")
    assert unknown.value.names == ("FR",)
