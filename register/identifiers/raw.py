"""Numbers of registers whose format nobody has verified: anything that is not a placeholder, kept as stated."""

import re
from typing import Final

from register.identifiers.problems import InvalidIdentifier
from register.identifiers.spelling import LONGEST, required, spelled

_FORM: Final = re.compile(rf"[^\s\x00-\x1f]{{1,{LONGEST}}}")


def compact(number: str) -> str:
    """Strip what means nothing.

    >>> compact(" cn-1065923 ")
    'CN-1065923'
    """
    return spelled(number)


def validate(number: str) -> str:
    """Give the number in its compact form; raises InvalidIdentifier.

    >>> validate("12345")
    '12345'
    >>> validate("n/a")
    Traceback (most recent call last):
        ...
    register.identifiers.problems.Placeholder: it is a placeholder, expected 1 to 64 characters
    """
    return required(compact(number), _FORM, f"1 to {LONGEST} characters")


def is_valid(number: str) -> bool:
    """Tell whether this can be a number.

    >>> is_valid("12345"), is_valid("0000"), is_valid("")
    (True, False, False)
    """
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001  (the four names of python-stdnum)
    """Write the number as its registry prints it.

    >>> format("CN-1065923")
    'CN-1065923'
    """
    return compact(number)
