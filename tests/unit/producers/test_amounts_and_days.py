"""A number or a day that could mean two things is kept as stated and named; it is never guessed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from producers.feeds.amounts import JsonNumber, amount_from
from producers.feeds.dates import day_from, moment_from
from producers.feeds.feed import Interpreted, RefusedRow
from tests.unit.producers.reading_feeds import read, written

ROW = {"authority": "KW.MOCI", "registration_number": "700001", "legal_name_en": "Decimal Case WLL"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1500", "1500"),
        ("1500.50", "1500.50"),
        ("250,000", "250000"),
        ("1,500.750", "1500.750"),
        ("12,345,678", "12345678"),
        ("١٥٠٠٫٥٠", "1500.50"),
        ("١٬٥٠٠٬٠٠٠", "1500000"),
        ("١٬٥٠٠٫٥", "1500.5"),
        ("١٬٥٠٠", "1500"),
        ("۱۵۰۰", "1500"),
        ("１５００", "1500"),
        ("1 500 000", "1500000"),
        ("1\u00a0500\u00a0000.25", "1500000.25"),
        ("1'500'000", "1500000"),
        (JsonNumber("1500.50"), "1500.50"),
        (JsonNumber("2.5E+4"), "25000"),
        (JsonNumber("0.1234567890123456"), "0.1234567890123456"),
    ],
)
def test_an_amount_that_can_mean_one_number_only_is_taken(text: str, amount: str) -> None:
    assert amount_from(text) == amount


@pytest.mark.parametrize(
    "text",
    ["1500,50", "12,5", "1.355,90", "1,00,,000", "173,9", "1,500,50", ",5", "١٬٥٠٠،٥٠", "0,500", "012,500", "1.355.900",
     "1,500 000", "1 50", "1 2", "12,50,000", "1,5000", "1500.", ".5", "-5", "+5", "5%", "KWD 1500",
     "1500 د.ك", "1e3",
     "1.5E+06", "NaN", "Infinity", "1_000", "1٥00", "1,500.5.0", "٫٥", "1\n500", "9" * 19, "1" * 5_000, "0x10",
     "½", "²",
     JsonNumber("1e400"), JsonNumber("1E-400"), JsonNumber("-1e2"), JsonNumber("1e" + "9" * 30)],
)  # fmt: skip
def test_an_amount_that_is_not_certain_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="expected an amount, found"):
        amount_from(text)


def test_an_odd_amount_is_kept_as_stated_with_its_currency(tmp_path: Path) -> None:
    row = {**ROW, "share_capital_amount": "1500,50", "share_capital_currency": "KWD"}
    [one] = read("csv", written(tmp_path / "a.json", row))
    assert isinstance(one, Interpreted)
    assert "share_capital" not in one.event.stated
    assert one.event.stated["particulars"] == {"share_capital_amount": "1500,50", "share_capital_currency": "KWD"}
    assert [odd.field for odd in one.odd] == ["share_capital_amount"]


@pytest.mark.parametrize(
    ("literal", "amount"),
    [("1500.10", "1500.10"), ("0.30000000000000004", "0.30000000000000004"), ("1e400", None),
     ("12345678901234567.89", "12345678901234567.89"),
     ("NaN", None), ("-Infinity", None), ("9" * 5_000, None), ("100", "100"), ("1.5e3", "1500")],
)  # fmt: skip
def test_a_number_of_json_is_never_a_float(tmp_path: Path, literal: str, amount: str | None) -> None:
    text = (
        '[{"authority": "KW.MOCI", "registration_number": 700001, "legal_name_en": "A Co", '
        f'"share_capital_currency": "KWD", "share_capital_amount": {literal}}}]'
    )
    [one] = read("csv", written(tmp_path / "a.json", text))
    assert isinstance(one, Interpreted)
    assert one.event.registration_id == "KW.MOCI.700001"
    if amount is None:
        assert one.event.stated["particulars"]["share_capital_amount"] == literal
        assert one.odd
    else:
        assert one.event.stated["share_capital"] == {"amount": amount, "currency": "KWD"}
        assert one.odd == ()


@pytest.mark.parametrize(
    "text",
    ["2024-03-01T00:00:00Z", "2024-03-01 00:00:00.000", "2024-03-01T00:00", "2024-03-01T00:00:00+00:00", "01.03.2024"],
)
def test_midnight_behind_a_day_changes_nothing(text: str) -> None:
    assert day_from(text) == date(2024, 3, 1)


@pytest.mark.parametrize(
    "text",
    ["2024-02-29T21:00:00.000Z", "2024-03-01T00:00:00+03:00", "2024-03-01T00:00:00-0000", "2024-03-01Tgarbage",
     "2024-03-01 - 2029-03-01", "2024-03-01T", "2024-03-01T00:00:01Z", "2024-03-01T24:00", "01-03-2024 10:00",
     "2024-03-01 (estimated)", "2024-03-01/2029-03-01", "03/04/2024", "3/4/2024", "28-03/1964", "01-03-24", "45352",
     "20240301", "1899-12-30", "30-12-1899", "1900-01-01", "1970-01-01", "0001-01-01", "9999-12-31", "2999-01-01",
     "1447-02-01", "01-02-1447", "1447/02/01", "2024-W09-5", "2024-02-30", "March 1, 2024", "1709251200000"],
)  # fmt: skip
def test_a_day_that_is_not_certain_is_kept_as_stated(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="is no day"):
        day_from(text)
    [one] = read("csv", written(tmp_path / "a.json", {**ROW, "expiry_date": text, "registration_date": "2001-02-03"}))
    assert isinstance(one, Interpreted)
    assert one.event.stated["particulars"] == {"expiry_date": text}
    assert one.event.stated["registration_date"] == date(2001, 2, 3)
    assert [odd.field for odd in one.odd] == ["expiry_date"]


@pytest.mark.parametrize(
    ("feed", "field", "record"),
    [
        ("wathq", "issueDateGregorian", {"crNationalNumber": "7001775498", "name": "شركة نور"}),
        ("sijilat", "expiry_date", {"registration_number": "9-1", "name": "Noor"}),
        ("sijilat", "registration_date", {"registration_number": "9-1", "name": "Noor"}),
        ("ner", "expiry_date", {"registration_number": "11085461", "name": "Noor"}),
        ("ner", "registration_date", {"registration_number": "11085461", "name": "Noor"}),
    ],
)
@pytest.mark.parametrize("text", ["2024-02-29T21:00:00.000Z", "1899-12-30", "9999-12-31", "2024-03-01 x", "03/04/2024"])
def test_every_feed_keeps_a_day_that_is_not_certain(
    tmp_path: Path, feed: str, field: str, record: dict[str, str], text: str
) -> None:
    [one] = read(feed, written(tmp_path / "a.json", {**record, field: text}))
    assert isinstance(one, Interpreted)
    assert field not in one.event.stated
    assert one.event.stated["particulars"][field] == text
    assert [odd.field for odd in one.odd] == [field]


def test_two_slashes_make_a_day_where_the_first_number_is_no_month_or_both_are_one() -> None:
    assert (day_from("28/03/1964"), day_from("05/05/2024")) == (date(1964, 3, 28), date(2024, 5, 5))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-10-01T12:30:00+03:00", datetime(2025, 10, 1, 9, 30, tzinfo=UTC)),
        ("2025-10-01 12:30:00.1234567Z", datetime(2025, 10, 1, 12, 30, 0, 123456, tzinfo=UTC)),
        ("2025-10-01", datetime(2025, 10, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(text: str, moment: datetime) -> None:
    assert moment_from(text) == moment


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("recorded_at", "0001-01-01T00:00:00.0000000+03:00"),
        ("recorded_at", "9999-12-31T23:59:59-05:00"),
        ("recorded_at", "9999-12-31"),
        ("recorded_at", "1712011200000"),
        ("recorded_at", "1767225600"),
        ("recorded_at", "2026-W01-1"),
        ("recorded_at", "2026-01-01T25:00:00Z"),
        ("recorded_at", "1447-01-01T00:00:00Z"),
        ("sequence", "1" * 20),
        ("sequence", "9" * 4_400),
        ("sequence", str(2**63)),
        ("sequence", "1.0"),
        ("sequence", "٣"),
        ("effective_date", "2024-02-29T21:00:00.000Z"),
        ("effective_date", "1447-02-01"),
        ("effective_date", "9999-12-31"),
        ("effective_date", "0001-01-01"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_a_conversion_that_fails_refuses_its_row_and_no_other(tmp_path: Path, form: str, field: str, text: str) -> None:
    names = [*ROW, field]
    rows = [[*ROW.values(), ""], [*ROW.values(), text], [*ROW.values(), ""]]
    if form == "csv":
        content = "\n".join(",".join(row) for row in [names, *rows])
        path = written(tmp_path / "a.csv", content)
    elif form == "json":
        path = written(tmp_path / "a.json", [dict(zip(names, row, strict=True)) for row in rows])
    else:
        line = '{{"authority": "KW.MOCI", "registration_number": 1, "legal_name_en": "A Co", "{}": {}}}'
        literal = text if text.isascii() and text.isdigit() else f'"{text}"'
        path = written(tmp_path / "a.jsonl", "\n".join(line.format(field, one) for one in ("null", literal, "null")))
    first, second, third = read("csv", path)
    assert isinstance(first, Interpreted)
    assert isinstance(second, RefusedRow)
    assert isinstance(third, Interpreted)
    assert (second.field, second.row - first.row) == (field, 1)


def test_the_largest_sequence_is_taken(tmp_path: Path) -> None:
    [one] = read("csv", written(tmp_path / "a.json", {**ROW, "sequence": str(2**63 - 1)}))
    assert isinstance(one, Interpreted)
    assert one.event.sequence == 2**63 - 1


def test_a_moment_near_the_beginning_of_unix_time_is_odd(tmp_path: Path) -> None:
    [one] = read("csv", written(tmp_path / "a.json", {**ROW, "recorded_at": "1970-01-21T11:00:00Z"}))
    assert isinstance(one, Interpreted)
    assert [odd.field for odd in one.odd] == ["recorded_at"]
