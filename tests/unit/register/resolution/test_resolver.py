"""Who is one company with whom, and who never."""

from collections import Counter
from itertools import pairwise

import pytest

from register.changes import Cause
from register.resolution.cases import CaseKind
from register.resolution.clusters import BRANCHES_MOST, MEMBERS_MOST, SHARED_MOST
from register.resolution.judgements import Verdict
from tests.unit.register.resolution.resolver_fixture import Desk, judged, says, silent

HOME, BRANCH, OTHER = "SA.MC.7001775498", "KW.MOCI.1", "QA.MOCI.9"
LEI, OTHER_LEI = "21380011VBTSTZCFBT87", "5586001AUTHM8I9Y6H23"


def test_a_branch_joins_the_home_that_it_names_whichever_comes_first() -> None:
    for said in ([says(HOME), says(BRANCH, home=HOME)], [says(BRANCH, home=HOME), says(HOME)]):
        desk = Desk()
        for one in said:
            desk.take(one)
        assert {desk.company(HOME), desk.company(BRANCH)} == {f"GCC.{HOME}"}
        assert [move.cause for move in desk.moves] == [Cause.MERGE]


def test_a_home_that_nobody_has_registered_joins_nobody() -> None:
    desk = Desk()
    desk.take(says(BRANCH, home=HOME), says(OTHER, home=HOME))
    assert desk.company(BRANCH) != desk.company(OTHER)


def test_evidence_taken_back_splits_exactly() -> None:
    desk = Desk()
    desk.take(says(HOME), says(BRANCH, home=HOME), says(OTHER, home=HOME))
    moved = desk.take(says(BRANCH))
    assert [(move.registration_id, move.cause) for move in moved.moves] == [(BRANCH, Cause.UNMERGE)]
    assert desk.company(BRANCH) == f"GCC.{BRANCH}"
    assert desk.company(OTHER) == f"GCC.{HOME}"


def test_an_entry_withdrawn_whole_leaves_its_company() -> None:
    desk = Desk()
    desk.take(says(HOME), says(BRANCH, home=HOME))
    desk.take(silent(HOME))
    assert desk.company(BRANCH) == f"GCC.{BRANCH}"


def test_one_lei_is_one_company_and_the_smallest_id_names_it() -> None:
    desk = Desk()
    desk.take(says(f"XG.LEI.{LEI}", lei=LEI), says(HOME, lei=LEI), says(BRANCH, lei=LEI))
    assert set(desk.companies.values()) == {f"GCC.{BRANCH}"}


def test_an_identifier_that_too_many_share_links_none_of_them_and_is_shown() -> None:
    desk = Desk()
    many = [f"KW.R{number}.1" for number in range(SHARED_MOST + 1)]
    desk.take(*(says(one, lei=LEI) for one in many[:-1]))
    assert len(set(desk.companies.values())) == 1
    desk.take(says(many[-1], lei=LEI))
    assert len(set(desk.companies.values())) == len(many)
    assert [case.kind for case in desk.cases.values()] == [CaseKind.SHARED_TOO_WIDELY]
    desk.take(says(many[3]))
    assert len(set(desk.companies.values())) == 2
    assert not desk.cases


def test_two_entries_of_one_register_are_never_merged_by_evidence() -> None:
    desk = Desk()
    desk.take(says(HOME), says("KW.MOCI.1", home=HOME), says("KW.MOCI.2", home=HOME))
    assert desk.company("KW.MOCI.1") == f"GCC.{HOME}"
    assert desk.company("KW.MOCI.2") == "GCC.KW.MOCI.2"
    (case,) = desk.cases.values()
    assert case.kind is CaseKind.LINK_REFUSED
    assert "KW.MOCI.1 and KW.MOCI.2 are two entries of one register" in case.reason


def test_a_number_that_replaced_another_is_the_same_entry_named_by_the_number_of_today() -> None:
    old, new = "SA.MC.1010307349", "SA.MC.7001775498"
    desk = Desk()
    desk.take(says(old, outdated=True), says(BRANCH, home=old))
    assert desk.company(BRANCH) == f"GCC.{old}"
    desk.take(says(new, renumbered=[old]))
    assert set(desk.companies.values()) == {f"GCC.{new}"}
    assert not desk.cases


def test_different_leis_and_different_legal_forms_are_a_veto() -> None:
    desk = Desk()
    desk.take(says(HOME, lei=LEI), says(BRANCH, home=HOME, lei=OTHER_LEI))
    desk.take(says("AE.NER.1", legal_class="LIMITED"), says("BH.SIJILAT.5-1", home="AE.NER.1", legal_class="SHARES"))
    assert len(set(desk.companies.values())) == 4
    reasons = " / ".join(case.reason for case in desk.cases.values())
    assert "their LEI differ" in reasons
    assert "their legal forms are of different classes: LIMITED, SHARES" in reasons


def test_an_entry_that_carries_two_leis_is_joined_to_neither_and_is_shown() -> None:
    desk = Desk()
    desk.take(says(HOME, lei=LEI), says(BRANCH, lei=(LEI, OTHER_LEI)), says(OTHER, lei=OTHER_LEI))
    assert len(set(desk.companies.values())) == 3
    assert [case.kind for case in desk.cases.values()] == [CaseKind.LINK_REFUSED] * 2
    assert all(f"{BRANCH} carries several: LEI:{LEI}, LEI:{OTHER_LEI}" in one.reason for one in desk.cases.values())


