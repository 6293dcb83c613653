"""The status of a registration: the registry's word is kept, ours is derived from the event and the word."""

from collections.abc import Mapping
from enum import StrEnum

from register.events import EventKind
from register.word_normalisation import folded_word


class EntityStatus(StrEnum):
    """Our status; values as in design.md, section 3."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    IN_LIQUIDATION = "IN_LIQUIDATION"
    STRUCK_OFF = "STRUCK_OFF"
    TRANSFERRED = "TRANSFERRED"
    UNKNOWN = "UNKNOWN"


StatusWords = Mapping[str, EntityStatus]
"""A registry's own words (folded with `status_word`) and what they mean."""

BY_KIND: Mapping[EventKind, EntityStatus] = {
    EventKind.SUSPENDED: EntityStatus.SUSPENDED,
    EventKind.REINSTATED: EntityStatus.ACTIVE,
    EventKind.LIQUIDATION_OPENED: EntityStatus.IN_LIQUIDATION,
    EventKind.STRUCK_OFF: EntityStatus.STRUCK_OFF,
    EventKind.MERGED_INTO: EntityStatus.TRANSFERRED,
}


def status_word(text: str) -> str:
    """Fold a registry's status word for look-up: what legal forms may be written with, statuses may too.

    >>> status_word("  Sold or  LEGAL status changed ")
    'sold or legal status changed'
    >>> status_word("\\u200fنـشِط") == status_word("ﻧﺸﻂ")
    True
    """
    return " ".join(folded_word(text))
