"""The entry in a register, with which every simulated life begins, and made-up values for its properties."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from register.events import EventKind
from register.status import EntityStatus
from simulation import invented_values
from simulation.registration_life import Life
from simulation.registration_numbers import licence

NUMBER_CHANGE: Final = date(2025, 4, 3)  # Saudi Arabia: from here on the unified number is the only one
_STATED_SHARES: Final = {
    "legal_address": 0.85,
    "activities": 0.95,
    "share_capital": 0.7,
    "website": 0.2,
    "trading_names": 0.15,
    "headquarters_address": 0.1,
}


def enter(life: Life) -> None:
    """The entry: registered, or for a tenth taken over from older books as a snapshot."""
    stated = _entry(life)
    kind = EventKind.SNAPSHOT if life.rng.random() < 0.1 else EventKind.REGISTERED
    status = EntityStatus.ACTIVE if kind is EventKind.REGISTERED else EntityStatus.UNKNOWN
    follows: dict[str, Any] = (
        {"jurisdiction": life.person.register.member_state} if "jurisdiction" not in stated else {}
    )
    follows["legal_form"] = life.name.form.legal_form.value
    if life.rng.random() < 0.75:
        wanted = EntityStatus.PENDING if life.rng.random() < 0.03 else EntityStatus.ACTIVE
        word, meant = life.word_for(wanted)
        if word is not None:
            stated["status_as_stated"], status = word, meant
    elif life.rng.random() < 0.1:
        stated["entity_status"], status = EntityStatus.ACTIVE.value, EntityStatus.ACTIVE
    life.happen(kind, stated, follows={**follows, "entity_status": status.value})


def invented_value(life: Life, name: str) -> Any:
    """Invent another value of a property."""
    rng, person = life.rng, life.person
    if name in ("legal_address", "headquarters_address"):
        return invented_values.address(rng, life.words, person.register, life.name.scripts)
    if name == "activities":
        return invented_values.activities(rng, person.register)
    if name == "share_capital":
        return invented_values.share_capital(rng, person.register)
    if name == "website":
        return invented_values.website(rng, person.index)
    return invented_values.trading_names(rng, life.words, person.serial)


def _entry(life: Life) -> dict[str, Any]:
    """What a registry states of a new entry: a name always, the rest as registries differ."""
    rng, person = life.rng, life.person
    stated: dict[str, Any] = {
        "legal_name": life.name.texts(life.words.mark),
        "legal_form_as_stated": life.name.form.as_stated,
        "identifiers": _identifiers(life),
        "registration_date": life.day,
    }
    for name, share in _STATED_SHARES.items():
        if rng.random() < share:
            stated[name] = invented_value(life, name)
    if rng.random() < 0.6:
        stated["expiry_date"] = life.day + timedelta(days=365)
    if rng.random() < 0.2:
        stated["particulars"] = invented_values.particulars(rng)
    if person.is_branch:
        stated |= {"is_branch": True, "jurisdiction": person.jurisdiction}
        if person.home is not None:
            stated["home_registration"] = person.home
    elif rng.random() < 0.3:
        stated |= {"is_branch": False, "jurisdiction": person.register.member_state}
    return stated


def _identifiers(life: Life) -> list[Mapping[str, Any]]:
    person, born = life.person, life.day
    if person.register.member_state == "SA" and born < NUMBER_CHANGE:
        found: list[Mapping[str, Any]] = [invented_values.identifier("SA.CR", person.cr, born)]
    else:
        found = [invented_values.identifier(person.register.identifier, person.number, born)]
    if person.succeeds:
        found.insert(0, invented_values.identifier("SA.CR", person.cr, until=born))
    if person.register.member_state == "AE":
        found.append(invented_values.identifier("AE.LICENCE", licence(life.rng), born))
    if person.lei is not None:
        found.append(invented_values.identifier("LEI", person.lei))
    if person.shared is not None:
        found.append(dict(person.shared))
    return found
