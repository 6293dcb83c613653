"""An Arabic name finds its English one, with the reasons; and a stranger stays out of the queue."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.names.how import How
from schemas.name_glossary import name_glossary
from streams.suggestions.suggester import THRESHOLD, Suggester

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


def _suggester(names: list[str], state: str = "AE") -> Suggester:
    made = Suggester(name_glossary())
    for name in names:
        made.add(name, name, state)
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
    assert [one.key for one in names.suggest("مرجان سيستمز ذ.م.م", "AE")] == ["limited", "free zone", "abroad"]


def test_a_name_that_was_taken_out_or_changed_is_suggested_no_more() -> None:
    names = _suggester(NAMES)
    assert names.remove("Cloud Data Solutions Co.")
    assert not names.remove("Cloud Data Solutions Co.")
    names.add("BinTahnoon Holding", "Zahrat Al Madaen Flowers", "AE")
    assert names.suggest("شركة حلول البيانات السحابية", "AE") == ()
    assert names.suggest("بن طحنون القابضة", "AE") == ()
    assert names.suggest("زهور زهرة المدائن", "AE")[0].key == "BinTahnoon Holding"
    assert len(names) == len(NAMES) - 1


def test_a_name_of_common_words_is_found_among_thousands_that_share_each_of_them() -> None:
    chance = random.Random(1)
    common = ["Gulf", "National", "Insurance", "Trading", "Group", "Holding", "Industries", "International", "Services"]
    crowd = {" ".join(chance.sample(common, 2)) + f" {number}" for number in range(4_000)}
    names = _suggester([*crowd, "Gulf National Insurance Company"])
    assert names.suggest("شركة الخليج الوطنية للتأمين", "AE")[0].key == "Gulf National Insurance Company"


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
