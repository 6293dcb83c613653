"""An Arabic name finds its English one, with the reasons; and a stranger stays out of the queue."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.suggesting.suggester import THRESHOLD, Suggester
from register.names.word_match_kind import How
from schemas.facts.name_glossary import name_glossary

PAIRS = [
    ("شركة النخيل الذهبي للاستثمار", "Golden Palm Investment Company"),
    ("مصرف الساحل الشرقي", "Eastern Coast Bank"),
    ("مؤسسة سالم بن راشد للمقاولات العامة", "Salem Bin Rashed General Contracting Est."),
    ("زمرد تكنولوجي كونسلت ذ.م.م", "Zumurrud Technology Consult L.L.C"),
    ("شركة حلول البيانات السحابية", "Cloud Data Solutions Co."),
    ("دي كيو زد للخدمات اللوجستية", "DQZ Logistics Services"),
    ("بن طحنون القابضة", "BinTahnoon Holding"),
    ("الشركة الخليجية لصناعة الأنابيب", "Gulf Pipe Manufacturing Company"),
    ("مطاعم ومقاهي قرطبة", "Qurtuba Restaurants & Cafes"),
    ("مجموعة فخر الدين التعليمية", "Fakhruddin Educational Group"),
    ("أكاديمية نكست جين للبرمجة", "NextGen Programming Academy"),
    ("شركة جوهرة الصحراء للسياحة والسفر", "Desert Jewel Travel & Tourism"),
]
NAMES = [english for _, english in PAIRS]


def _suggester(names: list[str], jurisdiction: str = "AE") -> Suggester:
    made = Suggester(name_glossary())
    for name in names:
        made.add(name, name, jurisdiction)
    return made


@pytest.mark.parametrize(("arabic", "english"), PAIRS)
def test_an_arabic_name_finds_its_english_one(arabic: str, english: str) -> None:
    best = _suggester(NAMES).suggest(arabic, "AE")[0]
    assert best.key == english
    assert best.score >= THRESHOLD


@pytest.mark.parametrize(("arabic", "english"), PAIRS)
def test_an_english_name_finds_its_arabic_one(arabic: str, english: str) -> None:
    assert _suggester([name for name, _ in PAIRS]).suggest(english, "AE")[0].key == arabic


@pytest.mark.parametrize(("arabic", "english"), PAIRS)
def test_a_name_whose_company_is_not_known_stays_out_of_the_queue(arabic: str, english: str) -> None:
    assert _suggester([name for name in NAMES if name != english]).suggest(arabic, "AE") == ()


def test_the_reasons_say_word_by_word_what_belongs_together() -> None:
    (found,) = _suggester(["Boustan Golden Trading LLC"]).suggest("بستان الذهبية للتجارة الدولية ذ.م.م", "AE")
    told = {(reason.asked, reason.known): reason.how for reason in found.reasons}
    assert told == {
        ("بستان", "boustan"): How.TRANSLITERATED,
        ("ذهبيه", "golden"): How.TRANSLATED,
        ("تجاره", "trading"): How.TRANSLATED,
        ("دوليه", ""): How.LEFT_OVER,
    }
    weights = {reason.known: reason.weight for reason in found.reasons}
    assert weights["boustan"] > weights["golden"] > weights["trading"]


def test_the_same_legal_form_and_the_same_state_decide_between_equals() -> None:
    names = Suggester(name_glossary())
    names.add("free zone", "Marjan Systems FZE", "AE")
    names.add("limited", "Marjan Systems LLC", "AE")
    names.add("abroad", "Marjan Systems LLC", "OM")
    names.add("abroad, free zone", "Marjan Systems FZE", "OM")
    found = [one.key for one in names.suggest("مرجان سيستمز ذ.م.م", "AE", least=0.0)]
    assert (found[0], found[-1]) == ("limited", "abroad, free zone")


def test_a_name_that_was_taken_out_or_changed_is_suggested_no_more() -> None:
    names = _suggester(NAMES)
    assert names.remove("Cloud Data Solutions Co.")
    assert not names.remove("Cloud Data Solutions Co.")
    names.add("BinTahnoon Holding", "Zahrat Al Madaen Flowers", "AE")
    assert names.suggest("شركة حلول البيانات السحابية", "AE") == ()
    assert names.suggest("بن طحنون القابضة", "AE") == ()
    assert names.suggest("زهور زهرة المدائن", "AE")[0].key == "BinTahnoon Holding"
    assert len(names) == len(NAMES) - 1


@pytest.mark.slow
def test_a_name_of_common_words_is_found_among_thousands_that_share_each_of_them() -> None:
    chance = random.Random(1)
    common = ["Gulf", "National", "Insurance", "Trading", "Group", "Holding", "Industries", "International", "Services"]
    crowd = {" ".join(chance.sample(common, 2)) + f" {number}" for number in range(4_000)}
    names = _suggester([*crowd, "Gulf National Insurance Company"])
    assert names.suggest("شركة الخليج الوطنية للتأمين", "AE")[0].key == "Gulf National Insurance Company"


def _score(asked: str, known: str, jurisdiction: str = "AE") -> float:
    """Score two names alone."""
    (found,) = _suggester([known], jurisdiction).suggest(asked, jurisdiction, least=0.0)
    return found.score


def _odds(probability: float) -> float:
    return probability / (1 - probability)


@pytest.mark.parametrize(
    ("asked", "right", "wrong"),
    [
        ("صندوق بستان الثاني", "Boustan Fund II", "Boustan Fund III"),
        ("بستان للطاقة 2", "Boustan Energy 2", "Boustan Energy 3"),
        ("بستان كابيتال الثالثة", "Boustan Capital 3", "Boustan Capital 4"),
        ("Boustan Sukuk 2014 Limited", "Boustan Sukuk 2014 Ltd", "Boustan Sukuk 2015 Ltd"),
    ],
)
def test_names_whose_numbers_differ_are_two_companies(asked: str, right: str, wrong: str) -> None:
    assert _score(asked, right) >= THRESHOLD > _score(asked, wrong)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("الشركة الوطنية للتأمين", "الشركة الوطنية للأسمنت"),
        ("بنك الخليج الدولي", "Gulf Trading Bank"),
        ("شركة مرجان للسياحة", "Zumurrud Tourism Company"),
        ("الشركة العربية للاستثمار", "Arabian Trading Company"),
        ("شركة العقارية", "Agor Company"),
        ("شركة مشاعر القابضة", "شركة مشاريع القابضة"),
    ],
)
def test_common_words_and_a_mere_likeness_of_spelling_make_no_row(asked: str, known: str) -> None:
    assert _score(asked, known) < THRESHOLD


@pytest.mark.parametrize(
    ("asked", "known"), [("بنك الساحل القطري", "Coast Bank"), ("شركة الساحل القطرية", "Coast Company")]
)
def test_the_country_that_it_is_in_is_often_left_out_of_a_name(asked: str, known: str) -> None:
    assert _odds(_score(asked, known, "QA")) > 2 * _odds(_score(asked, known, "AE"))


def test_two_words_of_one_script_and_one_meaning_are_seldom_one_name() -> None:
    ahli, watani = "مصرف الساحل الأهلي", "مصرف الساحل الوطني"
    assert _odds(_score(ahli, ahli)) > 4 * _odds(_score(ahli, watani))
    assert _score(watani, "National Coast Bank") > _score(watani, ahli)


@pytest.mark.parametrize(
    ("asked", "known"), [("مجموعة بستان للتأمين", "Boustan Insurance Company"), ("شركة مرجان", "Marjan Corporation")]
)
def test_what_says_only_that_it_is_a_body_is_exchanged_freely(asked: str, known: str) -> None:
    assert _score(asked, known) >= THRESHOLD


@pytest.mark.slow
@given(st.permutations(NAMES), st.sampled_from(PAIRS))
def test_the_order_in_which_names_became_known_does_not_matter(names: list[str], pair: tuple[str, str]) -> None:
    asked = pair[0]
    assert _suggester(names).suggest(asked, "AE", least=0.0)[0] == _suggester(NAMES).suggest(asked, "AE", least=0.0)[0]


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_names_score_between_0_and_1(known: str, asked: str) -> None:
    for found in _suggester([known]).suggest(asked, "KW", least=0.0):
        assert 0.0 <= found.score <= 1.0
        assert all(0.0 <= reason.share <= 1.0 and reason.weight > 0 for reason in found.reasons)


@given(st.sampled_from(NAMES))
def test_a_name_is_its_own_best_suggestion(name: str) -> None:
    assert _suggester(NAMES).suggest(name, "AE")[0].key == name
