"""The table of the identifier schemes: which form the numbers of each have."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from register.identifiers.lei import require_check_digits
from register.identifiers.problems import InvalidIdentifier
from register.identifiers.spelling import LONGEST, required, spelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One scheme of numbers. Nothing keeps state; only `validate` raises, and only InvalidIdentifier."""

    form: re.Pattern[str]
    form_in_words: str
    respelled: Mapping[int, str]
    """Characters (code points) that people write into a number of this scheme, and what they stand for."""
    require: Callable[[str], None] | None = None
    """A further check of a number that has the form; raises InvalidIdentifier."""

    def compact(self, number: str) -> str:
        """Remove blanks and invisible marks, and write the digits in ASCII.

        >>> SCHEMES["BH.CR"].compact(" 9 / 1"), SCHEMES["SA.CR"].compact("1010-307349")
        ('9-1', '1010307349')
        """
        return spelled(number).translate(self.respelled)

    def validate(self, number: str) -> str:
        """Give the number in its compact form; raises InvalidIdentifier.

        >>> SCHEMES["SA.UNN"].validate(" 7001 775 498")
        '7001775498'
        >>> SCHEMES["SA.UNN"].validate("1010307349")
        Traceback (most recent call last):
            ...
        register.identifiers.problems.InvalidForm: it has another form than ten digits that begin with 7
        """
        compact = required(self.compact(number), self.form, self.form_in_words)
        if self.require is not None:
            self.require(compact)
        return compact

    def is_valid(self, number: str) -> bool:
        """Tell whether `validate` accepts the number.

        >>> SCHEMES["BH.CR"].is_valid("9-1"), SCHEMES["BH.CR"].is_valid("9"), SCHEMES["KW.CR"].is_valid("N/A")
        (True, False, False)
        """
        try:
            self.validate(number)
        except InvalidIdentifier:
            return False
        return True


_AS_WRITTEN: Final[Mapping[int, str]] = MappingProxyType({})
_WITHOUT_HYPHENS: Final[Mapping[int, str]] = MappingProxyType({ord("-"): ""})


def _scheme(
    form: str,
    form_in_words: str,
    respelled: Mapping[int, str] = _AS_WRITTEN,
    require: Callable[[str], None] | None = None,
) -> Scheme:
    return Scheme(form=re.compile(form), form_in_words=form_in_words, respelled=respelled, require=require)


_UNVERIFIED: Final = _scheme(rf"[^\s\x00-\x1f]{{1,{LONGEST}}}", f"1 to {LONGEST} characters")
"""A register whose format nobody has verified: anything that is no placeholder, kept as stated."""

SCHEMES: Final[Mapping[str, Scheme]] = MappingProxyType(
    {
        # ISO 17442. A few LEIs in GLEIF's own files fail their check digits: they are kept and marked, never refused.
        "LEI": _scheme(
            "[0-9A-Z]{18}[0-9]{2}",
            "18 capital letters or digits and two check digits",
            _WITHOUT_HYPHENS,
            require_check_digits,
        ),
        # Saudi Arabia's only commercial register number since April 2025. The numbers seen end in a Luhn check digit,
        # which no published rule confirms: it is not checked.
        "SA.UNN": _scheme("7[0-9]{9}", "ten digits that begin with 7", _WITHOUT_HYPHENS),
        # Given until April 2025, still found on older records.
        "SA.CR": _scheme("[0-9]{10}", "ten digits", _WITHOUT_HYPHENS),
        # The registration, a hyphen, the branch. 9-1 and 9-3 need not be one company: the stem alone is no identifier.
        "BH.CR": _scheme("[0-9]{1,6}-[0-9]{1,3}", "1 to 6 digits, a hyphen and 1 to 3 digits", {ord("/"): "-"}),
        "OM.CR": _scheme("[0-9]{7}", "seven digits"),
        # The National Economic Register of the United Arab Emirates.
        "AE.NER": _scheme("[0-9]{8}", "eight digits"),
        # A trade licence of an emirate or of a free zone: every zone has its own format.
        "AE.LICENCE": _UNVERIFIED,
        "KW.CR": _UNVERIFIED,
        "QA.CR": _UNVERIFIED,
    }
)
"""By the scheme's name in an event's `identifiers`."""
