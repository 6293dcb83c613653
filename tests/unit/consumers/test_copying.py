"""What a hand-written COPY line must take: anything that anyone may state."""

import doctest
import json as standard_json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.projection import company_rows, copy_format
from consumers.projection.copy_format import array, day, json, number, text

_UNESCAPED = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def as_postgresql_reads(field: str) -> str:
    """Undo the escapes of COPY's text format."""
    read, at = [], 0
    while at < len(field):
        pair = field[at : at + 2]
        read.append(_UNESCAPED.get(pair, field[at]))
        at += 2 if pair in _UNESCAPED else 1
    return "".join(read)


@pytest.mark.parametrize("module", [copy_format, company_rows])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.slow
@given(st.text())
def test_a_text_comes_back_as_it_was_but_for_nul(value: str) -> None:
    field = text(value)
    assert not set(field) & set("\t\n\r\0")
    assert as_postgresql_reads(field) == value.replace("\0", "␀")


@given(st.text())
def test_a_document_comes_back_as_it_was_but_for_nul(value: str) -> None:
    field = json({"said": [value], value: 1})
    assert "\n" not in field
    assert "\t" not in field
    nulless = value.replace("\0", "␀")
    assert standard_json.loads(as_postgresql_reads(field)) == {"said": [nulless], nulless: 1}


def test_arabic_and_dates_stay_readable_in_documents() -> None:
    assert json({"city": "الرياض", "since": date(2025, 4, 1)}) == '{"city":"الرياض","since":"2025-04-01"}'


def test_what_is_missing_is_null() -> None:
    assert [text(None), number(None), day(None)] == ["\\N"] * 3


def test_an_element_of_an_array_may_hold_quotes_commas_and_backslashes() -> None:
    assert as_postgresql_reads(array(["a,b", 'c"d', "e\\f", ""])) == '{"a,b","c\\"d","e\\\\f",""}'
