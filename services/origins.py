"""What a value follows from that no registry stated so: the kind of an event, or the registry's word."""

from collections.abc import Callable, Mapping
from typing import Final

from register.authorities import Authority
from register.ids import state_of
from register.legal_forms import LegalForm
from register.registration import Registration
from register.status import BY_KIND
from schemas.facts.legal_forms import legal_forms


def origin(name: str, registration: Registration, authority: Authority | None) -> str | None:
    """Say what a derived value of a registration follows from; None for one that is as stated."""
    explain = _ORIGINS.get(name)
    return None if explain is None else explain(registration, authority)


def _status(registration: Registration, authority: Authority | None) -> str | None:
    """Repeat in words how the fold comes to our status."""
    behind = registration.provenance["entity_status"]
    word, status = registration.properties.get("status_as_stated"), registration.properties["entity_status"]
    kind = behind.kind.value.lower().replace("_", " ")
    if behind.kind in BY_KIND:
        return f"{status} follows from the kind of the event: {kind}"
    if word is None or registration.provenance["status_as_stated"] != behind:
        return None
    if authority is not None and not authority.words.has_status(word):
        return f"the register's word is “{word}”, which is in no map of {authority.authority}"
    return f"{status} is our word for the register's “{word}”"


def _legal_form(registration: Registration, authority: Authority | None) -> str | None:
    word, form = registration.properties.get("legal_form_as_stated"), LegalForm(registration.properties["legal_form"])
    if word is None:
        return None
    if authority is not None and not authority.words.has_legal_form(word):
        return f"the register's word is “{word}”, which is in no map of {authority.authority}"
    named = legal_forms()[form]
    return f"{form} ({named.name_en}, {named.name_ar}) is our word for the register's “{word}”"


def _jurisdiction(registration: Registration, authority: Authority | None) -> str | None:
    if registration.properties["jurisdiction"] != state_of(registration.registration_id):
        return None
    return "the state of the register, unless the register stated another"


def _former(registration: Registration, authority: Authority | None) -> str | None:
    return "the names that amendments replaced, and those that the register stated as former"


def _confirmed(registration: Registration, authority: Authority | None) -> str | None:
    return "the day on which the latest confirmation took effect, unless the register stated another"


_ORIGINS: Final[Mapping[str, Callable[[Registration, Authority | None], str | None]]] = {
    "entity_status": _status,
    "legal_form": _legal_form,
    "jurisdiction": _jurisdiction,
    "previous_legal_names": _former,
    "last_confirmed_date": _confirmed,
}
