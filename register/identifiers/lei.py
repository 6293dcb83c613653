"""The check digits of the Legal Entity Identifier (ISO 17442): mod 97-10 of ISO/IEC 7064."""

import string
from typing import Final

from register.identifiers.problems import InvalidCheckDigits

_LETTERS_AS_NUMBERS: Final = str.maketrans({letter: str(ord(letter) - 55) for letter in string.ascii_uppercase})


def require_check_digits(lei: str) -> None:
    """Raise InvalidCheckDigits unless the check digits of a compact LEI agree with the rest.

    >>> require_check_digits("21380011VBTSTZCFBT87")
    >>> require_check_digits("558600FM4JX57HZ3B116")
    Traceback (most recent call last):
        ...
    register.identifiers.problems.InvalidCheckDigits: its check digits do not agree with the rest
    """
    if int(lei.translate(_LETTERS_AS_NUMBERS)) % 97 != 1:
        raise InvalidCheckDigits("its check digits do not agree with the rest")
