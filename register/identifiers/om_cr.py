"""The Omani commercial registration number: seven digits."""

import re
from typing import Final

from register.identifiers.problems import InvalidIdentifier
from register.identifiers.spelling import required, spelled

_FORM: Final = re.compile("[0-9]{7}")


def compact(number: str) -> str:
    """Strip what means nothing.

    >>> compact("102 4567")
    '1024567'
    """
    return spelled(number)


def validate(number: str) -> str:
    """Give the number in its compact form; raises InvalidIdentifier.

    >>> validate("1024567")
    '1024567'
    >>> validate("10245678")
    Traceback (most recent call last):
        ...
    register.identifiers.problems.InvalidForm: it has another form than seven digits
    """
    return required(compact(number), _FORM, "seven digits")


def is_valid(number: str) -> bool:
    """Tell whether this is such a number.

    >>> is_valid("1024567"), is_valid("10245678")
    (True, False)
    """
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001  (the four names of python-stdnum)
    """Write the number as its registry prints it.

    >>> format("102 4567")
    '1024567'
    """
    return compact(number)
