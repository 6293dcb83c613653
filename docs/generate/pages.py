"""The pages of docs/reference that are made from the contract and the code. Tests fail while one is outdated."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from docs.generate import asyncapi, legal_forms_page, operations_pages, topics_page

REFERENCE: Final = Path(__file__).parents[1] / "reference"
PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "asyncapi.yaml": asyncapi.page,
    "topics.md": topics_page.page,
    "legal-forms.md": legal_forms_page.page,
    "commands.md": operations_pages.commands_page,
    "settings.md": operations_pages.settings_page,
    "metrics.md": operations_pages.metrics_page,
}


def outdated(folder: Path = REFERENCE) -> list[str]:
    """Name the pages that are not as they would be written now."""
    return [name for name in PAGES if not _is_current(folder / name, written(name))]


def written(name: str) -> str:
    """Write a page as it must be now."""
    return PAGES[name]()


def _is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
