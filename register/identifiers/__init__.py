"""The identifier schemes: one table (`schemes`), the spelling that all share, and the check digits of the LEI.

An odd value gets a warning in the receipt, never a refusal. The value is kept as it was stated.
"""

from register.identifiers.problems import InvalidIdentifier
from register.identifiers.schemes import SCHEMES, Scheme
from register.identifiers.spelling import is_placeholder

__all__ = ["SCHEMES", "InvalidIdentifier", "Scheme", "check", "is_placeholder"]


def check(scheme: str, value: str) -> str | None:
    """Say what is odd about a value of a scheme. None: nothing is odd, or the scheme is not known here.

    >>> check("LEI", "558600FM4JX57HZ3B116")
    "'558600FM4JX57HZ3B116' is no valid LEI: its check digits do not agree with the rest"
    >>> check("SA.UNN", "7001775498") is None
    True
    """
    known = SCHEMES.get(scheme)
    if known is None:
        return None
    try:
        known.validate(value)
    except InvalidIdentifier as fault:
        return f"{value!r:.80} is no valid {scheme}: {fault}"
    return None
