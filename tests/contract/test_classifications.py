"""The classifications that are shipped, and what the code says of them."""

import csv
import re
from pathlib import Path

import pytest

from producers.feeds import files
from register.activities import isic4_class
from register.isic4 import CLASSES
from schemas.facts.isic4 import isic4
from schemas.facts.it_companies import FILE, it_companies, read_file
from schemas.facts.reading import MalformedFacts

ROOT = Path(__file__).resolve().parents[2]
SAUDI = Path(files.__file__).parent / "data" / "sa_isic4_6digit_it_codes.csv"
PAGE = ROOT / "docs" / "explanation" / "it-companies.md"


def test_the_classes_in_the_code_are_those_that_were_published() -> None:
    assert frozenset(isic4()) == CLASSES
    assert len(CLASSES) == 419


def test_every_class_is_named_in_arabic_and_english() -> None:
    for one in isic4().values():
        assert re.search("[\u0620-\u064a]", one.name_ar), one
        assert re.search("[a-z]", one.name_en), one


def test_the_saudi_codes_reduce_to_the_classes_that_they_were_published_with() -> None:
    with SAUDI.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [isic4_class("SA.ISIC4", row["code"]) for row in rows] == [row["isic4_class"] for row in rows]


def test_the_rule_for_it_companies_has_a_reason_for_every_class() -> None:
    rule = it_companies()
    assert rule.classes == {"5820", "6201", "6202", "6209", "6311", "6312", "9511"}
    assert rule.classes.isdisjoint(rule.apart)
    assert all(reason.endswith(".") for reason in (*rule.reasons.values(), *rule.apart.values()))


def test_the_page_on_it_companies_lists_the_classes_with_their_names() -> None:
    rows = dict(re.findall(r"^\| (\d{4}) \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    rule = it_companies()
    assert set(rows) == {*rule.reasons, *rule.apart}
    assert {code: name.strip() for code, name in rows.items()} == {code: isic4()[code].name_en for code in rows}


@pytest.mark.parametrize(("old", "new"), [('"5820"', '"5829"'), ('"4651"', '"6201"'), ("apart:", "aside:")])
def test_a_rule_with_a_class_that_there_is_not_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "it_companies.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(MalformedFacts, match=r"it_companies\.yaml"):
        read_file(path)
