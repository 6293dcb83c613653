"""The values of properties, in the shape of schemas/avro/Properties.v1.avsc, every part of them present."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

ARABIC_SCRIPT: Final = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
UNDETERMINED: Final = "und"


def language_of(text: str) -> str:
    """Tell the language of a name by its script: every register here writes Arabic or English.

    >>> language_of("بنك برقان"), language_of("BURGAN BANK")
    ('ar', 'en')
    """
    return "ar" if ARABIC_SCRIPT.search(text) else "en"


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
