"""The Saudi commercial registration number: ten digits; given until April 2025, still found on older records."""

import re
from typing import Final

from register.identifiers.problems import InvalidIdentifier
from register.identifiers.spelling import required, spelled

_FORM: Final = re.compile("[0-9]{10}")


def compact(number: str) -> str:
    """Strip what means nothing.

    >>> compact("1010-307349")
    '1010307349'
    """
    return spelled(number).replace("-", "")


def validate(number: str) -> str:
    """Give the number in its compact form; raises InvalidIdentifier.

    >>> validate("1010307349")
    '1010307349'
    >>> validate("101030734")
    Traceback (most recent call last):
        ...
    register.identifiers.problems.InvalidForm: it has another form than ten digits
    """
    return required(compact(number), _FORM, "ten digits")


def is_valid(number: str) -> bool:
    """Tell whether this is such a number.

    >>> is_valid("1010307349"), is_valid("101030734")
    (True, False)
    """
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001  (the four names of python-stdnum)
    """Write the number as its registry prints it.

    >>> format("1010-307349")
    '1010307349'
    """
    return compact(number)
