"""Pairs of similar names that are kept back: one of the two companies has a much better suggestion."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from matching.suggesting.best_pairs import BestPairs
from matching.suggesting.queue_changes import StatedNaming
from register.ids import company_id, registration_id
from register.resolution.judgements import Verdict
from tests.unit.matching.name_queue_fixture import NEARLY, WHOLE, Desk, called, nameless
from tests.unit.register.resolution.resolver_fixture import judged

LEI = "XG.LEI.21380011VBTSTZCFBT87"
OWN_ENTRY, NEAR_DOUBLE = "KW.MOCI.12345", "KW.MOCI.999"
THREE = [called(LEI, WHOLE, jurisdiction="KW"), called(OWN_ENTRY, WHOLE), called(NEAR_DOUBLE, NEARLY)]


def test_a_near_double_is_a_row_where_nothing_better_is_known() -> None:
    assert Desk().take(called(LEI, WHOLE, jurisdiction="KW"), called(NEAR_DOUBLE, NEARLY)).pairs() == {
        (NEAR_DOUBLE, LEI)
    }


@pytest.mark.parametrize("order", list(permutations(THREE)))
def test_a_pair_far_behind_the_best_of_one_company_is_kept_back_in_any_order(order: Sequence[StatedNaming]) -> None:
    desk = Desk()
    for said in order:
        desk.take(said)
    assert desk.pairs() == {(OWN_ENTRY, LEI)}
    assert set(desk.kept) == {f"name/{own}/{LEI}" for own in (OWN_ENTRY, NEAR_DOUBLE)}
    assert desk.restart().take(nameless("OM.MOCIIP.1000001")).pairs() == {(OWN_ENTRY, LEI)}


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_pair_kept_back_comes_with_its_reasons_when_the_better_one_is_judged(
    verdict: Verdict, *, restarted: bool
) -> None:
    desk = Desk().take(*THREE)
    (desk.restart() if restarted else desk).take(judgements=[judged(1, OWN_ENTRY, LEI, verdict)])
    assert desk.pairs() == {(NEAR_DOUBLE, LEI)}
    (case,) = desk.seen.values()
    assert "only the first has «falak»" in case.reason
    assert case.words
    desk.take(judgements=[judged(2, OWN_ENTRY, LEI, Verdict.UNDECIDED, revokes=1)])
    assert desk.pairs() == {(OWN_ENTRY, LEI)}


def test_a_pair_kept_back_comes_when_the_better_one_is_withdrawn_or_its_company_moves() -> None:
    desk = Desk().take(*THREE)
    assert desk.take(nameless(OWN_ENTRY)).pairs() == {(NEAR_DOUBLE, LEI)}
    assert desk.take(called(OWN_ENTRY, WHOLE)).pairs() == {(OWN_ENTRY, LEI)}
    assert desk.take(called(OWN_ENTRY, WHOLE, company=LEI)).pairs() == set()  # one register lists both: no row
    assert desk.take(called(OWN_ENTRY, WHOLE)).pairs() == {(OWN_ENTRY, LEI)}


def test_a_company_of_three_states_has_a_row_for_each() -> None:
    desk = Desk().take(
        called(OWN_ENTRY, WHOLE), called("SA.MC.7001775498", WHOLE), called(LEI, WHOLE, jurisdiction="KW")
    )
    assert {(OWN_ENTRY, LEI)} < desk.pairs()
    assert any("SA.MC.7001775498" in pair for pair in desk.pairs())


ONE, OTHER, THIRD = (registration_id("KW", "MOCI", str(number)) for number in (1, 2, 3))
BEST, BEHIND = f"name/{ONE}/{OTHER}", f"name/{OTHER}/{THIRD}"


@pytest.mark.parametrize(
    ("best", "behind", "shown"),
    [(950, 950, True), (950, 660, True), (950, 640, False), (1000, 910, True), (1000, 900, False), (510, 500, True)],
)
def test_a_pair_is_shown_when_its_odds_are_a_tenth_of_the_best(best: int, behind: int, *, shown: bool) -> None:
    bests = BestPairs()
    bests.set_best(company_id(OTHER), BEST)
    bests.set_best(company_id(THIRD), BEHIND)
    bests.set_scores({BEST: best, BEHIND: behind})
    assert bests.is_near_the_best(BEHIND, map(company_id, (OTHER, THIRD))) is shown
    assert bests.is_near_the_best(BEST, map(company_id, (ONE, OTHER)))


def test_what_is_dropped_leaves_nothing() -> None:
    bests = BestPairs()
    bests.set_best(company_id(OTHER), BEST)
    bests.set_scores({BEST: 900})
    bests.set_shown(BEST, shown=False)
    assert (bests.cases_about([ONE]), bests.is_shown(BEST)) == ({BEST}, False)
    assert bests.remove_best(company_id(OTHER)) == BEST
    bests.remove(BEST)
    assert bests.cases_about([ONE, OTHER]) == set()
    assert (bests.best_of(company_id(OTHER)), bests.companies_of(BEST)) == (None, ())
    assert bests.is_shown(BEST)
