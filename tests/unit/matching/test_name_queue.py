"""Which names are in the stewards' queue: whatever the order in which names, companies and judgements came."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.suggesting.queue_changes import StatedNaming
from register.names.word_match_kind import How
from register.resolution.cases import CaseKind
from register.resolution.judgements import Judgement, Verdict
from tests.unit.matching.name_queue_fixture import NEARLY, WHOLE, Desk, called, nameless
from tests.unit.register.resolution.resolver_fixture import judged

ARABIC = "بستان الذهبية للتجارة ذ.م.م"
ENGLISH = "Boustan Golden Trading LLC"
IN_KUWAIT, IN_RIYADH, IN_MUSCAT = "KW.MOCI.12345", "SA.MC.7001775498", "OM.MOCIIP.1000001"


PAIR = (IN_KUWAIT, IN_RIYADH)


def test_an_arabic_and_an_english_name_of_two_states_are_one_row_with_score_and_reasons() -> None:
    desk = Desk().take(called(IN_KUWAIT, ARABIC)).take(called(IN_RIYADH, ENGLISH))
    (case,) = desk.seen.values()
    assert case.case_id == f"name/{IN_KUWAIT}/{IN_RIYADH}"
    assert case.kind is CaseKind.SIMILAR_NAME
    assert case.registrations == PAIR
    assert case.about == f"{ARABIC} | {ENGLISH}"
    assert 300 <= (case.score or 0) <= 1000
    assert {(one.left, one.right): one.how for one in case.words} == {
        ("بستان", "boustan"): How.TRANSLITERATED,
        ("ذهبيه", "golden"): How.TRANSLATED,
        ("تجاره", "trading"): How.TRANSLATED,
    }
    assert "«بستان» sounds as «boustan»; «ذهبيه» means «golden»" in case.reason


def test_a_row_says_which_words_have_no_partner() -> None:
    lei = called("XG.LEI.21380011VBTSTZCFBT87", ENGLISH, jurisdiction="KW")
    desk = Desk().take(called(IN_KUWAIT, "بستان الذهبية للتجارة الدولية"), lei)
    (case,) = desk.seen.values()
    assert "only the first has «دوليه»" in case.reason


def test_a_registration_with_names_in_both_scripts_is_one_row_by_the_names_that_are_most_alike() -> None:
    desk = Desk().take(called(IN_KUWAIT, ARABIC, ENGLISH), called(IN_RIYADH, "Boustan Golden Trading", ENGLISH))
    (case,) = desk.seen.values()
    assert case.about == f"{ENGLISH} | {ENGLISH}"


def test_registrations_of_one_company_are_no_row_and_a_row_closes_when_they_become_one() -> None:
    together = called(IN_KUWAIT, ARABIC, company=IN_RIYADH)
    assert not Desk().take(together, called(IN_RIYADH, ENGLISH)).seen
    desk = Desk().take(called(IN_KUWAIT, ARABIC), called(IN_RIYADH, ENGLISH)).take(together)
    assert not desk.seen
    assert not desk.kept
    assert desk.take(called(IN_KUWAIT, ARABIC)).pairs() == {PAIR}


def test_two_entries_of_one_register_are_two_companies_by_its_own_account() -> None:
    assert not Desk().take(called(IN_KUWAIT, ARABIC), called("KW.MOCI.999", ENGLISH)).seen
    leis = (f"XG.LEI.{lei}" for lei in ("21380011VBTSTZCFBT87", "984500F4A4B7A0A6ED12"))
    assert not Desk().take(*(called(lei, ENGLISH, jurisdiction="KW") for lei in leis)).seen


def test_a_row_closes_when_a_name_changes_or_an_entry_is_withdrawn() -> None:
    desk = Desk().take(called(IN_KUWAIT, ARABIC), called(IN_RIYADH, ENGLISH))
    assert not desk.take(called(IN_RIYADH, "Marjan Systems LLC")).seen
    assert desk.take(called(IN_RIYADH, ENGLISH)).pairs() == {PAIR}
    assert not desk.take(nameless(IN_KUWAIT)).seen
    assert not desk.take(nameless(IN_RIYADH)).kept


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT])
def test_a_row_closes_when_a_steward_judged_it_and_opens_again_when_that_is_revoked(verdict: Verdict) -> None:
    desk = Desk().take(called(IN_KUWAIT, ARABIC), called(IN_RIYADH, ENGLISH))
    assert not desk.take(judgements=[judged(1, IN_RIYADH, IN_KUWAIT, verdict)]).seen
    assert not desk.restart().take(called(IN_RIYADH, ENGLISH, "Boustan Trading")).seen
    revoked = judged(2, IN_KUWAIT, IN_RIYADH, Verdict.UNDECIDED, revokes=1)
    assert desk.take(judgements=[revoked]).pairs() == {PAIR}


def test_a_judgement_that_decides_nothing_leaves_the_row() -> None:
    desk = Desk().take(called(IN_KUWAIT, ARABIC), called(IN_RIYADH, ENGLISH))
    assert desk.take(judgements=[judged(1, IN_KUWAIT, IN_RIYADH, Verdict.UNDECIDED)]).pairs() == {PAIR}


def test_a_judgement_that_came_before_the_names_counts() -> None:
    desk = Desk().take(judgements=[judged(1, IN_KUWAIT, IN_RIYADH, Verdict.DIFFERENT)])
    assert not desk.take(called(IN_KUWAIT, ARABIC), called(IN_RIYADH, ENGLISH)).seen


def test_a_judgement_on_two_registrations_holds_for_their_companies() -> None:
    branch = called("BH.SIJILAT.1-2", ARABIC, company=IN_KUWAIT)
    desk = Desk().take(called(IN_KUWAIT, ARABIC), called(IN_RIYADH, ENGLISH), branch)
    assert len(desk.seen) == 1
    assert not desk.take(judgements=[judged(1, IN_KUWAIT, IN_RIYADH, Verdict.DIFFERENT)]).seen
    assert len(desk.take(called("BH.SIJILAT.1-2", ARABIC)).seen) == 2  # a company of its own, which nobody judged


def test_the_second_best_comes_up_when_the_best_is_judged() -> None:
    close, closer = called(IN_KUWAIT, "Boustan Golden Trading"), called(IN_MUSCAT, ENGLISH)
    desk = Desk().take(called(IN_RIYADH, ENGLISH), closer, close)
    assert (IN_MUSCAT, IN_RIYADH) in desk.pairs()
    desk.take(judgements=[judged(1, IN_MUSCAT, IN_RIYADH, Verdict.DIFFERENT)])
    assert (IN_MUSCAT, IN_RIYADH) not in desk.pairs()
    assert (IN_KUWAIT, IN_RIYADH) in desk.pairs()


def test_each_company_has_its_best_suggestion_and_no_other() -> None:
    many = [called(f"OM.MOCIIP.{number}", f"Boustan Golden Trading {number}") for number in range(10, 60)]
    desk = Desk().take(*many, called(IN_RIYADH, ENGLISH))
    assert len(desk.seen) <= len(many)
    assert all(IN_RIYADH in pair for pair in desk.pairs())


@pytest.mark.slow
def test_a_company_of_a_thousand_branches_asks_few_of_its_names_and_is_one_row() -> None:
    name = "Boustan Marjan Zumurrud Qurtuba Trading LLC"
    branches = [called(f"AE.Z{number}.1", name, company=IN_RIYADH) for number in range(1_000)]
    desk = (
        Desk().take(*branches, called(IN_RIYADH, name)).take(called(IN_KUWAIT, "بستان مرجان زمرد قرطبة للتجارة ذ.م.م"))
    )
    assert len(desk.seen) == 1


def test_a_company_that_is_renamed_keeps_the_suggestions_of_others_right() -> None:
    desk = Desk().take(called(IN_KUWAIT, ARABIC), called(IN_RIYADH, ENGLISH), called(IN_MUSCAT, ENGLISH))
    desk.take(called(IN_RIYADH, "Marjan Systems LLC"))
    assert desk.pairs() == {(IN_KUWAIT, IN_MUSCAT)}


# Names that are alike or not, with nothing in between: what is near to the threshold, or to another, the day decides.
STRANGERS = {
    IN_KUWAIT: "Marjan Systems",
    IN_RIYADH: "Zumurrud Logistics",
    IN_MUSCAT: "Falak Insurance",
    "BH.SIJILAT.1-1": "Sadaf Fisheries",
    "QA.MOCI.77": "Rimal Transport",
    "AE.NER.10000001": "Warqa Printing",
    "KW.MOCI.7": "Nahda Schools",
    "SA.MC.7000000001": "Jabal Quarries",
}
OWN = list(STRANGERS)
SAID = st.dictionaries(
    st.sampled_from(OWN),
    st.tuples(
        st.lists(st.sampled_from([ENGLISH, ARABIC, WHOLE, NEARLY]), max_size=2, unique=True), st.sampled_from(OWN)
    ),
    min_size=2,
)
JUDGED = st.lists(
    st.tuples(st.sampled_from(OWN), st.sampled_from(OWN), st.sampled_from(Verdict)).filter(
        lambda one: one[0] != one[1]
    ),
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(SAID, JUDGED, st.data())
def test_the_queue_made_anew_goes_on_as_the_one_before(
    said: dict[str, tuple[list[str], str]], judged_pairs: list[tuple[str, str, Verdict]], data: st.DataObject
) -> None:
    steps: list[tuple[StatedNaming | None, Judgement | None]] = [
        *((called(own, *(names or [STRANGERS[own]]), company=company), None) for own, (names, company) in said.items()),
        *((None, judged(number, *pair)) for number, pair in enumerate(judged_pairs)),
    ]
    one, other = Desk(), Desk()
    for naming, judgement in data.draw(st.permutations(steps)):
        batch = () if naming is None else (naming,)
        one.take(*batch, judgements=() if judgement is None else [judgement])
        other.restart().take(*batch, judgements=() if judgement is None else [judgement])
    assert one.pairs() == other.pairs()
    assert one.namings == other.namings


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(SAID, JUDGED, st.data())
def test_any_order_and_any_batches_give_the_same_queue(
    said: dict[str, tuple[list[str], str]], judged_pairs: list[tuple[str, str, Verdict]], data: st.DataObject
) -> None:
    namings = [called(own, *(names or [STRANGERS[own]]), company=company) for own, (names, company) in said.items()]
    judgements = [judged(number, *pair) for number, pair in enumerate(judged_pairs)]
    at_once = Desk().take(*namings, judgements=judgements)
    desk = Desk()
    steps: list[StatedNaming | Judgement] = [*namings, *judgements]
    for step in data.draw(st.permutations(steps)):
        if isinstance(step, Judgement):
            desk.take(judgements=[step])
        else:
            desk.take(called(step[0], "Zahrat Al Madaen Flowers"))  # under another name first
            desk.take(step)
    assert desk.pairs() == at_once.pairs()
