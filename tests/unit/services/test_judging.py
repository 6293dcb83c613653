"""What a steward may judge, what is meant by an id, and what is said of the consequences."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from readmodel.stewards import Party
from register.ids import CompanyId, RegistrationId
from register.resolution.judgements import Judgement, Verdict
from services import judging_problems, problems
from services.judgement_drafts import (
    LONGEST,
    LONGEST_NAME,
    MOST_EVIDENCE,
    Effect,
    EffectKind,
    StewardWords,
    draft,
    draft_revocation,
    party_meant,
    require,
)  # fmt: skip
from services.judging import judgements
from services.problems import ServiceProblem
from tests.unit.register.resolution.resolver_fixture import judged

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


def words(why: str = "seen the deeds", **said: Any) -> StewardWords:
    usual: dict[str, Any] = {"by": "noor", "evidence": (), "judgement_id": "J-2026-03-09-1", "decided_at": NOW}
    return StewardWords(why=why, **{**usual, **said})


def test_a_judgement_names_the_smaller_registration_first_whichever_was_given_first() -> None:
    made = draft(Book(), TWO, ONE, Verdict.SAME, words()).judgement
    assert (made.left, made.right) == (ONE, TWO)
    assert (made.verdict, made.by, made.why, made.decided_at) == (Verdict.SAME, "noor", "seen the deeds", NOW)


@pytest.mark.parametrize("meant", [ONE, ONE.lower(), f"GCC.{ONE}"])
def test_a_registration_is_meant_by_its_id_and_by_that_of_its_company(meant: str) -> None:
    assert party_meant(Book(), meant).registration_id == ONE


@pytest.mark.parametrize(
    "problem",
    [
        judging_problems.SeveralRegistrations(company=TOGETHER, registrations=(BRANCH, HOME)),
        judging_problems.SeveralRegistrations(company=f"GCC.{BRANCH}", registrations=(BRANCH, HOME)),
        judging_problems.NothingToJudge(company_id="GCC.QA.MOCI.9"),
        problems.UnknownCompany(id="GCC.QA.MOCI.1"),
        problems.UnknownRegistration(id="QA.MOCI.1"),
        judging_problems.NoRegistrationId(text="9-1"),
    ],
    ids=str,
)
def test_an_id_that_means_nothing_or_too_much_is_refused(problem: ServiceProblem) -> None:
    text = str(next(iter(problem.facts().values())))
    with pytest.raises(type(problem)) as refused:
        draft(Book(), text, ONE, Verdict.SAME, words())
    assert refused.value.facts() == problem.facts()


def test_a_registration_is_not_judged_against_itself() -> None:
    with pytest.raises(judging_problems.OneRegistration) as refused:
        draft(Book(), ONE, f"GCC.{ONE}", Verdict.SAME, words())
    assert refused.value.facts() == {"one": ONE, "two": f"GCC.{ONE}", "registration_id": ONE}


def test_a_registration_takes_no_judgements_without_end_but_revocations() -> None:
    many = Book([judged(n, HOME, f"KW.R{n}.1") for n in range(999)] + [judged(999, HOME, BRANCH)])
    for pair in ((HOME, ONE), (ONE, HOME)):
        with pytest.raises(judging_problems.TooManyJudgements) as refused:
            draft(many, *pair, Verdict.SAME, words())
        assert refused.value.facts() == {"registration_id": HOME, "held": 1_000}
    assert draft(many, BRANCH, ONE, Verdict.SAME, words()).judgement.revokes is None
    assert draft_revocation(many, "j999", words()).judgement.revokes == "j999"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"by": " "}, judging_problems.Unsigned()),
        ({"why": ""}, judging_problems.Unsigned()),
        ({"by": "x" * 201}, judging_problems.NameTooLong(most=LONGEST_NAME)),
        ({"why": "x" * (LONGEST + 1)}, judging_problems.ReasonTooLong(most=LONGEST)),
        ({"evidence": ("x" * (LONGEST + 1),)}, judging_problems.ReasonTooLong(most=LONGEST)),
        ({"evidence": ("x",) * 21}, judging_problems.TooMuchEvidence(most=MOST_EVIDENCE)),
    ],
)
def test_who_and_why_must_be_said_and_not_at_any_length(said: dict[str, Any], problem: ServiceProblem) -> None:
    with pytest.raises(problems.WronglyAsked) as refused:
        require(words(**said))
    assert (type(refused.value), refused.value.facts()) == (type(problem), problem.facts())


@pytest.mark.parametrize(
    ("pair", "verdict", "held", "follows"),
    [
        ((ONE, TWO), Verdict.SAME, [], [(EffectKind.BECOME_ONE, (f"GCC.{ONE}", f"GCC.{TWO}"))]),
        ((ONE, TWO), Verdict.DIFFERENT, [], [(EffectKind.STAY_TWO, (f"GCC.{ONE}", f"GCC.{TWO}"))]),
        ((HOME, BRANCH), Verdict.DIFFERENT, [], [(EffectKind.COMES_APART, (TOGETHER,))]),
        ((HOME, BRANCH), Verdict.SAME, [], [(EffectKind.STAYS_ONE, (TOGETHER,))]),
        ((HOME, BRANCH), Verdict.UNDECIDED, [], [(EffectKind.CONCERNS, (TOGETHER,))]),
        (
            (ONE, TWO),
            Verdict.UNDECIDED,
            [judged(1, ONE, TWO)],
            [
                (EffectKind.OVERTAKES, ()),
                (EffectKind.EVIDENCE_DECIDES, ()),
                (EffectKind.CONCERNS, (f"GCC.{ONE}", f"GCC.{TWO}")),
            ],
        ),
    ],
)
def test_what_will_follow_is_said(
    pair: tuple[str, str],
    verdict: Verdict,
    held: list[Judgement],
    follows: list[tuple[EffectKind, tuple[str, ...]]],
) -> None:
    made = draft(Book(held), *pair, verdict, words(decided_at=NOW))
    effects = [one for one in made.follows if one.kind is not EffectKind.EVIDENCE_DECIDES or held]
    assert [(one.kind, one.companies) for one in effects] == follows
    assert made.follows[-1].registrations == tuple(sorted(pair))


def test_what_is_overtaken_is_named_with_its_verdict_and_its_judge() -> None:
    overtaken = draft(Book([judged(1, ONE, TWO)]), ONE, TWO, Verdict.DIFFERENT, words()).follows[0]
    assert overtaken == Effect(kind=EffectKind.OVERTAKES, judgement_id="j1", verdict=Verdict.SAME, by="noor")


def test_a_revocation_names_what_it_takes_back_and_what_holds_then() -> None:
    held = [judged(1, HOME, BRANCH), judged(2, HOME, BRANCH, Verdict.DIFFERENT)]
    made = draft_revocation(Book(held), "j2", words())
    assert (made.judgement.pair, made.judgement.revokes) == ((BRANCH, HOME), "j2")
    back, again, companies = made.follows
    assert back == Effect(kind=EffectKind.TAKES_BACK, judgement_id="j2", verdict=Verdict.DIFFERENT)
    assert again == Effect(kind=EffectKind.HOLDS_AGAIN, judgement_id="j1", verdict=Verdict.SAME, by="noor")
    assert (companies.kind, companies.companies) == (EffectKind.STAYS_ONE, (TOGETHER,))


def test_a_revocation_of_what_is_overtaken_leaves_what_holds() -> None:
    held = [judged(1, HOME, BRANCH), judged(2, HOME, BRANCH, Verdict.DIFFERENT)]
    _, before, companies = draft_revocation(Book(held), "j1", words()).follows
    assert before == Effect(kind=EffectKind.HOLDS_AS_BEFORE, judgement_id="j2", verdict=Verdict.DIFFERENT, by="noor")
    assert companies.kind is EffectKind.COMES_APART


def test_a_judgement_on_a_registration_that_is_gone_can_still_be_revoked() -> None:
    made = draft_revocation(Book([judged(1, ONE, "QA.MOCI.1")]), "j1", words())
    assert made.parties[1].company_id == "GCC.QA.MOCI.1"


@pytest.mark.parametrize(
    "problem",
    [
        problems.UnknownJudgement(id="j9"),
        judging_problems.IsRevocation(id="j2", revokes="j1"),
        judging_problems.RevokedAlready(id="j1", by="j2"),
    ],
    ids=str,
)
def test_what_cannot_be_revoked_is_refused(problem: ServiceProblem) -> None:
    book = Book([judged(1, ONE, TWO), judged(2, ONE, TWO, revokes=1)])
    with pytest.raises(type(problem)) as refused:
        draft_revocation(book, str(problem.facts()["id"]), words())
    assert refused.value.facts() == problem.facts()


def test_judgements_are_listed_of_all_of_a_registration_and_of_a_company() -> None:
    book = Book([judged(1, ONE, TWO), judged(2, HOME, BRANCH), judged(3, "QA.MOCI.77", HOME)])
    listed = [[one.judgement.judgement_id for one in judgements(book, id_)] for id_ in (None, ONE.lower(), TOGETHER)]
    assert listed == [["j1", "j2", "j3"], ["j1"], ["j2", "j3"]]
    assert [one.judgement.judgement_id for one in judgements(book, "QA.MOCI.77")] == ["j3"]  # withdrawn since
    with pytest.raises(problems.UnknownCompany):
        judgements(book, "GCC.QA.MOCI.1")
