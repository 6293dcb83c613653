"""Names that people take for the same are found under the same words."""

import csv
import doctest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.names import folded, normalisation, tokens

GLEIF = Path(__file__).resolve().parents[3] / "producers" / "feeds" / "data" / "gcc_lei.csv"

SAME = [
    ("شركة عنوان القهوة للتجارة", "شركه عنوان القهوه للتجاره"),
    ("شركة الدريس للخدمات البترولية والنقليات", "شركة الدريس الخدمات البترولية و النقليات"),
    ("مؤسسة النكاس للتجارة - فرع", "موسسة النكاس للتجارة فرع"),
    ("شركة البابطين للطاقة والإتصالات", "شركة البابطين للطاقة والاتصالات"),
    ("الإلكترونيات الحديثة", "إلكترونيات حديثة"),
    ("الإلكترونيات الحديثة", "الكترونيات الحديثه"),
    ("بيع الفواكه والخضروات الطازجة", "بيع الفواكة والخضروات الطازجه"),
    ("العيادة البيطرية الامريكية", "العِيَادَة البيطريّة الأمريكية"),
    ("شركة الظفرة ﺑﻲ في 2 للطاقة ذ.م.م", "شركة الظفرة بي في ٢ للطاقة ذ م م"),  # presentation forms, as GLEIF has them
    ("ﻓﻴﺮﺗﻜﺲ ﻛﺎﺑﻴﺘﺎل", "فيرتكس كابيتال"),
    ("شـركـة الـنـور", "شركة النور"),
    ("مستشفى الشفاء", "مستشفي الشفا"),
    ("آل ثاني القابضة", "ال ثاني القابضه"),
    ("شركة ٱلنور", "شركة النور"),
    ("بنک ایران", "بنك ايران"),
    ("\u202bشركة النور\u202c", "شركة النور"),
    ("FAKHRO SHIPPING AGENCY W.L.L", "Fakhro Shipping Agency WLL"),
    ("Al-Babtain Power", "AL BABTAIN POWER"),
    ("Patronus Wealth Privé (DIFC) Limited", "PATRONUS WEALTH PRIVE DIFC LIMITED"),
    ("Golden Falcon Global – F.Z.E.", "Golden Falcon Global FZE"),
    ("McDonald's", "McDonald\u2019s"),
    ("CÔNG TY TNHH", "cong ty tnhh"),
    ("ＡＢＣ Trading", "abc trading"),
]
DIFFERENT = [
    ("بنك برقان", "بنك بوبيان"),
    ("شركة النور", "شركة النورس"),
    ("Al Noor 1", "Al Noor 2"),
    ("سي – بونكس م.م.ح/ذ.م.م", "سي بونكس ممحذمم"),  # two legal forms are two words
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_a_name_fold_to_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert folded(one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize("word", ["الله", "الفا", "للا", "وال", "ال"])
def test_the_article_is_not_taken_from_a_word_that_would_lose_its_root(word: str) -> None:
    assert folded(word) == word


def test_the_article_goes_with_and_and_with_for() -> None:
    assert tokens("التجارة والصناعة للطاقة") == ("تجاره", "صناعه", "طاقه")


def test_a_text_without_letters_or_digits_folds_to_nothing() -> None:
    assert folded(" - (.) ـ \u200f") == ""
    assert tokens("") == ()


def test_single_letters_make_one_word_but_digits_do_not_join_it() -> None:
    assert tokens("A B C Trading 1 2") == ("abc", "trading", "1", "2")
    assert tokens("م.م.ح/ذ.م.م") == ("ممح", "ذمم")


@given(st.text())
def test_any_text_folds_to_words_without_capitals_marks_or_blanks(text: str) -> None:
    words = tokens(text)
    assert folded(text) == " ".join(words)
    assert all(word and word == word.strip() and "\u0640" not in word for word in words)
    assert folded(text.upper().lower()) == folded(text.upper().lower().casefold())


@given(st.text(alphabet="اأإآبتةهىيوؤئل ", min_size=1, max_size=30))
def test_hamza_and_dots_never_change_what_an_arabic_name_folds_to(text: str) -> None:
    plain = text.translate(str.maketrans("أإآةىؤئ", "اااهيوي"))
    assert folded(text) == folded(plain)


def test_every_real_name_folds_to_something() -> None:
    with GLEIF.open(encoding="utf-8", newline="") as file:
        assert [row["lei"] for row in csv.DictReader(file) if not tokens(row["legal_name"])] == []


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(normalisation).failed == 0
