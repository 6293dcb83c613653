"""Where the rules stand: in the package, or in a folder that an operator names, file by file.

What a folder does not have, the package gives. A process uses one set of rules: `use_rules` at its start.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from schemas.facts.reading import MalformedFacts

SHIPPED: Final = Path(__file__).parents[1]  # schemas/ in the package
RULES: Final = ("authorities", "names", "it_companies.yaml", "legal_forms.yaml", "precedence.yaml")
"""Files and folders of schemas/ that decide what a record says, and which names are suggested."""

_Facts = TypeVar("_Facts")
_forget: Final[list[Callable[[], None]]] = []
_folder: Path | None = None


def use_rules(folder: Path | None) -> None:
    """Use the rules of a folder from now on, in this process; None: those of the package.

    Call it at the start, before anything is read. Raises MalformedFacts for a folder without rules.
    """
    global _folder  # as the schema ids: one process has one set of rules
    if folder is not None and not any((folder / name).exists() for name in RULES):
        raise MalformedFacts(f"{folder} has no rules: expected at least one of {', '.join(RULES)}")
    if folder != _folder:
        _folder = folder
        for forget in _forget:
            forget()


def rule_path(name: str) -> Path:
    """Give the file or folder of a rule: of the operator's folder if it is there, else of the package."""
    own = None if _folder is None else _folder / name
    return own if own is not None and own.exists() else SHIPPED / name


def remembered(read: Callable[[], _Facts]) -> Callable[[], _Facts]:
    """Remember what was read of the rules, until other rules are used."""
    kept = cache(read)
    _forget.append(kept.cache_clear)
    return kept
