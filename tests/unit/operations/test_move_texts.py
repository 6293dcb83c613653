"""How merges and unmerges are told to a person: which registration, from or to where, and why."""

from typing import Any

import pytest

from operations.move_texts import explained_in_words, move_in_words, reason_in_words
from register.registration import Registration
from register.resolution.judgements import Judgement
from services.moves import ExplainedChange, MoveReasons, move_in
from tests.unit.register.companies import members, registration
from tests.unit.register.stating import identifier
from tests.unit.services.sample_moves import BACK, BRANCH, DIFFERENT, GLEIF, HOME, LEI, OLD, change, reason


def why(moved: dict[str, Any], *known: Registration, judgements: tuple[Judgement, ...] = ()) -> str:
    told = ExplainedChange(
        change=moved, move=move_in(moved), reason=MoveReasons(members(*known), judgements).behind(moved)
    )
    said = explained_in_words(told)
    assert said is not None
    who, _, why = said.partition(", because ")
    assert told.move is not None
    assert (who, why) == (move_in_words(told.move), reason_in_words(reason(moved, *known, judgements=judgements)))
    return why


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (change(joined=BRANCH), "KW.MOCI.55 joined, from GCC.KW.MOCI.55 (merge)"),
        (change(left=BRANCH, cause="UNMERGE"), "KW.MOCI.55 left, for GCC.KW.MOCI.55 (unmerge)"),
        (
            change(joined=BRANCH, cause="UNMERGE", company_id=f"GCC.{BRANCH}", related=[f"GCC.{HOME}"]),
            "KW.MOCI.55 came back, from GCC.SA.MC.7001775498 (unmerge)",
        ),
        (
            change(company_id=f"GCC.{BRANCH}", related=["GCC.QA.MOCI.9"]),
            "its registration went on to GCC.QA.MOCI.9 (merge)",
        ),
        (change(cause="SOURCE", related=[]), None),
    ],
)
def test_who_moved_and_where(told: dict[str, Any], words: str | None) -> None:
    move = move_in(told)
    assert (None if move is None else move_in_words(move)) == words
    assert words is not None or explained_in_words(ExplainedChange(change=told, move=None, reason=None)) is None


def test_a_branch_joined_because_it_names_its_home() -> None:
    branch = registration(BRANCH, home_registration=str(HOME))
    assert why(change(joined=BRANCH), branch, registration(HOME)) == f"its event e1 names {HOME} as its home"


def test_a_home_joined_because_a_branch_names_it() -> None:
    branch = registration(BRANCH, home_registration=str(HOME))
    told = change(joined=HOME, company_id=f"GCC.{BRANCH}", related=[f"GCC.{HOME}"], registrations=[BRANCH, HOME])
    assert why(told, branch, registration(HOME)) == f"event e1 of {BRANCH} names it as its home"


def test_two_joined_because_both_carry_one_identifier() -> None:
    home = registration(HOME, identifiers=[identifier("LEI", LEI)])
    assert why(change(joined=GLEIF), home, registration(GLEIF)) == f"it and {HOME} both carry LEI:{LEI}"


def test_an_entry_joined_because_it_is_another_under_a_former_number() -> None:
    home = registration(HOME, identifiers=[identifier("SA.CR", "1010307349")])
    assert why(change(joined=OLD), home, registration(OLD)) == f"it is {HOME} under another number"


def test_what_left_is_told_from_the_company_that_it_went_to() -> None:
    """The alias's own change names the other company only; its home is the registration that one is named for."""
    told = change(left=BRANCH, company_id=f"GCC.{BRANCH}", related=[f"GCC.{HOME}"], registrations=[BRANCH])
    branch = registration(BRANCH, home_registration=str(HOME))
    assert why(told, branch, registration(HOME)) == f"its event e1 names {HOME} as its home"


def test_evidence_that_is_gone_since_leaves_the_event_to_be_named() -> None:
    assert why(change(joined=BRANCH), registration(BRANCH)) == f"event kw-1 of {BRANCH} (registered) linked them"
    assert why(change(left=BRANCH, cause="UNMERGE")) == f"event kw-1 of {BRANCH} (registered) ended what linked them"


def test_a_judgement_is_told_with_who_and_why() -> None:
    by_one = change(left=BRANCH, cause="UNMERGE", judgement="j1")
    assert why(by_one, judgements=(DIFFERENT, BACK)) == (
        f"noor judged {BRANCH} and {HOME} different: seen the deeds (judgement j1)"
    )
    assert why(change(joined=BRANCH, judgement="j2"), judgements=(DIFFERENT, BACK)) == (
        "noor took judgement j1 back: seen the deeds (judgement j2)"
    )
    assert why(by_one) == "of judgement j1"
