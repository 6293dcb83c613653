"""Writes the pages of docs/reference that are generated from the contract: `python -m schemas.reference`.

A contract test fails while a committed page is not what this would write.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from schemas import asyncapi, legal_forms_page, topics_page
from schemas.catalogue import FOLDER

REFERENCE: Final = FOLDER.parent / "docs" / "reference"
PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "asyncapi.yaml": asyncapi.page,
    "topics.md": topics_page.page,
    "legal-forms.md": legal_forms_page.page,
}


def outdated(folder: Path = REFERENCE) -> list[str]:
    """Name the pages that are not as they would be written now."""
    return [name for name, page in PAGES.items() if not _is_current(folder / name, page())]


def main() -> int:
    """Write the pages that are outdated."""
    for name in outdated():
        (REFERENCE / name).write_text(PAGES[name](), encoding="utf-8")
        sys.stdout.write(f"wrote {REFERENCE / name}\n")
    return 0


def _is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main())
