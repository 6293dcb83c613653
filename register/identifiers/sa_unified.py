"""The Saudi unified national number of an establishment: ten digits that begin with 7.

Saudi Arabia's only commercial register number since April 2025. The numbers seen all end in a Luhn check digit, which
no published rule confirms: it is not checked.
"""

import re
from typing import Final

from register.identifiers.problems import InvalidIdentifier
from register.identifiers.spelling import required, spelled

_FORM: Final = re.compile("7[0-9]{9}")


def compact(number: str) -> str:
    """Strip what means nothing.

    >>> compact(" 7001 775 498")
    '7001775498'
    """
    return spelled(number).replace("-", "")


def validate(number: str) -> str:
    """Give the number in its compact form; raises InvalidIdentifier.

    >>> validate("7001775498")
    '7001775498'
    >>> validate("1010307349")
    Traceback (most recent call last):
        ...
    register.identifiers.problems.InvalidForm: it has another form than ten digits that begin with 7
    """
    return required(compact(number), _FORM, "ten digits that begin with 7")


def is_valid(number: str) -> bool:
    """Tell whether this is such a number.

    >>> is_valid("7001775498"), is_valid("1010307349")
    (True, False)
    """
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001  (the four names of python-stdnum)
    """Write the number as its registry prints it.

    >>> format(" 7001 775 498")
    '7001775498'
    """
    return compact(number)
