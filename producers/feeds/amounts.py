"""Reads amounts of money as registries write them. An ambiguous amount is kept as stated and never guessed.

A point or ٫ stands before decimals. A comma, ٬, ،, an apostrophe or a blank may group digits. Then every group but the
first has exactly three, and the first begins with no zero. `250,000` is 250000; `1500,50` and `0,500` are odd.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final

LONGEST: Final = 60  # characters; a longer text is no amount of a company
MOST_DIGITS: Final = 18  # before the decimals, and as many behind: a trillion of trillions is no share capital

_GROUPING: Final = ",\u066c\u060c'\u2019 \u00a0\u2009\u202f"  # comma, Arabic thousands mark and comma, blanks
_POINTS: Final = ".\u066b"  # \u066b is the Arabic decimal mark
_WRITTEN: Final = re.compile(
    rf"(?P<whole>[0-9]+|[1-9][0-9]{{0,2}}(?:(?P<group>[{_GROUPING}])[0-9]{{3}})(?:(?P=group)[0-9]{{3}})*)"
    rf"(?:[{_POINTS}](?P<decimals>[0-9]+))?"
)


class JsonNumber(str):
    """A number as its JSON file writes it: it never becomes a float, which would round it."""

    __slots__ = ()
    __repr__ = str.__str__


def amount_from(text: str) -> str:
    """Write an amount in plain ASCII digits; raises ValueError, with a message for the registry.

    >>> amount_from("1,500.750"), amount_from("١٬٥٠٠٬٠٠٠"), amount_from("١٥٠٠٫٥٠"), amount_from(JsonNumber("2.5e4"))
    ('1500.750', '1500000', '1500.50', '25000')
    """
    if len(text) > LONGEST:
        raise ValueError(f"expected an amount, found {text!r:.60}, which is too long")
    if isinstance(text, JsonNumber) and "e" in text.lower():
        return _within_bounds(text, _without_exponent(text))
    found = _WRITTEN.fullmatch(_in_ascii_digits(text))
    if found is None:
        hint = ", which does not say for certain which number it is" if any(map(str.isdecimal, text)) else ""
        raise ValueError(f"expected an amount, found {text!r:.60}{hint}")
    whole = re.sub(rf"[{_GROUPING}]", "", found["whole"])
    return _within_bounds(text, whole if found["decimals"] is None else f"{whole}.{found['decimals']}")


def _within_bounds(text: str, plain: str) -> str:
    whole, _, decimals = plain.partition(".")
    if not whole.isdecimal() or len(whole) > MOST_DIGITS or len(decimals) > MOST_DIGITS:
        raise ValueError(f"expected an amount, found {text!r:.60}, which is larger or finer than any company's")
    return plain


def _without_exponent(text: str) -> str:
    """Resolve an exponent. Only a number of JSON has an exact one; in a spreadsheet's file, digits are lost."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"expected an amount, found {text!r:.60}") from None
    if not -MOST_DIGITS <= number.adjusted() <= MOST_DIGITS:  # or it would be written with as many zeros
        raise ValueError(f"expected an amount, found {text!r:.60}, which is larger or finer than any company's")
    return format(number, "f")


def _in_ascii_digits(text: str) -> str:
    """Write the digits of one script in ASCII; digits of two scripts in one number are an error."""
    if text.isascii():
        return text
    digits = {one: ord(one) - unicodedata.decimal(one) for one in text if one.isdecimal()}
    if len(set(digits.values())) > 1:
        raise ValueError(f"expected an amount, found {text!r:.60}, which has digits of two scripts")
    return "".join(str(unicodedata.decimal(one)) if one in digits else one for one in text)
