"""The precedence table has rules and a reason for every property, and says where a list of rules makes no sense."""

import re
from pathlib import Path

import pytest

from register.precedence import PrecedenceRule
from register.properties import PROPERTIES
from schemas.facts.precedence import FILE, precedence, read_file, table
from schemas.facts.reading import MalformedFacts

PAGE = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "precedence.md"


def test_every_property_has_its_rules_and_a_reason() -> None:
    assert list(table().rules) == list(PROPERTIES)
    for reason in table().reasons.values():
        assert reason.why_en.endswith(".")
        assert re.fullmatch(r"[؀-ۿ .«»]+\.", reason.why_ar)


def test_a_reason_stands_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "precedence.yaml"
    path.write_text(re.sub(r"\n  why_ar: لا تصير.*", "", FILE.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(MalformedFacts, match=r"is_branch.*why_ar"):
        read_file(path)


def test_every_rule_is_used_or_ends_every_list() -> None:
    used = {rule for rules in precedence().rules.values() for rule in rules}
    assert used | {PrecedenceRule.SMALLEST_ID} == set(PrecedenceRule)


def test_the_page_on_precedence_has_the_rules_of_every_property() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {name: rows[name].strip() for name in PROPERTIES} == {
        name: ", ".join(rules) for name, rules in precedence().rules.items()
    }
    assert set(rows) == {*PROPERTIES, *PrecedenceRule}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("[]", "at least one entry"),
        ("home", "expected a list"),
        ("[oldest]", "oldest is no rule"),
        ("[home, home]", "a rule stands twice"),
        ("[home_only, latest]", "stands alone"),
        ("[home, not_a_branch]", "comes first"),
        ("[smallest_id, home]", "comes last"),
    ],
)
def test_a_list_of_rules_that_makes_no_sense_says_where_it_stands(tmp_path: Path, rules: str, said: str) -> None:
    shipped = FILE.read_text(encoding="utf-8")
    path = tmp_path / "precedence.yaml"
    path.write_text(re.sub(r"(website:\n  rules: )\[.*\]", rf"\g<1>{rules}", shipped), encoding="utf-8")
    with pytest.raises(MalformedFacts, match=f"website, rules.*{re.escape(said)}"):
        read_file(path)


def test_a_property_that_is_left_out_or_unknown_is_named(tmp_path: Path) -> None:
    path = tmp_path / "precedence.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").replace("\nwebsite:", "\nweb_site:"), encoding="utf-8")
    with pytest.raises(MalformedFacts, match="web_site"):
        read_file(path)
