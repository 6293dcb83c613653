"""ISIC Rev. 4 in Arabic and English: the names of its classes, from schemas/classifications."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[1] / "classifications"
LANGUAGES: Final = ("en", "ar")


@dataclass(frozen=True, slots=True, kw_only=True)
class IsicClass:
    """One class: four digits, and what it is called."""

    code: str
    name_en: str
    name_ar: str


@cache
def isic4() -> Mapping[str, IsicClass]:
    """Give all classes by their codes."""
    english, arabic = (dict(_classes(_read(language))) for language in LANGUAGES)
    return {code: IsicClass(code=code, name_en=name, name_ar=arabic[code]) for code, name in english.items()}


def _read(language: str) -> Any:
    return json.loads((FOLDER / f"isic4_{language}.json").read_text(encoding="utf-8"))


def _classes(published: Any) -> Iterator[tuple[str, str]]:
    for section in published["sections"]:
        for division in section["divisions"]:
            for group in division["groups"]:
                yield from ((one["class"], one["description"]) for one in group["classes"])
