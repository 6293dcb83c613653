"""The rule that says which companies are IT companies: schemas/it_companies.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from register.isic4 import CLASSES
from schemas.facts.reading import content_of, mapping, only, text
from schemas.facts.rules_folder import remembered, rule_path

FILE: Final = Path(__file__).parents[1] / "it_companies.yaml"
_SECTIONS: Final = frozenset({"classes", "apart"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ItRule:
    """The classes of ISIC Rev. 4 that make an IT company, and similar classes that do not; each with its reason."""

    reasons: Mapping[str, str]
    apart: Mapping[str, str]

    @property
    def classes(self) -> frozenset[str]:
        """The classes that make an IT company; one of them is enough."""
        return frozenset(self.reasons)


@remembered
def it_companies() -> ItRule:
    """Give the rule."""
    return read_file(rule_path(FILE.name))


def read_file(path: Path) -> ItRule:
    """Read a rule; raises MalformedFacts for a class that ISIC Rev. 4 does not have."""
    sections = mapping(content_of(path), str(path))
    only(sections, allowed=_SECTIONS, mandatory=_SECTIONS, where=str(path))
    reasons, apart = (_reasons(sections[name], f"{path}, {name}") for name in ("classes", "apart"))
    only(apart, allowed=CLASSES - frozenset(reasons), mandatory=frozenset(), where=f"{path}, apart")
    return ItRule(reasons=reasons, apart=apart)


def _reasons(section: object, where: str) -> Mapping[str, str]:
    found = mapping(section, where)
    for code, reason in found.items():
        only({code: reason}, allowed=CLASSES, mandatory=frozenset(), where=where)
        text(reason, None, f"{where}, {code}")
    return found
