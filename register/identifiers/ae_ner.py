"""The number of the National Economic Register of the United Arab Emirates: eight digits."""

import re
from typing import Final

from register.identifiers.problems import InvalidIdentifier
from register.identifiers.spelling import required, spelled

_FORM: Final = re.compile("[0-9]{8}")


def compact(number: str) -> str:
    """Strip what means nothing.

    >>> compact("1108 5461")
    '11085461'
    """
    return spelled(number)


def validate(number: str) -> str:
    """Give the number in its compact form; raises InvalidIdentifier.

    >>> validate("11085461")
    '11085461'
    >>> validate("CN-1065923")
    Traceback (most recent call last):
        ...
    register.identifiers.problems.InvalidForm: it has another form than eight digits
    """
    return required(compact(number), _FORM, "eight digits")


def is_valid(number: str) -> bool:
    """Tell whether this is such a number.

    >>> is_valid("11085461"), is_valid("CN-1065923")
    (True, False)
    """
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001  (the four names of python-stdnum)
    """Write the number as its registry prints it.

    >>> format("1108 5461")
    '11085461'
    """
    return compact(number)
