"""The values of properties, in the shape of schemas/avro/Properties.v1.avsc, every part of them present."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

_ARABIC_LETTER: Final = re.compile(
    "[\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06fa-\u06fc\u0750-\u077f\u0870-\u0887\u08a0-\u08c9"
    "\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc]"
)
UNDETERMINED: Final = "und"


def language_of(text: str) -> str:
    """Tell the language of a name by its letters: every register here writes Arabic or English.

    Marks, digits and commas are no letters: they come with names of either language.

    >>> language_of("بنك برقان"), language_of("BURGAN BANK")
    ('ar', 'en')
    """
    return "en" if text.isascii() or _ARABIC_LETTER.search(text) is None else "ar"


def texts(*stated: str | None) -> list[dict[str, str]]:
    """State texts, each with the language of its script; a text that stands twice is stated once."""
    kept = dict.fromkeys(text for text in stated if text)
    return [{"text": text, "language": language_of(text)} for text in kept]


def identifier(scheme: str, value: str, valid_from: date | None = None, valid_to: date | None = None) -> dict[str, Any]:
    """State an identifier."""
    return {"scheme": scheme, "value": value, "valid_from": valid_from, "valid_to": valid_to}


def address(
    language: str,
    lines: Sequence[str] = (),
    *,
    city: str | None = None,
    region: str | None = None,
    postal_code: str | None = None,
    country: str | None = None,
) -> dict[str, Any]:
    """State an address in one language."""
    return {
        "language": language,
        "lines": list(lines),
        "city": city,
        "region": region,
        "postal_code": postal_code,
        "country": country,
    }


def activity(scheme: str, code: str, *labels: str | None) -> dict[str, Any]:
    """State an activity; no register here says which version of its scheme it uses."""
    return {"scheme": scheme, "version": "", "code": code, "label": texts(*labels)}
