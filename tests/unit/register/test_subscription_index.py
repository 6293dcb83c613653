"""The index over all subscriptions answers as `wants` does for each, and one that changes costs its own length."""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.ids import AgencyId, CompanyId, RegistrationId
from register.subscription_index import SubscriptionIndex
from register.subscriptions import MOVES, Filtered, Subscription, wants

IT: Final = frozenset({"6201", "6202", "9511"})
REGISTRATIONS = [f"{member_state}.MOCI.{number}" for member_state in ("KW", "QA") for number in range(4)]
IDS = [*REGISTRATIONS, *(f"GCC.{one}" for one in REGISTRATIONS)]


def some(values: list[str], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most).map(tuple)


wishes = st.fixed_dictionaries(
    {
        "member_states": some(["AE", "KW", "QA"]),
        "activities": some(["6", "62", "6201", "95", "4711", "47"]),
        "companies": some(IDS, most=6),
        "fields": some(["legal_name", "website", MOVES]),
        "it_only": st.booleans(),
    }
)
changes = st.builds(
    Filtered,
    company_id=st.sampled_from([CompanyId(f"GCC.{one}") for one in REGISTRATIONS]),
    follows=st.sampled_from([None, None, None, CompanyId("GCC.KW.MOCI.1")]),
    fields_changed=some(["legal_name", "website", "is_branch"]),
    registrations=some(REGISTRATIONS).map(lambda ids: tuple(map(RegistrationId, ids))),
    related=some([f"GCC.{one}" for one in REGISTRATIONS], most=1).map(lambda ids: tuple(map(CompanyId, ids))),
    jurisdictions=some(["AE", "KW", "QA"]),
    isic4_classes=some(["6201", "6110", "4711", "9511"]),
)
agencies = st.sampled_from([AgencyId(f"agency-{number}") for number in range(6)])


@given(st.lists(st.tuples(agencies, st.none() | wishes), max_size=20), st.lists(changes, min_size=1, max_size=6))
def test_the_index_names_who_wants_a_change_whatever_was_put_replaced_and_removed_before(
    told: list[tuple[AgencyId, dict[str, Any] | None]], happened: list[Filtered]
) -> None:
    index, standing = SubscriptionIndex(IT), dict[AgencyId, Subscription]()
    for agency, wished in told:
        if wished is None:
            index.remove(agency)
            standing.pop(agency, None)
        else:
            standing[agency] = Subscription(agency=agency, **wished)
            index.put(standing[agency])
    assert len(index) == len(standing)
    for change in happened:
        found = list(index.wanting(change))
        assert len(found) == len(set(found))
        assert set(found) == {agency for agency, one in standing.items() if wants(one, change, IT)}


@pytest.mark.slow
def test_a_subscription_that_changes_touches_its_own_values_and_nothing_of_the_others() -> None:
    index = SubscriptionIndex(IT)
    many = tuple(f"KW.MOCI.{number}" for number in range(100_000))
    assert index.put(Subscription(agency=AgencyId("many"), companies=many)) == len(many)
    for number in range(1_000):
        index.put(Subscription(agency=AgencyId(f"a{number}"), member_states=("KW",), companies=many[:10]))
    assert index.put(Subscription(agency=AgencyId("a7"), member_states=("QA",), companies=many[:10])) == 2
    assert index.put(Subscription(agency=AgencyId("many"), companies=(*many[1:], "QA.MOCI.1"))) == 2
    assert index.remove(AgencyId("a7")) == 11
    assert index.remove(AgencyId("a7")) == 0


def test_an_id_that_is_stated_twice_or_in_both_forms_is_forgotten_as_one() -> None:
    index = SubscriptionIndex(IT)
    index.put(Subscription(agency=AgencyId("qcb"), companies=("KW.MOCI.1", "GCC.KW.MOCI.1", "KW.MOCI.1")))
    assert index.put(Subscription(agency=AgencyId("qcb"), companies=("KW.MOCI.2",))) == 2
    change = Filtered(CompanyId("GCC.KW.MOCI.1"), None, ("website",), (), (), (), ())
    assert list(index.wanting(change)) == []
