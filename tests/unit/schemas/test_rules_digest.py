"""The digest of the rules changes with a rule, and not with a comment; the rules may stand in an operator's folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from register.precedence import PrecedenceRule
from schemas.codec.catalogue import FOLDER
from schemas.facts.authorities import authorities
from schemas.facts.precedence import precedence
from schemas.facts.reading import MalformedFacts
from schemas.facts.rules_digest import rules_digest
from schemas.facts.rules_folder import use_rules

TABLE = (FOLDER / "precedence.yaml").read_text(encoding="utf-8")
OTHER_TABLE = TABLE.replace("[home, authority_kind, latest]", "[home, latest]", 1)


@pytest.fixture(autouse=True)
def shipped_rules() -> Iterator[None]:
    """Leave the rules of the package for the next test."""
    yield
    use_rules(None)


def test_a_rule_changes_it_and_a_comment_does_not(tmp_path: Path) -> None:
    shipped = rules_digest()
    for content, same in ((f"# a comment\n{TABLE}", True), (OTHER_TABLE, False)):
        (tmp_path / "precedence.yaml").write_text(content, encoding="utf-8")
        use_rules(None)
        use_rules(tmp_path)
        assert (rules_digest() == shipped) is same
    use_rules(None)
    assert rules_digest() == shipped


def test_a_folder_gives_the_rules_that_it_has_and_the_package_gives_the_others(tmp_path: Path) -> None:
    known, shipped = set(authorities()), precedence()
    (tmp_path / "precedence.yaml").write_text(OTHER_TABLE, encoding="utf-8")
    use_rules(tmp_path)
    changed = [name for name in shipped.rules if precedence().rules[name] != shipped.rules[name]]
    assert len(changed) == 1
    assert PrecedenceRule.AUTHORITY_KIND not in precedence().rules[changed[0]]
    assert set(authorities()) == known


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    (tmp_path / "precedence.yml").write_text(OTHER_TABLE, encoding="utf-8")
    with pytest.raises(MalformedFacts, match=r"has no rules.*precedence\.yaml"):
        use_rules(tmp_path)
