"""The feed `csv`: any register, in Sijill's own property names."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from producers.feeds.feed import Interpreted, RefusedRow
from register.event_checks import validate
from register.events import EventKind
from register.properties import COMPANY_ONLY, PROPERTIES
from schemas.codec.records import event_datum, event_from
from schemas.codec.wire import decode, encode
from schemas.facts.authorities import authorities
from tests.unit.producers.reading_feeds import events, read, written

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "feeds.md"

FULL = {
    "authority": "KW.MOCI",
    "registration_number": "12345",
    "event_id": "moci-77",
    "sequence": "3",
    "kind": "amended",
    "effective_date": "2025-09-01",
    "recorded_at": "2025-09-02T10:00:00+03:00",
    "jurisdiction": "KW",
    "legal_name_ar": "شركة الصقر لتقنية المعلومات",
    "legal_name_en": "Falcon IT Co.",
    "trading_names": "Falcon | الصقر",
    "previous_legal_names": "Hawk Co.",
    "legal_form_as_stated": "ذ.م.م",
    "legal_form": "llc",
    "status_as_stated": "نشط",
    "entity_status": "active",
    "identifiers": "KW.CR=12345|LEI=21380011VBTSTZCFBT87",
    "activities": "ISIC4=6201|ISIC4=6202",
    "legal_address_ar": "شارع فهد السالم | برج الصقر",
    "legal_address_city": "الكويت",
    "legal_address_country": "KW",
    "headquarters_address_city": "Kuwait City",
    "headquarters_address_region": "KW-KU",
    "headquarters_address_postal_code": "13001",
    "registration_date": "2001-02-03",
    "expiry_date": "2026-02-03",
    "last_confirmed_date": "2025-02-03",
    "share_capital_amount": "100,000",
    "share_capital_currency": "KWD",
    "website": "https://falcon.example",
    "is_branch": "yes",
    "home_registration": "SA.MC.7001775498",
    "successor_registration": "KW.MOCI.2",
    "particulars.chamber_number": "9",
}


def test_every_property_can_be_stated_in_a_column(tmp_path: Path) -> None:
    [one] = read("csv", written(tmp_path / "a.json", FULL))
    assert isinstance(one, Interpreted)
    assert (one.odd, one.unknown_fields) == ((), ())
    event = one.event
    assert set(event.stated) == set(PROPERTIES) - COMPANY_ONLY
    assert (event.event_id, event.sequence, event.kind) == ("moci-77", 3, EventKind.AMENDED)
    assert (event.effective_date, event.recorded_at) == (date(2025, 9, 1), datetime(2025, 9, 2, 7, tzinfo=UTC))
    assert event.stated["legal_name"] == [
        {"text": "شركة الصقر لتقنية المعلومات", "language": "ar"},
        {"text": "Falcon IT Co.", "language": "en"},
    ]
    assert [text["language"] for text in event.stated["trading_names"]] == ["en", "ar"]
    assert event.stated["legal_address"][0]["lines"] == ["شارع فهد السالم", "برج الصقر"]
    assert event.stated["headquarters_address"][0] == {
        "language": "en", "lines": [], "city": "Kuwait City", "region": "KW-KU", "postal_code": "13001", "country": None
    }  # fmt: skip
    assert event.stated["share_capital"] == {"amount": "100000", "currency": "KWD"}
    assert event.stated["particulars"] == {"chamber_number": "9"}
    assert validate(event, authorities()) == ()
    assert event_from(decode(encode("RegistrationEvent", event_datum(event)), "RegistrationEvent")) == event


def test_the_reference_names_every_column_and_no_other(tmp_path: Path) -> None:
    _, _, table = REFERENCE.read_text(encoding="utf-8").partition("## The columns of `csv`")
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    columns = {name.replace("<name>", "x") for cell in cells for name in re.findall("`([^`]+)`", cell)}
    assert {name.replace("chamber_number", "x") for name in FULL} <= columns
    [one] = read("csv", written(tmp_path / "a.json", {**dict.fromkeys(columns), **FULL}))
    assert isinstance(one, Interpreted)
    assert one.unknown_fields == ()


def test_the_three_file_forms_give_the_same_event(tmp_path: Path) -> None:
    header, values = ",".join(FULL), ",".join(f'"{value}"' for value in FULL.values())
    csv = written(tmp_path / "a.csv", f"\ufeff{header}\r\n{values}\r\n")
    [listed] = events("csv", written(tmp_path / "a.json", [FULL]))
    [lined] = events("csv", written(tmp_path / "a.jsonl", "\n" + (tmp_path / "a.json").read_text("utf-8")[1:-1] + "\n"))
    assert events("csv", csv) == [listed] == [lined]


def test_a_row_with_number_and_name_alone_is_a_snapshot_of_the_day(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "authority,registration_number,legal_name_en\nQA.QFC,00123,Falcon LLC\n")
    [event] = events("csv", path)
    assert event.registration_id == "QA.QFC.00123"
    assert (event.kind, event.sequence, event.effective_date) == (EventKind.SNAPSHOT, 20251001, date(2025, 10, 1))
    assert event.event_id.startswith("csv:00123:20251001:")


def test_a_correction_names_its_target_and_what_it_clears(tmp_path: Path) -> None:
    row = {"authority": "KW.MOCI", "registration_number": "1", "kind": "CORRECTED", "replaces": "moci-77",
           "sequence": 4, "cleared": "website | expiry_date"}  # fmt: skip
    [event] = events("csv", written(tmp_path / "a.json", row))
    assert (event.kind, event.replaces, event.cleared) == (EventKind.CORRECTED, "moci-77", ("website", "expiry_date"))
    assert event.stated == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"authority": "KW.XYZ"}, "authority"),
        ({"authority": ""}, "authority"),
        ({"registration_number": "n/a"}, "registration_number"),
        ({"registration_number": "12/45"}, None),
        ({"kind": "renamed"}, "kind"),
        ({"kind": "unknown"}, "kind"),
        ({"sequence": "0"}, "sequence"),
        ({"sequence": "1.5"}, "sequence"),
        ({"effective_date": "1446-01-01"}, "effective_date"),
        ({"recorded_at": "soon"}, "recorded_at"),
        ({"kind": "registered", "legal_name_ar": "", "legal_name_en": ""}, "legal_name_ar"),
    ],
)
def test_what_an_event_cannot_do_without_refuses_its_row(
    tmp_path: Path, change: dict[str, str], field: str | None
) -> None:
    [one] = read("csv", written(tmp_path / "a.json", {**FULL, **change}))
    assert isinstance(one, RefusedRow)
    assert one.field == (field or "registration_number")


def test_what_is_optional_and_cannot_be_read_is_odd_and_kept(tmp_path: Path) -> None:
    change = {"entity_status": "alive", "identifiers": "12345", "share_capital_amount": "", "is_branch": "perhaps",
              "expiry_date": "never", "colour": "red"}  # fmt: skip
    [one] = read("csv", written(tmp_path / "a.json", {**FULL, **change}))
    assert isinstance(one, Interpreted)
    assert {odd.field for odd in one.odd} == {
        "entity_status", "identifiers", "share_capital_amount", "is_branch", "expiry_date"
    }  # fmt: skip
    assert one.unknown_fields == ("colour",)
    assert one.event.stated["particulars"] == {
        "chamber_number": "9", "entity_status": "alive", "identifiers": "12345", "share_capital_currency": "KWD",
        "is_branch": "perhaps", "expiry_date": "never"
    }  # fmt: skip


def test_a_broken_line_of_json_lines_is_refused_with_its_line(tmp_path: Path) -> None:
    good = '{"authority": "KW.MOCI", "registration_number": "1", "legal_name_en": "A"}'
    found = read("csv", written(tmp_path / "a.ndjson", f"{good}\n{{\n\n{good}\n"))
    assert [(one.row, isinstance(one, Interpreted)) for one in found] == [(1, True), (2, False), (4, True)]
