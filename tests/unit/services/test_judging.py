"""What a steward may judge, what is meant by an id, and what is said of the consequences."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from readmodel.stewards import Party
from register.ids import CompanyId, RegistrationId
from register.resolution.judgements import Judgement, Verdict
from services.judging import LONGEST, Words, draft, draft_revocation, party_meant, require
from services.problems import CommandProblem, UsageProblem
from tests.unit.register.resolution.linking import judged

ONE, TWO = "BH.SIJILAT.9-1", "BH.SIJILAT.9-3"
HOME, BRANCH = "SA.MC.7001775498", "KW.MOCI.55"
TOGETHER = f"GCC.{HOME}"
NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)


@dataclass
class Book:
    """A register of two companies of one registration each, and one of two; KW's old company id is an alias."""

    held: Sequence[Judgement] = ()

    def company(self, id_: str) -> dict[str, Any] | None:
        by_company: dict[str, list[str]] = {f"GCC.{ONE}": [ONE], f"GCC.{TWO}": [TWO], TOGETHER: [BRANCH, HOME]}
        found = TOGETHER if id_ == f"GCC.{BRANCH}" else id_
        if found == "GCC.QA.MOCI.9":
            return {"company_id": found, "registrations": []}
        members = by_company.get(found)
        if members is None:
            return None
        return {"company_id": found, "registrations": [{"registration_id": one} for one in members]}

    def parties(self, registrations: Iterable[str]) -> Mapping[str, Party]:
        companies = {ONE: f"GCC.{ONE}", TWO: f"GCC.{TWO}", HOME: TOGETHER, BRANCH: TOGETHER}
        return {
            one: Party(registration_id=RegistrationId(one), company_id=CompanyId(companies[one]), legal_name=())
            for one in registrations
            if one in companies
        }

    def judgements(self, registrations: Collection[str] | None = None) -> Sequence[Judgement]:
        return [one for one in self.held if registrations is None or not set(one.pair).isdisjoint(registrations)]


def words(why: str = "seen the deeds", **said: Any) -> Words:
    usual: dict[str, Any] = {"by": "noor", "evidence": (), "judgement_id": "J-2026-03-09-1", "decided_at": NOW}
    return Words(why=why, **{**usual, **said})


def test_a_judgement_names_the_smaller_registration_first_whichever_was_given_first() -> None:
    made = draft(Book(), TWO, ONE, Verdict.SAME, words()).judgement
    assert (made.left, made.right) == (ONE, TWO)
    assert (made.verdict, made.by, made.why, made.decided_at) == (Verdict.SAME, "noor", "seen the deeds", NOW)


@pytest.mark.parametrize("meant", [ONE, ONE.lower(), f"GCC.{ONE}"])
def test_a_registration_is_meant_by_its_id_and_by_that_of_its_company(meant: str) -> None:
    assert party_meant(Book(), meant).registration_id == ONE


@pytest.mark.parametrize(
    ("text", "problem", "said"),
    [
        (TOGETHER, UsageProblem, f"is a company of 2 registrations: say which of them is meant: {BRANCH}, {HOME}"),
        (f"GCC.{BRANCH}", UsageProblem, "is a company of 2 registrations"),
        ("GCC.QA.MOCI.9", CommandProblem, "has no registrations"),
        ("GCC.QA.MOCI.1", CommandProblem, "no company GCC.QA.MOCI.1 in the register"),
        ("QA.MOCI.1", CommandProblem, "no registration QA.MOCI.1 in the register: `sijill search` finds one"),
        ("9-1", UsageProblem, "9-1 is no registration id: write SA.MC.7001775498"),
    ],
)
def test_an_id_that_means_nothing_or_too_much_is_refused(text: str, problem: type[Exception], said: str) -> None:
    with pytest.raises(problem, match=said):
        draft(Book(), text, ONE, Verdict.SAME, words())


def test_a_registration_is_not_judged_against_itself() -> None:
    with pytest.raises(UsageProblem, match="are one registration"):
        draft(Book(), ONE, f"GCC.{ONE}", Verdict.SAME, words())


def test_a_registration_takes_no_judgements_without_end_but_revocations() -> None:
    many = Book([judged(n, HOME, f"KW.R{n}.1") for n in range(999)] + [judged(999, HOME, BRANCH)])
    for pair in ((HOME, ONE), (ONE, HOME)):
        with pytest.raises(CommandProblem, match=f"{HOME} stands in 1,000 judgements"):
            draft(many, *pair, Verdict.SAME, words())
    assert draft(many, BRANCH, ONE, Verdict.SAME, words()).judgement.revokes is None
    assert draft_revocation(many, "j999", words()).judgement.revokes == "j999"


@pytest.mark.parametrize(
    "said", [{"by": " "}, {"by": "x" * 201}, {"why": ""}, {"why": "x" * (LONGEST + 1)}, {"evidence": ("x",) * 21}]
)
def test_who_and_why_must_be_said_and_not_at_any_length(said: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem):
        require(words(**said))


@pytest.mark.parametrize(
    ("pair", "verdict", "held", "follows"),
    [
        ((ONE, TWO), Verdict.SAME, [], [f"GCC.{ONE} and GCC.{TWO} become one company"]),
        ((ONE, TWO), Verdict.DIFFERENT, [], [f"GCC.{ONE} and GCC.{TWO} stay two companies"]),
        ((HOME, BRANCH), Verdict.DIFFERENT, [], [f"{TOGETHER} comes apart: {BRANCH} and {HOME}"]),
        ((HOME, BRANCH), Verdict.SAME, [], [f"{TOGETHER} is one company already"]),
        (
            (ONE, TWO),
            Verdict.UNDECIDED,
            [judged(1, ONE, TWO)],
            ["it overtakes judgement j1 (same, by noor)", "the evidence alone does", "concerned are"],
        ),
    ],
)
def test_what_will_follow_is_said(
    pair: tuple[str, str], verdict: Verdict, held: list[Judgement], follows: list[str]
) -> None:
    made = draft(Book(held), *pair, verdict, words(decided_at=NOW))
    assert len(made.follows) == len(follows)
    assert all(words_ in sentence for words_, sentence in zip(follows, made.follows, strict=True))


def test_a_revocation_names_what_it_takes_back_and_what_holds_then() -> None:
    held = [judged(1, HOME, BRANCH), judged(2, HOME, BRANCH, Verdict.DIFFERENT)]
    made = draft_revocation(Book(held), "j2", words())
    assert (made.judgement.pair, made.judgement.revokes) == ((BRANCH, HOME), "j2")
    assert made.follows == (
        "judgement j2 (different) is taken back",
        "judgement j1 (same, by noor) holds again",
        f"{TOGETHER} is one company already",
    )


def test_a_judgement_on_a_registration_that_is_gone_can_still_be_revoked() -> None:
    made = draft_revocation(Book([judged(1, ONE, "QA.MOCI.1")]), "j1", words())
    assert made.parties[1].company_id == "GCC.QA.MOCI.1"


@pytest.mark.parametrize(
    ("revoked", "said"),
    [
        ("j9", "no judgement j9 in the register"),
        ("j2", "is itself a revocation"),
        ("j1", "was revoked already, by j2"),
    ],
)
def test_what_cannot_be_revoked_is_refused(revoked: str, said: str) -> None:
    book = Book([judged(1, ONE, TWO), judged(2, ONE, TWO, revokes=1)])
    with pytest.raises(CommandProblem, match=said):
        draft_revocation(book, revoked, words())
