"""The precedence table, schemas/precedence.yaml: which statement of a property the company takes, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from register.precedence import ADMITTING, Precedence, PrecedenceRule
from register.properties import PROPERTIES
from schemas.facts.authorities import kinds
from schemas.facts.reading import MalformedFacts, content_of, listed, mapping, only, text
from schemas.facts.rules_folder import remembered, rule_path

FILE: Final = Path(__file__).parents[1] / "precedence.yaml"
_FACTS: Final = frozenset({"rules", "why_en", "why_ar"})
_PROPERTIES: Final = frozenset(PROPERTIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesReason:
    """Why a property has its rules, in both languages."""

    why_en: str
    why_ar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rules of every property, and the reason for them."""

    rules: Mapping[str, tuple[PrecedenceRule, ...]]
    reasons: Mapping[str, RulesReason]


@remembered
def table() -> Table:
    """Give the table."""
    return read_file(rule_path(FILE.name))


@remembered
def precedence() -> Precedence:
    """Give the table and the authorities, as `unify` uses them."""
    return Precedence(rules=table().rules, kinds=kinds())


def read_file(path: Path) -> Table:
    """Read a table; raises MalformedFacts where it leaves a property out, or a list of rules makes no sense."""
    entries = mapping(content_of(path), str(path))
    only(entries, allowed=_PROPERTIES, mandatory=_PROPERTIES, where=str(path))
    rules, reasons = {}, {}
    for name in PROPERTIES:
        where = f"{path}, {name}"
        entry = mapping(entries[name], where)
        only(entry, allowed=_FACTS, mandatory=_FACTS, where=where)
        rules[name] = _rules(entry["rules"], f"{where}, rules")
        reasons[name] = RulesReason(
            why_en=text(entry["why_en"], None, f"{where}, why_en"),
            why_ar=text(entry["why_ar"], None, f"{where}, why_ar"),
        )
    return Table(rules=rules, reasons=reasons)


def _rules(section: object, where: str) -> tuple[PrecedenceRule, ...]:
    known = {rule.value for rule in PrecedenceRule}
    words = listed(section, where)
    if unknown := [str(word) for word in words if word not in known]:
        raise MalformedFacts(f"{where}: {', '.join(unknown)} is no rule, use {', '.join(PrecedenceRule)}")
    rules = tuple(PrecedenceRule(word) for word in words)
    if len(set(rules)) != len(rules):
        raise MalformedFacts(f"{where}: a rule stands twice")
    if PrecedenceRule.HOME_ONLY in rules and len(rules) > 1:
        raise MalformedFacts(f"{where}: home_only leaves nobody to compare with, so it stands alone")
    if any(rule in ADMITTING for rule in rules[1:]):
        raise MalformedFacts(f"{where}: who may state it at all comes first")
    if PrecedenceRule.SMALLEST_ID in rules[:-1]:
        raise MalformedFacts(f"{where}: smallest_id always decides, so it comes last")
    return rules
