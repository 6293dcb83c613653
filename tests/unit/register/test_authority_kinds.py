"""What a kind of authority may do decides, wherever its registrations stand; no code of an authority does."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from register.authority_kinds import AuthorityKind, kind_of
from register.ids import RegistrationId
from register.precedence import Precedence, PrecedenceRule, decide
from register.registration import empty, fold
from register.resolution.clusters import anchor_of, clustered
from register.resolution.evidence import Evidence
from tests.unit.register.companies import registration
from tests.unit.register.resolution.resolver_fixture import says
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, WORDS, event, registered

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("register", "matching", "schemas", "streams", "producers", "readmodel", "consumers", "services", "operations")
MIRROR = {"KW.MOCI": AuthorityKind.REFERENCE}
"""As if the ministry only repeated what other registers say."""


def test_of_an_authority_that_only_a_newer_version_knows_the_id_tells_the_kind() -> None:
    assert kind_of(RegistrationId("QA.NOT-YET-KNOWN.1"), {}) is AuthorityKind.STATE_REGISTER
    assert kind_of(NOOR_AT_GLEIF, {}) is AuthorityKind.REFERENCE
    assert kind_of(NOOR, MIRROR) is AuthorityKind.REFERENCE


def test_the_statement_of_an_authority_that_repeats_others_comes_last_whatever_its_code() -> None:
    mirror, own = registration(NOOR, website="kw"), registration(NOOR_IN_RIYADH, website="sa")
    rules = {"website": (PrecedenceRule.AUTHORITY_KIND, PrecedenceRule.LATEST)}
    decision = decide(Precedence(rules=rules, kinds=MIRROR), "website", (mirror, own), NOOR_AT_GLEIF)
    assert decision is not None
    assert (decision.winner, decision.lost) == (NOOR_IN_RIYADH, {NOOR: PrecedenceRule.AUTHORITY_KIND})
    decision = decide(Precedence(rules=rules, kinds={}), "website", (mirror, own), NOOR_AT_GLEIF)
    assert decision is not None
    assert decision.winner == NOOR


def test_an_entry_is_of_its_registers_state_only_where_the_authority_forms_companies() -> None:
    words = replace(WORDS, kind=AuthorityKind.REFERENCE)
    assert fold(empty(NOOR), [registered(), event(2, website="a")], WORDS).properties["jurisdiction"] == "KW"
    assert "jurisdiction" not in fold(empty(NOOR), [registered(), event(2, website="a")], words).properties


def test_two_entries_are_two_companies_only_where_a_company_is_listed_once() -> None:
    said: list[tuple[RegistrationId, Evidence | None]] = [says(f"KW.MOCI.{number}", lei="A") for number in (1, 2)]
    evidence = {own: one for own, one in said if one is not None}
    assert len(clustered(evidence, {}, authorities={}).members) == 2
    assert len(clustered(evidence, {}, authorities=MIRROR).members) == 1


def test_a_company_is_named_for_an_entry_that_can_be_its_anchor_while_there_is_one() -> None:
    said = [says(NOOR), says(NOOR_IN_RIYADH, home=NOOR)]
    evidence = {own: one for own, one in said if one is not None}
    assert anchor_of(evidence, evidence, {}) == NOOR
    assert anchor_of(evidence, evidence, MIRROR) == NOOR_IN_RIYADH
    assert anchor_of([NOOR], evidence, MIRROR) == NOOR


@pytest.mark.slow
def test_no_code_asks_for_a_kind_where_it_means_what_the_kind_may_do() -> None:
    asking, naming = set(), set()
    for file in (file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in AuthorityKind.__members__:
                asking.add(str(file.relative_to(ROOT)))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("XG"):
                naming.add(str(file.relative_to(ROOT)))
    assert asking == {"register/authority_kinds.py", "register/authority_words.py"}, "the second has it as a default"
    assert naming == {"producers/feeds/gleif.py"}, "the feed of one source names it"
