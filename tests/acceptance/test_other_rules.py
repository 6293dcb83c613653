"""Another rule of precedence: the dry run lists what would change, apply changes exactly that, and it can go back."""

from pathlib import Path
from typing import Final

import pytest

from schemas.codec.catalogue import FOLDER
from tests.acceptance.conftest import prepared
from tests.acceptance.damaged_register import Registries, rebuilt, running
from tests.acceptance.instance import Instance
from tests.acceptance.laws import require_laws
from tests.conftest import Cluster, own_settings

WEBSITE: Final = "website:"
HOME, BRANCH, ALONE = "BH.SIJILAT.9-1", "OM.MOCIIP.1000001", "KW.MOCI.101"
LEI: Final = {"identifiers": [{"scheme": "LEI", "value": "21380011VBTSTZCFBT87"}]}

pytestmark = pytest.mark.timeout(1_200)


def other_rules(folder: Path) -> Path:
    """Make a folder in which the smallest id decides the website."""
    table = (FOLDER / "precedence.yaml").read_text(encoding="utf-8")
    before, found, after = table.partition(f"\n{WEBSITE}\n")
    assert found
    rule = next(line for line in after.splitlines() if "rules:" in line)
    rules = folder / "rules"
    rules.mkdir()
    changed = before + found + after.replace(rule, "  rules: [latest]", 1)
    (rules / "precedence.yaml").write_text(changed, encoding="utf-8")
    return rules


def test_another_rule_is_listed_then_applied_then_taken_back(cluster: Cluster) -> None:
    with own_settings(cluster, "other_rules") as settings:
        instance = prepared(settings)
        rules, registries = str(other_rules(settings.data_dir)), Registries(instance)
        with running(instance):
            instance.sijill("subscribe", "everything")
            for own, website in ((HOME, "of the home"), (ALONE, "alone"), (BRANCH, "of the branch")):
                names = [{"text": f"Company {own}", "language": "en"}]
                stated = {} if own == ALONE else LEI
                registries.publish(own, "REGISTERED", legal_name=names, website=website, **stated)
            before = rebuilt(instance)
            would = rebuilt(instance, "--rules", rules, code=1)
            assert [(one["company_id"], one["fields"]) for one in would["differences"]] == [
                (f"GCC.{HOME}", ["website"])
            ]
            refused = instance.sijill("rebuild", "--processes", "1", "--rules", rules, "--apply", code=1)
            assert "runs with other rules" in refused.err
        other = Instance(instance.settings.model_copy(update={"rules": Path(rules)}))
        with running(other):
            applied = rebuilt(other, "--rules", rules, "--apply", "--by", "noor", "--why", "the newest website holds")
            assert applied["applied"]["repairs"] == {"resolve": 0, "admit": 0, "unify": 1}
            changed = rebuilt(other)
            assert (changed["different"], changed["digest"]) == (0, applied["digest"])
            assert changed["digest"] != before["digest"]
        with running(instance):
            rebuilt(instance, "--apply")
            assert instance.sijill("digest", "--json").json()["digest"] == before["digest"]
        topics = require_laws(settings)
        changes = [one.datum() for one in topics["register.changes"]]
        assert [
            (one["company_id"], one["before"]["website"], one["after"]["website"])
            for one in changes
            if one["cause"] == "REPROCESS"
        ] == [
            (f"GCC.{HOME}", "of the home", "of the branch"),
            (f"GCC.{HOME}", "of the branch", "of the home"),
        ]
