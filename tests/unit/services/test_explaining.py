"""Why a company has its value of a property, as typed facts: for every door alike."""

from datetime import date

import pytest

from register.events import EventKind
from register.ids import RegistrationId
from register.precedence import PrecedenceRule
from register.properties import PROPERTIES
from register.registration import Registration
from schemas.facts.authorities import authorities
from schemas.facts.precedence import Table, table
from services import problems
from services.derived_values import Origin, OriginKind
from services.explaining import ExplainedStatement, Explanation, Why
from tests.unit.register.companies import registration
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, event, registered
from tests.unit.services.sample_explanations import BRANCH, CAPITAL, GLEIF, HOME, NOOR_IN_MUSCAT, dated, folded, why

JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)


def won(explanation: Explanation) -> ExplainedStatement:
    assert explanation.won is not None
    return explanation.won


def test_home_the_home_entry_comes_first() -> None:
    explanation = why("legal_name", HOME, GLEIF)
    (lost,) = explanation.lost
    assert (won(explanation).registration_id, won(explanation).rule) == (NOOR, PrecedenceRule.HOME)
    assert (won(explanation).why, won(explanation).is_home) == (Why.COMES_FIRST, True)
    assert (lost.registration_id, lost.rule, lost.why) == (NOOR_AT_GLEIF, PrecedenceRule.HOME, Why.COMES_LATER)
    assert (lost.is_home, lost.authority_en) == (False, authorities()["XG.LEI"].name_en)
    assert lost.authority_ar == authorities()["XG.LEI"].name_ar


@pytest.mark.parametrize("home", [None, str(NOOR)])
def test_not_a_branch_a_branch_names_its_home_if_it_says_whose_it_is(home: str | None) -> None:
    stated = {"is_branch": True} if home is None else {"home_registration": home}
    explanation = why("share_capital", HOME, registration(NOOR_IN_RIYADH, share_capital=CAPITAL, **stated))
    (lost,) = explanation.lost
    assert explanation.won is None
    assert (lost.rule, lost.why, lost.branch_of) == (PrecedenceRule.NOT_A_BRANCH, Why.IS_BRANCH, home)


def test_home_only_no_other_entry_counts() -> None:
    explanation = why("expiry_date", HOME, BRANCH)
    (lost,) = explanation.lost
    assert (explanation.won, explanation.home) == (None, NOOR)
    assert (lost.registration_id, lost.rule) == (NOOR_IN_RIYADH, PrecedenceRule.HOME_ONLY)
    assert (lost.why, lost.value) == (Why.COMES_LATER, date(2025, 1, 1))


def test_state_a_register_comes_before_a_source_that_repeats_it() -> None:
    explanation = why("website", registration(NOOR), GLEIF, registration(NOOR_IN_MUSCAT, website="noor.om"))
    assert (won(explanation).rule, won(explanation).why) == (PrecedenceRule.AUTHORITY_KIND, Why.COMES_FIRST)
    assert (explanation.lost[0].rule, explanation.lost[0].why) == (PrecedenceRule.AUTHORITY_KIND, Why.COMES_LATER)


@pytest.mark.parametrize(
    ("day", "hour", "because"),
    [(FEBRUARY, None, Why.IN_LAW_EARLIER), (JANUARY, 10, Why.RECORDED_EARLIER)],
)
def test_latest_the_event_that_overtook_it_is_named(day: date, hour: int | None, because: Why) -> None:
    early, late = dated(NOOR_IN_RIYADH, JANUARY, "old"), dated(NOOR_IN_MUSCAT, day, "new", hour)
    explanation = why("website", registration(NOOR), early, late)
    (lost,) = explanation.lost
    assert (won(explanation).value, won(explanation).rule) == ("new", PrecedenceRule.LATEST)
    assert (lost.rule, lost.why, lost.overtaken_by) == (PrecedenceRule.LATEST, because, won(explanation).event)
    assert lost.event.effective_date == JANUARY


def test_smallest_id_decides_where_nothing_else_does() -> None:
    one, other = registration(NOOR_IN_RIYADH, website="a"), registration(NOOR_IN_MUSCAT, website="b")
    explanation = why("website", registration(NOOR), one, other)
    assert (won(explanation).rule, won(explanation).why) == (PrecedenceRule.SMALLEST_ID, Why.COMES_FIRST)
    assert (explanation.lost[0].rule, explanation.lost[0].why) == (PrecedenceRule.SMALLEST_ID, Why.COMES_LATER)