def test_an_identifier_that_too_many_carry_neither_forbids_nor_makes_another_doubtful() -> None:
    desk = Desk()
    crowd = [says(f"KW.R{number}.1", lei=OTHER_LEI) for number in range(SHARED_MOST + 1)]
    desk.take(*crowd, says(HOME, lei=LEI), says(BRANCH, lei=(LEI, OTHER_LEI)), says(OTHER, home=HOME, lei=OTHER_LEI))
    assert {desk.company(BRANCH), desk.company(OTHER)} == {f"GCC.{HOME}"}
    assert [case.kind for case in desk.cases.values()] == [CaseKind.SHARED_TOO_WIDELY]


def test_a_shared_stem_is_two_companies_and_one_case() -> None:
    desk = Desk()
    desk.take(says("BH.SIJILAT.9-1", stem="BH.SIJILAT.9"), says("BH.SIJILAT.9-3", stem="BH.SIJILAT.9"))
    assert len(set(desk.companies.values())) == 2
    assert [case.registrations for case in desk.cases.values()] == [("BH.SIJILAT.9-1", "BH.SIJILAT.9-3")]
    desk.take(judgements=[judged(1, "BH.SIJILAT.9-1", "BH.SIJILAT.9-3", Verdict.DIFFERENT)])
    assert not desk.cases


def test_a_malformed_identifier_links_nothing_and_is_shown() -> None:
    desk = Desk()
    desk.take(says(HOME, malformed=["LEI:N/A"]), says(BRANCH, malformed=["LEI:N/A"]))
    assert len(set(desk.companies.values())) == 2
    assert {case.kind for case in desk.cases.values()} == {CaseKind.MALFORMED}


def test_a_judgement_takes_apart_what_evidence_joined_and_revoking_it_joins_them_again() -> None:
    desk = Desk()
    desk.take(says(HOME), says(BRANCH, home=HOME))
    apart = desk.take(judgements=[judged(1, HOME, BRANCH, Verdict.DIFFERENT)])
    assert [(move.registration_id, move.cause, move.trigger) for move in apart.moves] == [
        (BRANCH, Cause.UNMERGE, judged(1, HOME, BRANCH, Verdict.DIFFERENT))
    ]
    assert [case.kind for case in desk.cases.values()] == [CaseKind.CONTRADICTION]
    again = desk.take(judgements=[judged(2, HOME, BRANCH, Verdict.UNDECIDED, revokes=1)])
    assert [(move.registration_id, move.cause) for move in again.moves] == [(BRANCH, Cause.MERGE)]
    assert not desk.cases


def test_the_later_judgement_holds_whichever_is_read_first() -> None:
    same, different = judged(1, HOME, OTHER), judged(2, OTHER, HOME, Verdict.DIFFERENT)
    for order in ([same, different], [different, same]):
        desk = Desk()
        desk.take(says(HOME), says(OTHER))
        for one in order:
            desk.take(judgements=[one])
        assert desk.company(OTHER) == f"GCC.{OTHER}"


def test_judged_the_same_joins_against_the_evidence_and_says_so() -> None:
    desk = Desk()
    desk.take(says("KW.MOCI.1"), says("KW.MOCI.2"), judgements=[judged(1, "KW.MOCI.1", "KW.MOCI.2")])
    assert desk.company("KW.MOCI.2") == "GCC.KW.MOCI.1"
    assert [case.kind for case in desk.cases.values()] == [CaseKind.CONTRADICTION]


def test_a_company_has_sixty_four_registrations_at_most_whoever_judges() -> None:
    desk = Desk()
    ids = [f"KW.R{number:03}.1" for number in range(70)]
    desk.take(*map(says, ids), judgements=[judged(n, a, b) for n, (a, b) in enumerate(pairwise(ids))])
    sizes = Counter(desk.companies.values())
    assert max(sizes.values()) == MEMBERS_MOST
    assert "more than 64 registrations" in next(iter(desk.cases.values())).reason


@pytest.mark.slow
def test_a_hub_of_ten_thousand_branches_is_shown_and_links_none() -> None:
    desk = Desk()
    desk.take(says(HOME))
    for start in range(0, 10_000, 2_000):
        desk.take(*(says(f"KW.R{number}.1", home=HOME) for number in range(start, start + 2_000)))
    assert len(set(desk.companies.values())) == 10_001
    assert [case.kind for case in desk.cases.values()] == [CaseKind.SHARED_TOO_WIDELY]
    assert len(desk.cases[f"wide/home/{HOME}"].registrations) == BRANCHES_MOST + 1


@pytest.mark.slow
def test_a_hub_of_ten_thousand_judgements_links_none_and_keeps_decisions_alone() -> None:
    desk = Desk()
    many = [f"KW.R{number}.1" for number in range(10_000)]
    desk.take(says(HOME), *map(says, many))
    for start in range(0, 10_000, 2_000):
        desk.take(judgements=[judged(n, HOME, many[n]) for n in range(start, start + 2_000)])
    assert len(set(desk.companies.values())) == 10_001
    kept = desk.store[f"registration/{HOME}"].judgements
    assert (len(kept), {(one.why, one.evidence) for one in kept}) == (10_000, {("", ())})


def test_what_parts_together_joins_nobody_from_elsewhere() -> None:
    desk = Desk()
    desk.take(says(HOME), says(BRANCH, home=HOME), says(OTHER, home=HOME))
    desk.moves.clear()
    desk.take(says(BRANCH), says(OTHER, home=BRANCH))
    assert desk.company(OTHER) == desk.company(BRANCH) == f"GCC.{BRANCH}"
    assert [(move.cause, move.told_by_both) for move in desk.moves] == [(Cause.UNMERGE, False)] * 2


def test_what_parts_and_joins_others_is_news_to_both_companies() -> None:
    desk = Desk()
    desk.take(says(HOME), says(BRANCH, home=HOME), says(OTHER))
    desk.moves.clear()
    desk.take(says(BRANCH, home=OTHER))
    assert [(move.cause, move.told_by_both) for move in desk.moves] == [(Cause.UNMERGE, True)]
