"""A row is read strictly: what was not asked for is unknown, what cannot be understood is kept and named."""

from datetime import date

import pytest

from producers.feeds.feed import Odd
from producers.feeds.property_values import language_of, texts
from producers.feeds.row_fields import Fields, RowFault, day_from


def test_a_field_nobody_asked_for_is_unknown_wherever_it_stands() -> None:
    fields = Fields({"name": "A", "colour": "red", "activities": [{"id": "1", "size": 2}, {"size": 3}]})
    fields.text("name")
    for activity in fields.records("activities"):
        activity.text("id")
    assert fields.unknown() == ("colour", "activities.size")


def test_a_field_that_is_ignored_by_name_is_not_unknown() -> None:
    fields = Fields({"_note": "x"})
    fields.ignore("_note")
    assert fields.unknown() == ()


def test_numbers_and_blanks_are_texts_and_nothing() -> None:
    fields = Fields({"a": 7001775498, "b": "  ", "c": None, "d": True, "e": " x "})
    assert [fields.text(name) for name in "abcdef"] == ["7001775498", None, None, "true", "x", None]


def test_a_mandatory_field_that_is_missing_refuses_the_row() -> None:
    with pytest.raises(RowFault, match="the name is missing") as fault:
        Fields({"name": " "}).required("name", "the name")
    assert fault.value.field == "name"


def test_a_day_that_cannot_be_read_is_kept_among_the_particulars() -> None:
    fields = Fields({"expiry_date": "31-02-2024", "issued": "1446-01-01"})
    assert fields.day("expiry_date") is None
    assert fields.day("issued") is None
    assert fields.notes.particulars == {"expiry_date": "31-02-2024", "issued": "1446-01-01"}
    assert [odd.field for odd in fields.notes.odd] == ["expiry_date", "issued"]
    assert "Hijri" in fields.notes.odd[1].message


def test_a_value_of_another_shape_is_kept_and_named() -> None:
    fields = Fields({"name": {"ar": "ا", "en": "A"}, "capital": "20", "activities": "x", "is_branch": "perhaps"})
    assert fields.text("name") is None
    assert fields.record("capital") is None
    assert fields.records("activities") == []
    assert fields.flag("is_branch") is None
    assert fields.notes.particulars == {
        "name.ar": "ا", "name.en": "A", "capital": "20", "activities": "x", "is_branch": "perhaps"
    }  # fmt: skip
    assert len(fields.notes.odd) == 4


def test_particulars_keep_the_registry_s_own_names_however_deep() -> None:
    fields = Fields({"partner": {"name": "X", "shares": [{"n": 1}, {"n": 2}], "none": None}, "ok": False})
    fields.particular("partner", "ok", "missing")
    assert fields.notes.particulars == {
        "partner.name": "X", "partner.shares[1].n": "1", "partner.shares[2].n": "2", "ok": "false"
    }  # fmt: skip
    assert fields.unknown() == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2011-04-20", date(2011, 4, 20)),
        ("2011-4-2", date(2011, 4, 2)),
        ("2011-04-20T00:00:00Z", date(2011, 4, 20)),
        ("28-03-1964", date(1964, 3, 28)),
        ("28/03/1964", date(1964, 3, 28)),
        ("٢٨-٠٣-١٩٦٤", date(1964, 3, 28)),
    ],
)
def test_a_day_is_read_in_the_ways_that_registries_write_it(text: str, day: date) -> None:
    assert day_from(text) == day


@pytest.mark.parametrize("text", ["", "yesterday", "2011", "20-04-11", "2011-13-01", "31-04-2020", "01-01-1446"])
def test_what_is_no_gregorian_day_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="is no day"):
        day_from(text)


@pytest.mark.parametrize(
    ("text", "flag"), [("Yes", True), ("no", False), ("نعم", True), ("لا", False), (True, True), (0, False), ("", None)]
)
def test_yes_and_no_are_read_however_they_are_written(text: object, flag: bool | None) -> None:
    assert Fields({"is_branch": text}).flag("is_branch") is flag


@pytest.mark.parametrize(
    ("text", "amount"), [("20,000.500", "20000.500"), ("٢٠٠٠٠", "20000"), (100, "100"), ("", None)]
)
def test_an_amount_is_written_in_plain_digits(text: object, amount: str | None) -> None:
    assert Fields({"issued": text}).amount("issued") == amount


def test_an_amount_that_is_none_is_kept_as_it_stands() -> None:
    fields = Fields({"issued": "unlimited"})
    assert fields.amount("issued") is None
    assert fields.notes.odd == [
        Odd(field="issued", message="expected an amount, found 'unlimited': kept among the particulars")
    ]


def test_the_language_of_a_name_follows_its_script() -> None:
    assert language_of("شركة النهدي Nahdi") == "ar"
    assert language_of("ﻓﻴﺮﺗﻜﺲ") == "ar"
    assert language_of("CÔNG TY") == "en"
    assert texts("A", None, "A", "ا") == [{"text": "A", "language": "en"}, {"text": "ا", "language": "ar"}]