def test_the_only_statement_has_no_rule() -> None:
    of_home = why("status_as_stated", HOME)
    of_branch = why("website", registration(NOOR), BRANCH)
    assert (won(of_home).rule, won(of_home).why, of_home.lost) == (None, Why.ONLY_STATEMENT, ())
    assert (won(of_branch).rule, won(of_branch).why) == (None, Why.HOME_IS_SILENT)
    assert of_branch.silent == (NOOR,)


def test_a_property_that_nobody_states_has_no_statement() -> None:
    explanation = why("successor_registration", HOME)
    assert (explanation.won, explanation.lost, explanation.silent) == (None, (), (NOOR,))


def test_what_befell_the_home_entry_follows_from_its_status() -> None:
    explanation = why("home_status", registration(NOOR, entity_status="STRUCK_OFF"), BRANCH)
    assert (won(explanation).value, won(explanation).rule) == ("STRUCK_OFF", PrecedenceRule.HOME_ONLY)
    assert (won(explanation).why, explanation.is_current) == (Why.FOLLOWS_HOME, True)
    assert won(explanation).derived == Origin(kind=OriginKind.HOME_ENTRY, property="entity_status")


@pytest.mark.parametrize(
    ("name", "entry", "origin"),
    [
        ("entity_status", folded(registered(status_as_stated="نشط")), Origin(kind=OriginKind.WORD, word="نشط")),
        (
            "entity_status",
            folded(registered(), event(2, EventKind.LIQUIDATION_OPENED)),
            Origin(kind=OriginKind.EVENT_KIND, event_kind=EventKind.LIQUIDATION_OPENED),
        ),
        (
            "entity_status",
            folded(registered(status_as_stated="asleep")),
            Origin(kind=OriginKind.UNMAPPED_WORD, word="asleep", authority="KW.MOCI"),
        ),
        ("entity_status", folded(registered()), None),
        (
            "legal_form",
            folded(registered(legal_form_as_stated="ذ.م.م")),
            Origin(
                kind=OriginKind.WORD,
                word="ذ.م.م",
                name_en="Limited liability company",
                name_ar="شركة ذات مسؤولية محدودة",
            ),
        ),
        (
            "legal_form",
            folded(registered(legal_form_as_stated="guild")),
            Origin(kind=OriginKind.UNMAPPED_WORD, word="guild", authority="KW.MOCI"),
        ),
        ("jurisdiction", folded(registered()), Origin(kind=OriginKind.REGISTER)),
        ("jurisdiction", folded(registered(jurisdiction="SA")), None),
        (
            "previous_legal_names",
            registration(NOOR, previous_legal_names=[{"text": "Nur", "language": "en"}]),
            Origin(kind=OriginKind.FORMER_NAMES),
        ),
        (
            "last_confirmed_date",
            registration(NOOR, last_confirmed_date=JANUARY),
            Origin(kind=OriginKind.CONFIRMATION),
        ),
        ("website", HOME, None),
    ],
)
def test_what_a_value_follows_from(name: str, entry: Registration, origin: Origin | None) -> None:
    assert won(why(name, entry)).derived == origin


def test_the_rules_stand_in_their_order_and_an_older_record_says_so() -> None:
    shipped = table()
    changed = Table(rules={**shipped.rules, "website": (PrecedenceRule.SMALLEST_ID,)}, reasons=shipped.reasons)
    emirati = registration(RegistrationId("AE.NER.10000001"), website="noor.ae")
    current, older = why("website", HOME, emirati), why("website", HOME, emirati, by=changed)
    assert (current.rules, current.is_current) == (shipped.rules["website"], True)
    assert (current.reason_en, current.reason_ar) == (
        shipped.reasons["website"].why_en,
        shipped.reasons["website"].why_ar,
    )
    assert (older.rules, older.is_current) == ((PrecedenceRule.SMALLEST_ID,), False)


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_property_can_be_explained(name: str) -> None:
    explanation = why(name, HOME, BRANCH, GLEIF)
    assert (explanation.property, explanation.company_id) == (name, "GCC.KW.MOCI.12345")
    stated = [one for one in (explanation.won, *explanation.lost) if one is not None]
    assert len(stated) + len(explanation.silent) >= 3


def test_a_property_that_no_company_has_is_a_problem() -> None:
    with pytest.raises(problems.UnknownProperty) as unknown:
        why("name", HOME)
    assert (unknown.value.name, unknown.value.known) == ("name", PROPERTIES)
