"""The Bahraini commercial registration number: the registration, a hyphen, the branch.

9-1 and 9-3 share a stem and need not be one company: the stem alone is no identifier.
"""

import re
from typing import Final

from register.identifiers.problems import InvalidIdentifier
from register.identifiers.spelling import required, spelled

_FORM: Final = re.compile("[0-9]{1,6}-[0-9]{1,3}")


def compact(number: str) -> str:
    """Strip what means nothing.

    >>> compact(" 9 - 1")
    '9-1'
    """
    return spelled(number).replace("/", "-")


def validate(number: str) -> str:
    """Give the number in its compact form; raises InvalidIdentifier.

    >>> validate("9-1")
    '9-1'
    >>> validate("9")
    Traceback (most recent call last):
        ...
    register.identifiers.problems.InvalidForm: it has another form than 1 to 6 digits, a hyphen and 1 to 3 digits
    """
    return required(compact(number), _FORM, "1 to 6 digits, a hyphen and 1 to 3 digits")


def is_valid(number: str) -> bool:
    """Tell whether this is such a number.

    >>> is_valid("9-1"), is_valid("9")
    (True, False)
    """
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001  (the four names of python-stdnum)
    """Write the number as its registry prints it.

    >>> format(" 9 - 1")
    '9-1'
    """
    return compact(number)
