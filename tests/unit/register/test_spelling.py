"""One number has one spelling, and what stands for nothing is no number and no name."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from register.identifiers.spelling import is_placeholder, says_nothing, spelled

FOR_NOTHING = [
    "nan",
    "NaN",
    "NAN",
    "<NA>",
    "undefined",
    "null",
    "(null)",
    "NULL",
    "nil",
    "None",
    "#REF!",
    "#N/A",
    "#NAME?",
    "#VALUE!",
    "#DIV/0!",
    "#NULL!",
    "#NUM!",
    "NaT",
    "<nil>",
    "N/A",
    "n.a.",
    "[object_Object]",
    "object_Object",
    "true",
    "false",
    "TRUE",
    "inf",
    "-inf",
    "-",
    "?",
    "???",
    '""',
    "''",
    "«»",
    ";",
    "[]",
    "{}",
    "#N/A_N/A",
    "-1.#IND",
    "1.#QNAN",
    "none_none",
    "undefined_undefined",
    "&nbsp;",
    "%!s(<nil>)",
    "null,_null",
    "___",
    "_",
    "TBD",
    "Not_Available",
    "not-specified",
    "غير_محدد",
    "غير_معروف",
    "لا_يوجد",
    "لا_شيء",
    "بدون",
    "غير_متوفر",
    "غير_متاح",
    "فارغ",
    "غیر_محدد",
    "غیر_متاح",
    "لا_یوجد",
    "غيـــر_محدد",
    "غَيْرُ_مُحَدَّد",
    "؟",
    "،",
    "لا_شئ",
    "لا_شيئ",
    "غير_متوفره",
    "ﻏﻴﺮ_ﻣﺤﺪﺩ",
    "\u200fبدون\u200f",
    "ｎｕｌｌ",
    "ｎ／ａ",
    "n\u200bull",
    "＃ＲＥＦ！",
    "𝐍𝐮𝐥𝐥",
]
NAMES = ["Nan Trading", "True Co", "Null Island WLL", "Name", "Value", "Infinity", "Nana", "Nile", "بدون حدود", "النور"]
NAMES += [
    "شركة فارغ للتجارة",
    "None of Your Business LLC",
    "# One LLC",
    "#1 Null",
    "7",
    "0000",
    "999999",
    "B",
    "Ö",
    "中",
    "ア",
]
NUMBERS = [
    "7001775498",
    "9-1",
    "1111",
    "12345",
    "CN-1065923",
    "N-1",
    "NA-12",
    "INF-7",
    "٤٥٦٧",
    "س-12",
    "100000",
    "TRUE1",
]
SPELLED = {
    "cn-12": "CN-12",
    "12\u200b345": "12345",
    "١٢٣٤٥": "12345",
    "۱۲۳۴۵": "12345",
    "１２３４５": "12345",
    "१२": "12",
    "12\u20113": "12-3",
    "12\u00ad3": "123",
    "12\uff0d3": "12-3",
    "1\u03012\u0308": "12",
    "ﬁ-1": "FI-1",
    "①②": "12",
    "12\U000e0031": "12",
    "1\ufe0f2\ufe0f": "12",
    "1\x002": "12",
    "e\u0301-9": "E-9",
    "\u00e9-9": "E-9",
    "1\u31642": "12",
    "سـ1": "س1",
    "أ-1": "أ-1",
    "ﺃ-1": "أ-1",
}


@pytest.mark.parametrize("value", [one.replace("_", " ").replace("\\u200b", "\u200b") for one in FOR_NOTHING])
def test_what_programs_write_for_nothing_is_no_number_and_no_name(value: str) -> None:
    for written in (
        value,
        f" {value} ",
        f"\u200f{value}\u200e",
        value.upper(),
        value.lower(),
        value.replace(" ", "\u00a0"),
    ):
        assert says_nothing(written)
        assert is_placeholder(written)


@pytest.mark.parametrize(
    "value", ["", "\u200b\u200f", "\u00a0", "\u0301", "\u3164\u2800", "\U000e0041", "\x00", "\ud800", "ـــ"]
)
def test_what_shows_nothing_is_no_number_and_no_name(value: str) -> None:
    assert says_nothing(value)
    assert is_placeholder(value)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_holds_such_a_word_is_a_name(name: str) -> None:
    assert not says_nothing(name)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_holds_such_a_word_is_a_number(number: str) -> None:
    assert not is_placeholder(number)


@pytest.mark.parametrize(("written", "compact"), SPELLED.items())
def test_a_number_has_one_spelling(written: str, compact: str) -> None:
    assert spelled(written) == compact


def test_a_raised_digit_is_not_a_digit() -> None:
    assert spelled("12²") == "12²"


@given(st.text(max_size=20))
@example("ŉ")
@example("\u0130")
@example("\ufdfa")
@example("\u1e9b\u0323")
def test_a_spelling_is_its_own_spelling(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)
    assert is_placeholder(spelled(text)) or not is_placeholder(text)


@given(st.text(alphabet=st.characters(categories=["Cf", "Mn", "Zs"]), max_size=4), st.sampled_from(["12345", "CN-1"]))
def test_invisible_characters_make_no_other_number(invisible: str, number: str) -> None:
    assert spelled(number[:1] + invisible + number[1:] + invisible) == number


@pytest.mark.parametrize(
    "number", ["nan nan", "NaN NaN", "None None", "null-null", "NULL_NULL", "\\N", "1E+11", "1e+5"]
)
def test_a_number_that_repeats_a_word_for_nothing_or_was_rounded_is_no_number(number: str) -> None:
    assert is_placeholder(number)
    assert is_placeholder(spelled(number))


def test_short_words_twice_may_be_names_and_numbers_with_an_e_may_be_numbers() -> None:
    assert not says_nothing("Nana")
    assert says_nothing("\\N")
    assert [is_placeholder(one) for one in ("1E5", "1212", "ABAB", "NANA")] == [False] * 4
