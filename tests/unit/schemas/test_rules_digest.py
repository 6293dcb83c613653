"""The digest of the rules changes with a rule, and not with a comment."""

import shutil
from pathlib import Path

from schemas.codec.catalogue import FOLDER
from schemas.facts.rules_digest import RULES, rules_digest


def test_a_rule_changes_it_and_a_comment_does_not(tmp_path: Path) -> None:
    for name in RULES:
        copy = shutil.copytree if (FOLDER / name).is_dir() else shutil.copyfile
        copy(FOLDER / name, tmp_path / name)
    shipped = rules_digest()
    table = tmp_path / "precedence.yaml"
    text = table.read_text(encoding="utf-8")
    table.write_text(f"# a comment\n{text}", encoding="utf-8")
    assert rules_digest.__wrapped__(tmp_path) == shipped
    table.write_text(text.replace("[home, authority_kind, latest]", "[home, latest]", 1), encoding="utf-8")
    assert rules_digest.__wrapped__(tmp_path) != shipped
