"""Values of properties in one line of text for a person."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

NOTHING: Final = "–"
BETWEEN: Final = " · "  # stands between the values of a list


def as_text(value: Any) -> str:
    """Write a property's value in one line.

    >>> as_text([{"text": "Alpha", "language": "en"}]), as_text(None), as_text(True)
    ('Alpha', '–', 'yes')
    """
    if value is None or value in ([], {}):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return BETWEEN.join(as_text(one) for one in value)
    if isinstance(value, Mapping):
        return _record(value)
    return str(value)


def counted(count: int, one: str) -> str:
    """Write how many there are.

    >>> counted(1, "case"), counted(2_000, "case")
    ('1 case', '2,000 cases')
    """
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def lowered(code: str) -> str:
    """Write a code of the contract as words.

    >>> lowered("LIQUIDATION_OPENED")
    'liquidation opened'
    """
    return code.lower().replace("_", " ")


def names_as_text(names: Iterable[Mapping[str, str]]) -> str:
    """Write names of several languages in one line.

    >>> names_as_text([{"text": "نور", "language": "ar"}, {"text": "Noor", "language": "en"}])
    'نور · Noor'
    """
    return as_text(list(names)) if names else "without a name"


def as_lines(value: Any) -> list[str]:
    """Write a property's value line by line: one for each language, identifier, activity …, so that scripts stay apart.

    >>> as_lines([{"text": "نور", "language": "ar"}, {"text": "Noor", "language": "en"}])
    ['ar  نور', 'en  Noor']
    """
    if isinstance(value, list) and value:
        return [line for one in value for line in as_lines(one)]
    if isinstance(value, Mapping) and "language" in value:
        return [f"{value['language']}  {as_text(value)}"]
    return [as_text(value)]


def _record(value: Mapping[str, Any]) -> str:
    """Write a language text, an identifier, an address, an activity, a sum, or a map of particulars."""
    if "text" in value:
        return str(value["text"])
    if "amount" in value:
        return f"{value['amount']} {value['currency']}"
    if "lines" in value:
        parts = [*value["lines"], value["city"], value["region"], value["postal_code"], value["country"]]
        return ", ".join(part for part in parts if part)
    if "code" in value:
        label = as_text(value["label"])
        return f"{value['code'] or value['scheme']} {'' if label == NOTHING else label}".strip()
    if "scheme" in value:
        until = f" until {value['valid_to']}" if value["valid_to"] else ""
        return f"{value['scheme']} {value['value']}{until}"
    return ", ".join(f"{name} {as_text(one)}" for name, one in value.items())
