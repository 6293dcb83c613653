"""Every identifier scheme takes real numbers, refuses what is none, and gives the same answer to the same number."""

import csv
import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register import identifiers
from register.identifiers import SCHEMES, InvalidIdentifier, check, is_placeholder
from register.identifiers.problems import InvalidCheckDigits, InvalidForm, Placeholder
from register.identifiers.spelling import LONGEST

MODULES = [module.name for module in pkgutil.iter_modules(identifiers.__path__, "register.identifiers.")]
GLEIF = Path(__file__).resolve().parents[3] / "producers" / "feeds" / "data" / "gcc_lei.csv"

REAL = [
    ("LEI", "21380011VBTSTZCFBT87"),
    ("LEI", "254900YUIQ5K1GW6DC95"),
    ("SA.UNN", "7001775498"),
    ("SA.UNN", "7018056114"),
    ("SA.CR", "1010307349"),
    ("SA.CR", "4030053868"),
    ("BH.CR", "9-1"),
    ("BH.CR", "1256-1"),
    ("OM.CR", "1024567"),
    ("AE.NER", "11085461"),
    ("AE.LICENCE", "CN-1020637-1"),
    ("KW.CR", "12345"),
    ("QA.CR", "101850"),
]
WRONG = [
    ("LEI", "21380011VBTSTZCFBT78", InvalidCheckDigits),  # the last two digits exchanged
    ("LEI", "21380011VBTSTZCFBT8", InvalidForm),
    ("LEI", "21380011VBTSTZCFBTXX", InvalidForm),
    ("SA.UNN", "1010307349", InvalidForm),  # a CR number where the unified number belongs
    ("SA.UNN", "70017754980", InvalidForm),
    ("SA.UNN", "7000000000", Placeholder),
    ("SA.CR", "101030734", InvalidForm),
    ("SA.CR", "0000000000", Placeholder),
    ("BH.CR", "9", InvalidForm),
    ("BH.CR", "1234567-1", InvalidForm),
    ("BH.CR", "0-0", Placeholder),
    ("OM.CR", "999999", Placeholder),
    ("OM.CR", "12345678", InvalidForm),
    ("AE.NER", "CN-1065923", InvalidForm),
    ("AE.LICENCE", "N/A", Placeholder),
    ("KW.CR", "لا يوجد", Placeholder),
    ("KW.CR", "", Placeholder),
    ("QA.CR", "1" + "0123456789" * 7, InvalidForm),
]


@pytest.mark.parametrize("module", ["register.identifiers", *MODULES])
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


@pytest.mark.parametrize(("scheme", "number"), REAL)
def test_a_real_number_is_valid_and_stays_as_it_is(scheme: str, number: str) -> None:
    assert SCHEMES[scheme].validate(number) == number
    assert SCHEMES[scheme].is_valid(number)
    assert check(scheme, number) is None


@pytest.mark.parametrize(("scheme", "number", "fault"), WRONG)
def test_what_is_no_number_is_refused_for_its_reason(scheme: str, number: str, fault: type[InvalidIdentifier]) -> None:
    with pytest.raises(fault):
        SCHEMES[scheme].validate(number)
    assert not SCHEMES[scheme].is_valid(number)
    said = check(scheme, number)
    assert said is not None
    assert scheme in said


def test_digits_of_an_arabic_keyboard_and_invisible_marks_do_not_make_another_number() -> None:
    assert SCHEMES["SA.UNN"].validate("\u200f٧٠٠١٧٧٥٤٩٨\u200e") == "7001775498"
    assert SCHEMES["BH.CR"].validate("٩‐١") == "9-1"


def test_a_scheme_nobody_knows_is_not_judged() -> None:
    assert check("XX.TAX", "0000") is None


@pytest.mark.parametrize(
    "value", ["", " ", "-", "0", "0000", "00-00", "9999", "N/A", "n.a.", "None", "XXX", "غير متوفر"]
)
def test_a_value_that_only_fills_the_field_is_a_placeholder(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["7001775498", "9-1", "9-9", "999", "1111", "5", "1111-1", "100000", "CN-1000000"])
def test_a_short_or_round_number_may_be_real(value: str) -> None:
    assert not is_placeholder(value)


@given(st.sampled_from(sorted(SCHEMES)), st.text(max_size=2 * LONGEST))
def test_any_text_gets_an_answer_and_a_valid_number_is_compact(scheme: str, text: str) -> None:
    module = SCHEMES[scheme]
    if module.is_valid(text):
        valid = module.validate(text)
        assert valid == module.compact(valid) == module.validate(valid)
        assert len(valid) <= LONGEST
        assert check(scheme, text) is None
    else:
        assert check(scheme, text) is not None


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18), st.integers(0, 19))
def test_one_mistyped_character_of_an_lei_is_found(body: str, place: int) -> None:
    number = int("".join(str(int(character, 36)) for character in body + "00"))
    lei = f"{body}{98 - number % 97:02d}"
    if is_placeholder(lei):
        return
    assert SCHEMES["LEI"].is_valid(lei)
    one, other = ("1", "2") if lei[place].isdigit() else ("K", "L")
    wrong = one if lei[place] != one else other
    assert not SCHEMES["LEI"].is_valid(lei[:place] + wrong + lei[place + 1 :])


def test_gleif_s_own_file_has_five_leis_with_wrong_check_digits() -> None:
    with GLEIF.open(encoding="utf-8", newline="") as file:
        odd = [row["lei"] for row in csv.DictReader(file) if not SCHEMES["LEI"].is_valid(row["lei"])]
    assert len(odd) == 5
    assert all(lei.startswith("558600") for lei in odd)
