"""What a publisher wrote cannot act on a terminal: it is shown, in tables as in JSON."""

import json
import sys
import unicodedata
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.safe_text import as_json, isolated, shown, shown_lines

REACHING: Final = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
ALL: Final = "".join(map(chr, range(sys.maxunicode + 1)))
ANY_TEXT: Final = st.text(st.characters(exclude_categories=()))  # lone surrogates as well


def acts(one: str) -> bool:
    """Whether Unicode's own tables call a character a control, a line break, a surrogate, or bidi that reaches out."""
    return unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(one) in REACHING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[2J\x1b[H\x1b[31mRED", "␛[2J␛[H␛[31mRED"),
        ("\x1b]0;owned\x07Title", "␛]0;owned␇Title"),
        ("Noor \u202eCLL gnidarT\u202c", "Noor \\u202eCLL gnidarT\\u202c"),
        ("a\u2067b\u2069c", "a\\u2067b\\u2069c"),
        ("Line\nBreak\r\n\tTab", "Line␊Break␍␊␉Tab"),
        ("Nul\x00Byte\x7f", "Nul␀Byte␡"),
        ("\x9b31mC1\x85next", "\\x9b31mC1\\x85next"),
        ("two\u2028lines", "two\\u2028lines"),
        ("\udce9", "\\udce9"),
        ("Se\u200bcret\U000e0041", "Se\\u200bcret\\U000e0041"),
        (
            "[red]5[/red] :smile: شَرِكَةُ ٱلنُّورِ 👩\u200d💻 می\u200cخواهم",
            "[red]5[/red] :smile: شَرِكَةُ ٱلنُّورِ 👩\u200d💻 می\u200cخواهم",
        ),
    ],
)
def test_what_acts_is_pictured_and_the_rest_stays(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.slow
def test_no_character_of_unicode_acts_after_it_is_shown() -> None:
    assert [hex(ord(one)) for one in shown(ALL) if acts(one)] == []


@pytest.mark.slow
def test_no_character_of_unicode_acts_in_json_and_each_is_read_back() -> None:
    printable = "".join(one for one in ALL if unicodedata.category(one) != "Cs")
    written = as_json({"text": printable})

    assert [hex(ord(one)) for one in written if acts(one)] == []
    assert json.loads(written) == {"text": printable}


@given(ANY_TEXT, st.booleans())
def test_json_gives_back_any_text_whatever_it_holds(text: str, indent: bool) -> None:
    text = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")  # two halves are one
    document = [{"text": text}, {text: [text]}]

    assert json.loads(as_json(document, indent=indent).encode()) == document


def test_json_writes_numbers_that_have_more_than_64_bits() -> None:
    assert json.loads(as_json({"number": 10**40})) == {"number": 10**40}


@given(ANY_TEXT)
def test_what_was_shown_is_shown_again_as_it_is(text: str) -> None:
    assert shown(shown(text)) == shown(text)
    shown(text).encode()


def test_lines_stay_lines() -> None:
    assert shown_lines("one\x1b\ntwo\r\n") == "one␛\ntwo␍\n"


def test_an_arabic_cell_is_isolated_and_its_blanks_stay_outside() -> None:
    assert isolated("  شركة 5   ") == "  \u2068شركة 5\u2069   "
    assert isolated("Alpha 5  ") == "Alpha 5  "
