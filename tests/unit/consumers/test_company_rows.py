"""A company's record as rows: what is found by, what is counted by, and what is shown."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.projection.company_rows import CompanyRows, company_rows, publisher_of_company
from readmodel.documents import restored, stored
from readmodel.search_words import compacted, folded_words
from readmodel.tables import OF_A_COMPANY
from register.company import Company
from register.ids import CompanyId, RegistrationId
from register.names import tokens
from schemas.codec.json_form import from_json
from schemas.codec.wire import decode, encode
from tests.contract.examples import Example, examples
from tests.unit.consumers.sample_records import NAJM, NAJM_NAMES, alias, company, datum_of, registration

HERE = "3\t42\t2025-11-24T20:00:00+00:00"
BRANCH = RegistrationId("KW.MOCI.417733")


def rows_of(made: Company) -> CompanyRows:
    return company_rows(datum_of(made), HERE)


def table(lines: bytes, name: str) -> list[dict[str, str]]:
    """Read lines of a table back, by column."""
    columns = next([column.name for column in one.columns] for one in OF_A_COMPANY if one.name == name)
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines.decode().splitlines()]


def the_company(made: Company) -> dict[str, str]:
    (row,) = table(rows_of(made).companies, "companies")
    return row


def test_a_company_has_its_names_in_both_scripts_its_states_and_its_publisher() -> None:
    row = the_company(company())
    assert row["company_id"] == "GCC.SA.MC.7001775498"
    assert (row["legal_name_ar"], row["legal_name_en"]) == (NAJM_NAMES["ar"], NAJM_NAMES["en"])
    assert (row["publisher"], row["jurisdictions"], row["entity_status"]) == ("sa", '{"SA"}', "ACTIVE")
    assert (row["partition"], row["offset"]) == ("3", "42")


def test_an_it_company_is_one_by_its_activities() -> None:
    retailer = registration(activities=[{"scheme": "SA.ISIC4", "version": "4", "code": "471100", "label": []}])
    assert (the_company(company())["is_it"], the_company(company())["isic4_classes"]) == ("t", '{"6201"}')
    assert (the_company(company(retailer))["is_it"], the_company(company(retailer))["isic4_classes"]) == (
        "f",
        '{"4711"}',
    )


@pytest.mark.parametrize(
    ("text", "language", "arabic"),
    [("شركة نجم", "und", True), ("Najm Company", "und", False), ("شركة نجم", "ar-SA", True), ("Najm", "fr", False)],
)
def test_a_name_without_a_language_goes_by_its_letters(text: str, language: str, arabic: bool) -> None:
    row = the_company(company(registration(legal_name=[{"text": text, "language": language}])))
    assert (row["legal_name_ar"] == text, row["legal_name_en"] == text) == (arabic, not arabic)


def test_a_company_is_found_by_the_names_that_lost_and_that_it_had() -> None:
    home = registration(previous_legal_names=[{"text": "نجم القديمة", "language": "ar"}])
    branch = registration(BRANCH, legal_name=[{"text": "فرع نجم", "language": "ar"}], home_registration=NAJM)
    names = table(rows_of(company(home, branch, id_=CompanyId(f"GCC.{NAJM}"))).names, "names")
    assert {(row["kind"], row["text"]) for row in names} == {
        ("legal", NAJM_NAMES["ar"]), ("legal", NAJM_NAMES["en"]), ("legal", "فرع نجم"), ("previous", "نجم القديمة"),
    }  # fmt: skip
    assert [row["position"] for row in names] == [str(position) for position in range(len(names))]


def test_a_company_is_found_by_every_number_of_every_registration() -> None:
    branch = registration(
        BRANCH, identifiers=[{"scheme": "KW.CR", "value": "41-77", "valid_from": None, "valid_to": None}]
    )
    rows = rows_of(company(registration(), branch, id_=CompanyId(f"GCC.{NAJM}")))
    identifiers = table(rows.identifiers, "identifiers")
    assert {(row["registration_id"], row["value"], row["compacted"]) for row in identifiers} == {
        (NAJM, "1010-123456", "1010123456"), (BRANCH, "41-77", "4177"),
    }  # fmt: skip
    assert {row["registration_id"] for row in table(rows.registrations, "registrations")} == {NAJM, BRANCH}


def test_an_alias_has_a_record_and_no_parts() -> None:
    rows = rows_of(alias(CompanyId(f"GCC.{NAJM}"), "GCC.KW.MOCI.417733"))
    assert table(rows.companies, "companies")[0]["alias_of"] == f"GCC.{NAJM}"
    assert (rows.registrations, rows.identifiers, rows.names, rows.activities) == (b"", b"", b"", b"")


@pytest.mark.slow
def test_a_name_of_a_megabyte_fits_into_the_index() -> None:
    endless = [{"text": "ن" * 300_000 + " " + "س ج ل كلمة " * 100_000, "language": "ar"}]
    (row,) = table(rows_of(company(registration(legal_name=endless))).names, "names")
    assert len(row["words"].encode()) < 1024 * 1024, "what a tsvector may have"
    assert max(len(word.encode()) for word in row["words"].split()) < 2_046, "what one of its words may have"
    assert len(row["folded"].encode()) < 2_700, "what an index entry may have"


def test_a_number_of_any_length_has_an_index_entry() -> None:
    assert len(compacted("7" * 100_000)) == 64


_LETTERS = st.sampled_from("وأبجال ةىwl.-' 1½²٣ｗ\u064f")


@given(
    st.text(_LETTERS | st.characters())
    | st.lists(
        st.sampled_from(
            ["ش", "م", "W.L.L.", "B.S.C", "(L.L.C)", "و", "نجم.و", "A", "&", "-", "الخليج", "Gulf", "Al-Noor"]
        )
    ).map(" ".join)
)
def test_remembered_words_are_those_that_the_whole_name_folds_to(name: str) -> None:
    assert folded_words(name) == list(tokens(name))


def test_a_publisher_speaks_for_its_authorities() -> None:
    assert publisher_of_company("GCC.XG.LEI.21380011VBTSTZCFBT87") == "gleif"
    assert publisher_of_company("GCC.QA.NOT-YET-KNOWN.1") == "qa"


@pytest.mark.parametrize("example", examples("Company"), ids=str)
def test_the_record_of_every_example_is_kept_whole(example: Example) -> None:
    datum = decode(encode("Company", from_json("Company", example.plain)), "Company")
    assert restored(stored(datum)) == restored_by_hand(datum)
    (row,) = table(company_rows(datum, HERE).companies, "companies")
    assert json.loads(row["record"].replace("\\\\", "\\"))["company_id"] == datum["company_id"]


def restored_by_hand(datum: dict[str, Any]) -> dict[str, Any]:
    """The whole record without what is not stated."""
    without = [
        {**one, "properties": {name: value for name, value in one["properties"].items() if value is not None}}
        for one in (datum, *datum["registrations"])
    ]
    return {**without[0], "registrations": without[1:]}
