"""What a value follows from that no registry stated so: the kind of an event, or the registry's word."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from register.authorities import Authority
from register.events import EventKind
from register.ids import member_state_of
from register.legal_forms import LegalForm
from register.registration import Registration
from register.status import BY_KIND
from schemas.facts.legal_forms import legal_forms


class OriginKind(StrEnum):
    """What a value follows from."""

    EVENT_KIND = "event_kind"
    """From the kind of an event, `event_kind`."""
    WORD = "word"
    """From the registry's own `word`, for which it is ours. Where ours has names, they are `name_en` and `name_ar`."""
    UNMAPPED_WORD = "unmapped_word"
    """From the registry's own `word`, which is in no map of `authority`."""
    REGISTER = "register"
    """From the register in which the registration stands: its member state, unless another was stated."""
    FORMER_NAMES = "former_names"
    """From the names that amendments replaced, and from those that were stated as former."""
    CONFIRMATION = "confirmation"
    """From the day on which the latest confirmation took effect, unless another was stated."""
    HOME_ENTRY = "home_entry"
    """From `property` of the home entry, while the company has branches elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a value follows from; its kind says which of the facts there are."""

    kind: OriginKind
    word: str | None = None
    event_kind: EventKind | None = None
    authority: str | None = None
    property: str | None = None
    name_en: str | None = None
    name_ar: str | None = None


def origin(name: str, registration: Registration, authority: Authority | None) -> Origin | None:
    """Say what a derived value of a registration follows from; None for one that is as stated."""
    explain = _ORIGINS.get(name)
    return None if explain is None else explain(registration, authority)


def _status(registration: Registration, authority: Authority | None) -> Origin | None:
    """Retrace how the fold comes to our status."""
    behind = registration.provenance["entity_status"]
    word = registration.properties.get("status_as_stated")
    if behind.kind in BY_KIND:
        return Origin(kind=OriginKind.EVENT_KIND, event_kind=behind.kind)
    if word is None or registration.provenance["status_as_stated"] != behind:
        return None
    if authority is not None and not authority.words.has_status(word):
        return Origin(kind=OriginKind.UNMAPPED_WORD, word=word, authority=authority.authority)
    return Origin(kind=OriginKind.WORD, word=word)


def _legal_form(registration: Registration, authority: Authority | None) -> Origin | None:
    word, form = registration.properties.get("legal_form_as_stated"), LegalForm(registration.properties["legal_form"])
    if word is None:
        return None
    if authority is not None and not authority.words.has_legal_form(word):
        return Origin(kind=OriginKind.UNMAPPED_WORD, word=word, authority=authority.authority)
    named = legal_forms()[form]
    return Origin(kind=OriginKind.WORD, word=word, name_en=named.name_en, name_ar=named.name_ar)


def _jurisdiction(registration: Registration, authority: Authority | None) -> Origin | None:
    if registration.properties["jurisdiction"] != member_state_of(registration.registration_id):
        return None
    return Origin(kind=OriginKind.REGISTER)


def _former(registration: Registration, authority: Authority | None) -> Origin:
    return Origin(kind=OriginKind.FORMER_NAMES)


def _confirmed(registration: Registration, authority: Authority | None) -> Origin:
    return Origin(kind=OriginKind.CONFIRMATION)


_ORIGINS: Final[Mapping[str, Callable[[Registration, Authority | None], Origin | None]]] = {
    "entity_status": _status,
    "legal_form": _legal_form,
    "jurisdiction": _jurisdiction,
    "previous_legal_names": _former,
    "last_confirmed_date": _confirmed,
}
