"""What `sijill follow` shows of a merge and an unmerge."""

import pytest

from operations.commands.agencies import notice_document, show_notice
from operations.commands.looking import show_company
from register.changes import Change
from register.ids import RegistrationId
from schemas.codec.records import change_datum
from schemas.codec.wire import decode, encode
from services.finding import CompanyFound
from tests.unit.register.companies import registration
from tests.unit.register.test_moves_told import BRANCH, HOME, moving


def notice(change: Change) -> dict[str, object]:
    value = encode("Notice", {"agency": "zatca", "number": 7, "change": change_datum(change)})
    return decode(value, "Notice")


def shown(change: Change, capsys: pytest.CaptureFixture[str]) -> str:
    show_notice(notice(change))
    return " ".join(capsys.readouterr().out.split())


def test_a_merge_is_told_in_words_with_both_ids(capsys: pytest.CaptureFixture[str]) -> None:
    told = next(one for one in moving().merge(BRANCH, HOME) if one.follows is None)
    assert f"{BRANCH} joined, from GCC.{BRANCH} (merge). GCC.{HOME} consists of {BRANCH}, {HOME} now" in shown(
        told, capsys
    )
    document = notice_document(notice(told))
    assert (document["joined"], document["related"]) == (BRANCH, [f"GCC.{BRANCH}"])


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
    show_company("QA.MOCI.9", CompanyFound(record=record, moved=None, history=None, cases=(), judgements=()))
    said = " ".join(capsys.readouterr().out.split())
    assert "GCC.QA.MOCI.9 has no registrations, and merged into no other company" in said


def test_a_name_in_brackets_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    told = moving().state(registration(HOME, name="Home [/b] [bold]"))[0]
    assert "Home [/b] [bold]" in shown(told, capsys)
