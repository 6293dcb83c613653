"""What all schemes share: spelling that means nothing, and values that stand in for a missing number."""

import re
from typing import Final

from register.identifiers.problems import InvalidForm, Placeholder

LONGEST: Final = 64  # characters, as registration numbers; the longest real identifier seen is 20 (LEI)

_BIDI_AND_ZERO_WIDTH: Final = (
    "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_INVISIBLE: Final[dict[int, str | int | None]] = dict.fromkeys(map(ord, _BIDI_AND_ZERO_WIDTH))
_ASCII: Final = str.maketrans(
    {
        **_INVISIBLE,
        **{0x0660 + digit: str(digit) for digit in range(10)},  # Arabic-Indic, as Arabic keyboards write them
        **{0x06F0 + digit: str(digit) for digit in range(10)},  # the Persian and Urdu forms of the same
        **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-"),
    }
)
_WORDS: Final = frozenset(
    {"", "NA", "NIL", "NONE", "NULL", "TBA", "TBD", "UNKNOWN", "NOTAVAILABLE", "NOTAPPLICABLE", "PENDING", "TEST"}
    | {"لايوجد", "غيرمتوفر", "غيرمعروف", "بدون"}
)
_NOT_A_NUMBER: Final = re.compile(
    r"0+"  # nothing but zeros
    r"|9{4,}"
    r"|([0-9A-Z])\1{5,}"  # one character over and over; shorter runs such as 1111 are real numbers in some registers
    r"|[0-9]0{7,}"  # a round ten million or more: registers count upwards and have not come that far
    r"|X{2,}"
)
_SEPARATORS: Final = re.compile(r"[\W_]+")


def spelled(value: str) -> str:
    """Write a value with ASCII digits and hyphens, in capitals, without blanks and invisible marks.

    >>> spelled(" cn\u2011\u0661\u0660-1 \u200f")
    'CN-10-1'
    """
    if value.isascii():
        return "".join(value.split()).upper()
    return "".join(value.translate(_ASCII).split()).upper()


def is_placeholder(value: str) -> bool:
    """Tell whether a value only fills a field: it names nothing, and two records that share it share nothing.

    >>> [is_placeholder(one) for one in ("0000", "9999999999", "N/A", " - ", "لا يوجد", "7000000000")]
    [True, True, True, True, True, True]
    >>> [is_placeholder(one) for one in ("7001775498", "9-1", "1111", "12345", "CN-1065923")]
    [False, False, False, False, False]
    """
    bare = _SEPARATORS.sub("", spelled(value))
    return bare in _WORDS or _NOT_A_NUMBER.fullmatch(bare) is not None


def required(number: str, form: re.Pattern[str], form_in_words: str) -> str:
    """Give the number back when it is neither a placeholder nor of another form; else raises the fault."""
    if is_placeholder(number):
        raise Placeholder(f"it is a placeholder, expected {form_in_words}")
    if not form.fullmatch(number):
        raise InvalidForm(f"it has another form than {form_in_words}")
    return number
