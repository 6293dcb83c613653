"""Business activities: kept as stated (scheme, version, code), reduced to an ISIC Rev. 4 class only to filter.

IT companies are those of ISIC Rev. 4 classes 5820, 6201, 6202, 6209, 6311, 6312 and 9511 (resellers apart).
"""

import re
from collections.abc import Iterator
from typing import Final

from register.properties import Properties

IT_CLASSES: Final = frozenset({"5820", "6201", "6202", "6209", "6311", "6312", "9511"})
_ISIC_SCHEMES: Final = ("ISIC4", "SA.ISIC4", "BH.ISIC4", "KW.ISIC4", "OM.ISIC4", "QA.ISIC4", "AE.ISIC4")
_LEADING_CLASS: Final = re.compile(r"\d{4}")


def isic4_class(scheme: str, code: str) -> str | None:
    """Reduce a code of a scheme that extends ISIC Rev. 4 to its class (four digits); None for others.

    >>> isic4_class("SA.ISIC4", "620101"), isic4_class("BH.ISIC4", "71209-1"), isic4_class("X", "6201")
    ('6201', '7120', None)
    """
    if scheme not in _ISIC_SCHEMES:
        return None
    leading = _LEADING_CLASS.match(code)
    return f"{int(leading.group()):04}" if leading else None  # int: Arabic digits are digits too


def isic4_classes(properties: Properties) -> Iterator[str]:
    """Give the ISIC Rev. 4 classes of a company's activities."""
    for activity in properties.get("activities", ()):
        found = isic4_class(activity["scheme"], activity["code"])
        if found is not None:
            yield found
