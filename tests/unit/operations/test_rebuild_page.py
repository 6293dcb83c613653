"""The report of a rebuild: it counts, it shows both records, and no value of a registry becomes markup."""

from operations.rebuild_page import report_page
from operations.rebuild_texts import rebuild_document, rebuild_lines, report_document
from register.company import company_of
from register.differences import CompanyDifference, LiveState
from register.ids import RegistrationId
from schemas.facts.precedence import precedence
from services.rebuilding.rebuild_values import RebuildResult
from tests.unit.register.companies import NOOR_GROUP, members, registration
from tests.unit.register.stating import NOOR, named

HOSTILE = "<script>alert(1)</script>"


def result(live_name: str = "نور") -> RebuildResult:
    live, rebuilt = (
        company_of(NOOR_GROUP, members(registration(NOOR, legal_name=named(name))), precedence())
        for name in (live_name, "Noor")
    )
    difference = CompanyDifference(
        company_id=NOOR_GROUP,
        live=live,
        rebuilt=rebuilt,
        fields=("legal_name",),
        damaged=LiveState.ADMIT,
        registrations=(RegistrationId("KW.MOCI.12345"),),
    )
    return RebuildResult(
        rebuild_id="r1",
        events=1_000,
        companies=100,
        digest="0" * 64,
        rules="1" * 64,
        offsets={"registrations.kw-0": 5},
        differences=(difference,),
        unsettled=(),
        seconds=2.0,
        continued=False,
    )


def test_the_page_shows_both_records_side_by_side_and_marks_the_field() -> None:
    page = report_page(result())
    row = page.split('<tr class="differs"><td>legal_name</td>')[1].split("</tr>")[0]
    assert "<bdi>en  نور</bdi>" in row
    assert "<bdi>en  Noor</bdi>" in row
    assert page.count('class="differs"') == 1


def test_the_page_counts_by_member_state_field_and_damaged_state() -> None:
    page = report_page(result())
    for what in ("KW", "legal_name", "admit"):
        assert f'<tr><td>{what}</td><td class="number">1</td></tr>' in page


def test_no_value_of_a_registry_becomes_markup_and_the_page_needs_no_other_file() -> None:
    page = report_page(result(HOSTILE))
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert not any(word in page for word in ("src=", "href=", "@import", "url("))


def test_a_machine_gets_the_keys_of_the_contract_and_the_companies_whole() -> None:
    found = rebuild_document(result())
    keys = ("events", "companies", "different", "events_per_s", "seconds")
    assert [found[key] for key in keys] == [1_000, 100, 1, 500, 2.0]
    (shown,) = report_document(result(), 10)["companies_that_differ"]
    assert shown["live"]["properties"]["legal_name"][0]["text"] == "نور"
    assert report_document(result(), 0)["companies_that_differ"] == []


def test_a_person_reads_which_state_of_which_registration_is_damaged() -> None:
    lines = list(rebuild_lines(result(), 10))
    assert "  GCC.KW.MOCI.12345: legal_name (the state of admit is damaged: KW.MOCI.12345)" in lines
    assert lines[-1].startswith("  GCC")
    assert list(rebuild_lines(result(), 0))[-1] == "  and 1 others"
