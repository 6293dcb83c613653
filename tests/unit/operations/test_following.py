"""What `sijill follow` shows of notices, and what it says where numbers are missing."""

import json

import pytest

from consumers.agency.notice import Notice, notice_from
from consumers.agency.problems import NotGivenYet, NotKept, NumbersSkipped
from operations.commands.show_and_search import show_company
from operations.notice_texts import missing_document, missing_in_words, notice_document, show_notice
from register.changes import Change
from register.ids import AgencyId, RegistrationId
from runtime.safe_text import as_json
from schemas.codec.records import change_datum
from schemas.codec.wire import decode, encode
from services.finding import WholeCompany
from tests.unit.register.companies import registration
from tests.unit.register.test_moves_told import BRANCH, HOME, moving

ZATCA = AgencyId("zatca")


def notice(change: Change) -> Notice:
    value = encode("Notice", {"agency": "zatca", "number": 7, "change": change_datum(change)})
    return notice_from(decode(value, "Notice"))


def shown(change: Change, capsys: pytest.CaptureFixture[str]) -> str:
    show_notice(notice(change))
    return " ".join(capsys.readouterr().out.split())


def test_a_merge_is_told_in_words_with_both_ids(capsys: pytest.CaptureFixture[str]) -> None:
    told = next(one for one in moving().merge(BRANCH, HOME) if one.follows is None)
    assert f"{BRANCH} joined, from GCC.{BRANCH} (merge). GCC.{HOME} consists of {BRANCH}, {HOME} now" in shown(
        told, capsys
    )
    document = notice_document(notice(told))
    assert (document["joined"], document["related"]) == (BRANCH, (f"GCC.{BRANCH}",))


def test_an_unmerge_is_told_in_words_with_both_ids(capsys: pytest.CaptureFixture[str]) -> None:
    register = moving()
    register.merge(BRANCH, HOME)
    told = next(one for one in register.part(BRANCH) if one.follows is None)
    assert f"{BRANCH} left, for GCC.{BRANCH} (unmerge). GCC.{HOME} consists of {HOME} now" in shown(told, capsys)


def test_a_company_without_registrations_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    record = {
        "company_id": "GCC.QA.MOCI.9", "version": 2, "anchor": RegistrationId("QA.MOCI.9"), "alias_of": None,
        "registrations": [], "properties": {}, "sources": {}, "aliases": [],
    }  # fmt: skip
    show_company("QA.MOCI.9", WholeCompany(record=record, moved=None, history=None, cases=(), judgements=()))
    said = " ".join(capsys.readouterr().out.split())
    assert "GCC.QA.MOCI.9 has no registrations, and merged into no other company" in said


def test_a_name_in_brackets_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    told = moving().state(registration(HOME, name="Home [/b] [bold]"))[0]
    assert "Home [/b] [bold]" in shown(told, capsys)


def test_a_notice_is_written_with_the_fields_of_the_contract_and_only_what_changed() -> None:
    told = next(one for one in moving().merge(BRANCH, HOME) if one.follows is None)
    written = decode(encode("Change", change_datum(told)), "Change")
    document = json.loads(as_json(notice_document(notice(told))))
    assert document.keys() == {"agency", "number", *written}
    assert list(document["before"]) == list(document["after"]) == document["fields_changed"]
    whole = {name: written[name] for name in written if name not in ("before", "after")}
    assert {name: document[name] for name in whole} == json.loads(as_json(whole))


def test_missing_numbers_are_said_with_what_to_do() -> None:
    assert missing_in_words(NotKept(ZATCA, 1, 106), 1).startswith(
        "numbers 1 to 106 of zatca are kept no longer, the first is 107: copy the companies anew"
    )
    assert missing_in_words(NotKept(ZATCA, 1, None), 1).startswith("no notice of zatca is kept any more: copy")
    assert missing_in_words(NumbersSkipped(ZATCA, 3, 4), 1).startswith("numbers 3 to 4 of zatca are missing: report")
    assert "number 9 is not given yet: the last of zatca is 3. Follow from 4" in missing_in_words(
        NotGivenYet(ZATCA, 4, None), 9
    )
    assert "number 9 is not given yet: zatca has no notice yet. Follow from 1" in missing_in_words(
        NotGivenYet(ZATCA, 1, None), 9
    )
    document = missing_document(NotKept(ZATCA, 1, 106), 1)
    assert (document["agency"], document["kind"], document["first"], document["last"]) == ("zatca", "not_kept", 1, 106)
