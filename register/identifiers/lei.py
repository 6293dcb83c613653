"""The Legal Entity Identifier (ISO 17442): 18 characters and two check digits, mod 97-10 of ISO/IEC 7064.

A few LEIs in GLEIF's own files fail their check digits; they are kept and marked, never refused.
"""

import re
import string
from typing import Final

from register.identifiers.problems import InvalidCheckDigits, InvalidIdentifier
from register.identifiers.spelling import required, spelled

_FORM: Final = re.compile("[0-9A-Z]{18}[0-9]{2}")
_IN_WORDS: Final = "18 capital letters or digits and two check digits"
_LETTERS_AS_NUMBERS: Final = str.maketrans({letter: str(ord(letter) - 55) for letter in string.ascii_uppercase})


def compact(number: str) -> str:
    """Strip what means nothing.

    >>> compact("2138 0011 vbts tzcf bt87")
    '21380011VBTSTZCFBT87'
    """
    return spelled(number).replace("-", "")


def validate(number: str) -> str:
    """Give the LEI in its compact form; raises InvalidIdentifier.

    >>> validate("21380011VBTSTZCFBT87")
    '21380011VBTSTZCFBT87'
    >>> validate("558600FM4JX57HZ3B116")
    Traceback (most recent call last):
        ...
    register.identifiers.problems.InvalidCheckDigits: its check digits do not agree with the rest
    """
    lei = required(compact(number), _FORM, _IN_WORDS)
    if int(lei.translate(_LETTERS_AS_NUMBERS)) % 97 != 1:
        raise InvalidCheckDigits("its check digits do not agree with the rest")
    return lei


def is_valid(number: str) -> bool:
    """Tell whether this is an LEI.

    >>> is_valid("21380011VBTSTZCFBT87"), is_valid("21380011VBTSTZCFBT88")
    (True, False)
    """
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001  (the four names of python-stdnum)
    """Write the LEI as GLEIF prints it: in one piece.

    >>> format("2138 0011 VBTS TZCF BT87")
    '21380011VBTSTZCFBT87'
    """
    return compact(number)
