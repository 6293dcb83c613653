"""What the bytes of a published record tell before it is read: whose it is, and what it may link.

Whoever publishes may have written anything. Most events link nothing, as their bytes show: those are never read here.
"""

import re
from functools import lru_cache
from typing import Final

from register.ids import RegistrationId, authority_of, is_registration_id
from register.limits import EVENT_BYTES
from register.resolution.evidence import UNIQUE_SCHEMES, Numbering, Numberings
from register.resolution.stated_keys import stated_keys
from schemas.codec.reader import read
from schemas.codec.records import event_from
from schemas.facts.authorities import authorities
from schemas.problems import ContractProblem

LONGEST_KEY: Final = 512  # bytes; a registration id has fewer than 400

_ID_BEGINS: Final = re.compile(rb"[A-Z]{2}\.(?=[A-Z0-9-]{1,24}\.)")
_OWN: Final = 1  # an event holds the id of its own registration; one that states a home holds two ids


def registration_of(key: bytes | None, value: bytes | None) -> RegistrationId | None:
    """Name the registration of a record; None for a record that cannot have been accepted, whatever the rules."""
    if not key or len(key) > LONGEST_KEY or not value or len(value) > EVENT_BYTES:
        return None
    try:
        named = key.decode()
    except UnicodeDecodeError:
        return None
    return RegistrationId(named) if is_registration_id(named) else None


def keys_in(own: RegistrationId, value: bytes) -> frozenset[str]:
    """Give the keys of an event of this registration (`stated_keys`); none where it cannot be read."""
    if not _may_link(authority_of(own), value):
        return frozenset()
    try:
        event = event_from(read(value, "RegistrationEvent"))
    except ContractProblem:
        return frozenset()
    if event.registration_id != own:  # it was refused
        return frozenset()
    return frozenset(stated_keys(event, numberings()))


@lru_cache(maxsize=1)
def numberings() -> Numberings:
    """How each register numbers its entries."""
    return {code: one.numbering for code, one in authorities().items()}


def _may_link(authority: str, value: bytes) -> bool:
    numbering = numberings().get(authority, Numbering())
    if numbering.unique_scheme is not None or any(scheme in value for scheme in _schemes(numbering.schemes)):
        return True
    return len(_ID_BEGINS.findall(value)) > _OWN


@lru_cache(maxsize=256)
def _schemes(of_the_register: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(scheme.encode() for scheme in (*sorted(UNIQUE_SCHEMES), *of_the_register))
