"""Business activities: kept as stated (scheme, version, code), reduced to a class of ISIC Rev. 4 only to filter.

National classifications extend a class by further digits (620101 in Saudi Arabia) or a suffix (71209-1 in Bahrain). A
code is reduced only where it has the form of its scheme and begins with a class that exists. A code that lost its
leading zero in a spreadsheet must not become another activity.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from register.identifiers.spelling import spelled
from register.isic4 import CLASSES
from register.properties import Properties

LONGEST_CODE: Final = 32  # characters; the longest real one seen has seven
_NATIONAL: Final = re.compile(r"(\d{4})\d{0,3}([-.]\d{1,3})?")  # not verified: further digits, or a suffix, or both
FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "ISIC4": re.compile(r"(\d{4})"),
    "SA.ISIC4": re.compile(r"(\d{4})(\d{2})?"),  # four or six digits, never five: 14101 is 014101 without its zero
    "BH.ISIC4": _NATIONAL,  # 71209-1, 5224-1, 5229021 in Sijilat
    "AE.ISIC4": _NATIONAL,
    "KW.ISIC4": _NATIONAL,
    "OM.ISIC4": _NATIONAL,
    "QA.ISIC4": _NATIONAL,
}
"""The schemes that extend ISIC Rev. 4, and the form of their codes: the class is the first group."""


def isic4_class(scheme: str, code: str) -> str | None:
    """Reduce a code of a scheme that extends ISIC Rev. 4 to its class of four digits; None where it has no class.

    >>> isic4_class("SA.ISIC4", "620101"), isic4_class("BH.ISIC4", "71209-1"), isic4_class("X", "6201")
    ('6201', '7120', None)
    >>> isic4_class("SA.ISIC4", "14101"), isic4_class("ISIC4", "9999")
    (None, None)
    """
    return None if len(code) > LONGEST_CODE or len(scheme) > LONGEST_CODE else _reduced(scheme, code)


@lru_cache(maxsize=8_192)
def _reduced(scheme: str, code: str) -> str | None:
    form = FORMS.get(scheme) or FORMS.get(spelled(scheme))
    found = None if form is None else form.fullmatch(spelled(code))  # Arabic-Indic digits are digits too
    return found.group(1) if found is not None and found.group(1) in CLASSES else None


def isic4_classes(properties: Properties) -> Iterator[str]:
    """Give the ISIC Rev. 4 classes of a company's activities."""
    for activity in properties.get("activities", ()):
        found = isic4_class(activity["scheme"], activity["code"])
        if found is not None:
            yield found


def activity_words(activity: Mapping[str, Any]) -> str:
    """Name an activity as its registry does: scheme and code; where there is no code, scheme and words.

    >>> activity_words({"scheme": "SA.ISIC4", "code": "999999", "label": []})
    'SA.ISIC4 999999'
    """
    code_or_words = activity["code"] or " / ".join(one["text"] for one in activity["label"])
    return f"{activity['scheme']} {code_or_words}".strip()


def is_it(classes: Iterable[str], it_classes: frozenset[str]) -> bool:
    """Tell whether a company with activities of these classes is an IT company: one such activity is enough."""
    return not it_classes.isdisjoint(classes)
