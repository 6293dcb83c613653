"""`sijill show --why`: what it says of each rule, in words for someone who has never seen the register."""

from datetime import date

import pytest

from operations import why_table
from operations.explanation_texts import ONLY_STATEMENT, origin_in_words, rule_in_words, why_in_words
from operations.output import emit_json
from register.events import EventKind
from register.ids import RegistrationId
from register.precedence import PrecedenceRule
from register.properties import PROPERTIES
from schemas.facts.precedence import Table, table
from services.explaining import ExplainedStatement, Explanation
from tests.unit.register.companies import registration
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, event, named, registered
from tests.unit.services.sample_explanations import (
    ARABIC,
    BRANCH,
    CAPITAL,
    GLEIF,
    HOME,
    NOOR_IN_MUSCAT,
    dated,
    folded,
    why,
)


def said(explanation: Explanation, capsys: pytest.CaptureFixture[str]) -> str:
    """What a person reads."""
    why_table.show_explanation(explanation)
    return capsys.readouterr().out


def because(explanation: Explanation, one: ExplainedStatement | None) -> str:
    assert one is not None
    return why_in_words(one, explanation.home)


def derived(explanation: Explanation) -> str:
    won = explanation.won
    assert won is not None
    assert won.derived is not None
    return origin_in_words(won.derived, won.value)


def test_home_it_says_that_the_home_entry_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(why("legal_name", HOME, GLEIF), capsys)
    assert "stated by KW.MOCI.12345, the home entry of the company" in shown
    assert "It counts because it is the home entry: the register in which the company was formed comes first" in shown
    assert "It does not count because the home entry KW.MOCI.12345 comes first (rule: home)" in shown
    assert "Global Legal Entity Identifier Foundation" in shown


def test_not_a_branch_it_says_whose_branch_it_is() -> None:
    explanation = why(
        "share_capital", HOME, registration(NOOR_IN_RIYADH, share_capital=CAPITAL, home_registration=str(NOOR))
    )
    assert explanation.won is None
    (lost,) = explanation.lost
    assert (lost.rule, because(explanation, lost)) == (
        PrecedenceRule.NOT_A_BRANCH,
        "SA.MC.7001775498 is a branch of KW.MOCI.12345, and a branch may not state this of its company",
    )


def test_home_only_it_says_that_the_company_has_none_though_a_branch_states_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    explanation = why("expiry_date", HOME, BRANCH)
    assert explanation.won is None
    shown = said(explanation, capsys)
    assert "The company does not have it: nobody who may state it states it." in shown
    assert "only the home entry KW.MOCI.12345 may state this (rule: home_only)" in shown
    assert "Each entry is renewed by itself" in shown


def test_state_it_says_that_a_source_only_repeats() -> None:
    other = registration(NOOR_IN_MUSCAT, website="noor.om")
    explanation = why("website", registration(NOOR), GLEIF, other)
    assert explanation.won is not None
    assert (explanation.won.registration_id, explanation.won.rule) == (NOOR_IN_MUSCAT, PrecedenceRule.AUTHORITY_KIND)
    assert (
        because(explanation, explanation.lost[0])
        == "this source repeats what registers say; a state register comes first"
    )


def test_latest_it_says_both_days() -> None:
    early = dated(NOOR_IN_RIYADH, date(2024, 1, 1), "old")
    late = dated(NOOR_IN_MUSCAT, date(2024, 2, 1), "new")
    explanation = why("website", registration(NOOR), early, late)
    assert explanation.won is not None
    assert (explanation.won.value, explanation.won.rule) == ("new", PrecedenceRule.LATEST)
    assert because(explanation, explanation.lost[0]) == "it took effect earlier, on 2024-01-01; the other on 2024-02-01"


def test_latest_it_says_what_was_recorded_earlier_on_the_same_day() -> None:
    day = date(2024, 1, 1)
    early, late = dated(NOOR_IN_RIYADH, day, "old"), dated(NOOR_IN_MUSCAT, day, "new", hour=10)
    explanation = why("website", registration(NOOR), early, late)
    assert because(explanation, explanation.lost[0]) == (
        "both took effect on 2024-01-01; this one was recorded earlier, at 2024-01-01 09:00 UTC"
    )


