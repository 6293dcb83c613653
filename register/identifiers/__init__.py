"""The identifier schemes, one module each with the same four functions, as in python-stdnum.

What `check` finds odd is a warning in the receipt, never a refusal: the value is kept as it was stated.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from register.identifiers import ae_licence, ae_ner, bh_cr, kw_cr, lei, om_cr, qa_cr, sa_cr, sa_unified
from register.identifiers.problems import InvalidIdentifier
from register.identifiers.spelling import is_placeholder

__all__ = ["SCHEMES", "InvalidIdentifier", "Scheme", "check", "is_placeholder"]


class Scheme(Protocol):
    """What a scheme's module offers. No function keeps state; only `validate` raises, and only InvalidIdentifier."""

    def compact(self, number: str) -> str:
        """Strip what means nothing: blanks, invisible marks, the script of the digits."""

    def validate(self, number: str) -> str:
        """Give the number in its compact form; raises InvalidIdentifier."""

    def is_valid(self, number: str) -> bool:
        """Tell whether `validate` would give it back."""

    def format(self, number: str) -> str:
        """Write the number as its registry prints it."""


SCHEMES: Final[Mapping[str, Scheme]] = MappingProxyType(
    {
        "LEI": lei,
        "SA.UNN": sa_unified,
        "SA.CR": sa_cr,
        "BH.CR": bh_cr,
        "OM.CR": om_cr,
        "AE.NER": ae_ner,
        "AE.LICENCE": ae_licence,
        "KW.CR": kw_cr,
        "QA.CR": qa_cr,
    }
)
"""By the scheme's name in an event's `identifiers`."""


def check(scheme: str, value: str) -> str | None:
    """Say what is odd about a value of a scheme; None when nothing is, or when the scheme is not known here.

    >>> check("LEI", "558600FM4JX57HZ3B116")
    "'558600FM4JX57HZ3B116' is no valid LEI: its check digits do not agree with the rest"
    >>> check("SA.UNN", "7001775498") is None
    True
    """
    module = SCHEMES.get(scheme)
    if module is None:
        return None
    try:
        module.validate(value)
    except InvalidIdentifier as fault:
        return f"{value!r:.80} is no valid {scheme}: {fault}"
    return None
