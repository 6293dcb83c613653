"""List the registration authorities."""

from collections.abc import Sequence

from register.authorities import Authority
from schemas.facts.authorities import authorities as _authorities


def authorities() -> Sequence[Authority]:
    """List the authorities that Sijill knows, with the publisher and the form of the numbers of each."""
    return tuple(_authorities().values())