def test_smallest_id_it_says_that_nothing_else_tells_them_apart() -> None:
    one, other = registration(NOOR_IN_RIYADH, website="a"), registration(NOOR_IN_MUSCAT, website="b")
    explanation = why("website", registration(NOOR), one, other)
    assert explanation.won is not None
    assert (explanation.won.value, explanation.won.rule) == ("b", PrecedenceRule.SMALLEST_ID)
    assert "the smaller registration id comes first" in because(explanation, explanation.lost[0])


def test_a_value_that_nobody_else_states_says_so() -> None:
    explanation = why("status_as_stated", HOME)
    assert explanation.won is not None
    assert (rule_in_words(explanation.won), because(explanation, explanation.won)) == (
        ONLY_STATEMENT,
        "no other register states it",
    )


def test_a_value_that_the_home_entry_leaves_out_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(why("website", registration(NOOR), BRANCH), capsys)
    assert "the home entry KW.MOCI.12345 does not state it, and no other register does" in shown
    assert "Nothing is stated by KW.MOCI.12345." in shown


def test_a_property_that_nobody_states_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no register states it." in said(why("successor_registration", HOME), capsys)


def test_it_says_what_a_status_follows_from() -> None:
    by_word = why("entity_status", folded(registered(status_as_stated="نشط")))
    assert derived(by_word) == "ACTIVE is our word for the register's “نشط”"
    by_kind = why("entity_status", folded(registered(), event(2, EventKind.LIQUIDATION_OPENED)))
    assert derived(by_kind) == "IN_LIQUIDATION follows from the kind of the event: liquidation opened"


def test_it_names_a_legal_form_in_both_languages_and_the_word_behind_it() -> None:
    explanation = why("legal_form", folded(registered(legal_form_as_stated="ذ.م.م")))
    assert derived(explanation) == (
        "LLC (Limited liability company, شركة ذات مسؤولية محدودة) is our word for the register's “ذ.م.م”"
    )


def test_it_says_that_a_word_is_in_no_map() -> None:
    explanation = why("legal_form", folded(registered(legal_form_as_stated="guild")))
    assert derived(explanation) == "the register's word is “guild”, which is in no map of KW.MOCI"


def test_each_language_stands_on_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(why("legal_name", HOME), capsys).splitlines()
    assert "    ar  شركة نور" in lines
    assert "    en  Noor" in lines


def test_the_rules_and_their_reason_end_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(why("legal_name", HOME), capsys)
    assert "1. home: the home entry comes first\n" in shown
    assert "4. smallest_id: the smallest registration id comes first\n" in shown
    assert table().reasons["legal_name"].why_en in shown


def test_a_record_that_is_older_than_the_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    shipped = table()
    changed = Table(rules={**shipped.rules, "website": (PrecedenceRule.SMALLEST_ID,)}, reasons=shipped.reasons)
    aden = registration(RegistrationId("AE.NER.10000001"), website="noor.ae")
    home = registration(NOOR, website="noor.kw")
    assert why("website", home, aden).is_current
    explanation = why("website", home, aden, by=changed)
    assert not explanation.is_current
    assert "merged by an earlier table" in said(explanation, capsys)


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_property_can_be_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"{name} of GCC.KW.MOCI.12345" in said(why(name, HOME, BRANCH, GLEIF), capsys)


def test_as_json_it_holds_the_value_who_stated_it_and_what_lost(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    document = why_table.explanation_document(why("legal_name", HOME, GLEIF))
    assert document["value"] == [ARABIC, *named("Noor")]
    assert document["won"]["event"]["event_id"] == "e1"
    assert [one["registration_id"] for one in document["lost"]] == [NOOR_AT_GLEIF]
    emit_json(document)
    assert "شركة نور" in capfdbinary.readouterr().out.decode()


def test_it_says_what_befell_the_home_of_branches_and_what_that_follows_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    orphaned = (registration(NOOR, entity_status="STRUCK_OFF"), BRANCH)
    explanation = why("home_status", *orphaned)
    assert explanation.won is not None
    assert (explanation.won.value, explanation.won.registration_id) == ("STRUCK_OFF", NOOR)
    assert explanation.is_current
    assert "follows from the entity_status of the home entry" in " ".join(said(explanation, capsys).split())
