"""The acts of a registration's life: each invents the stated values, and the facts that follow from them.

Which acts can happen depends on the status: a suspended company is reinstated or struck off, a struck-off one rests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import accumulate
from random import Random
from typing import Any, Final

from register.events import EventKind
from register.properties import DERIVED
from register.status import EntityStatus
from simulation import invented_values
from simulation.first_entry import NUMBER_CHANGE, invented_value
from simulation.registration_life import Life
from simulation.registration_numbers import licence
from simulation.vocabulary import pick

_OPTIONAL: Final = ("website", "trading_names", "particulars", "headquarters_address", "share_capital", "is_branch")
_AMENDABLE: Final = ("legal_address", "activities", "share_capital", "website", "headquarters_address", "trading_names")


@dataclass(frozen=True, slots=True)
class Chances:
    """The possible acts, with their weights."""

    acts: tuple[Callable[[Life], None], ...]
    cumulative: tuple[float, ...]

    def draw(self, rng: Random) -> Callable[[Life], None]:
        """Choose what happens next."""
        return rng.choices(self.acts, cum_weights=self.cumulative)[0]


def rename(life: Life) -> None:
    """An amended name: another one, a former one again, or with the other script added or left out."""
    name, point = life.name, life.rng.random()
    if point < 0.15 and len(life.names) > 1:
        name = pick(life.rng, life.names)
    elif point < 0.3:
        name = replace(name, scripts=("ar", "en") if len(name.scripts) == 1 else (pick(life.rng, name.scripts),))
    else:
        name = invented_values.renamed(life.rng, name, life.words, life.person.register)
    stated, follows, gone = life.rename(name)
    if name.form.as_stated != life.facts.get("legal_form_as_stated"):
        stated["legal_form_as_stated"] = name.form.as_stated
        follows = {**follows, "legal_form": name.form.legal_form.value}
    if life.rng.random() < 0.2:
        stated["trading_names"] = invented_values.trading_names(life.rng, life.words, life.person.serial)
    life.happen(EventKind.AMENDED, stated, follows=follows, gone=gone)


def amend(life: Life) -> None:
    """One or two other facts are amended; now and then a fact that did not change is stated beside them."""
    names = dict.fromkeys((pick(life.rng, _AMENDABLE), pick(life.rng, _AMENDABLE)))
    stated = {name: invented_value(life, name) for name in names}
    if life.rng.random() < 0.2:
        stated["legal_name"] = life.facts["legal_name"]
    life.happen(EventKind.AMENDED, stated)


def clear(life: Life) -> None:
    """A fact is removed, perhaps while another is stated."""
    held = [name for name in (*_OPTIONAL, "previous_legal_names", "expiry_date") if name in life.facts]
    if _is_known_by_its_word(life) and "is_branch" in held:
        held.remove("is_branch")
    if not held:
        amend(life)
        return
    gone = pick(life.rng, held)
    if gone == "previous_legal_names":
        life.former = []
    stated = {"legal_address": invented_value(life, "legal_address")} if life.rng.random() < 0.3 else {}
    life.happen(EventKind.AMENDED, stated, cleared=(gone,))


def renew(life: Life) -> None:
    """A renewal: another expiry date, and the word for active where it had expired or so the registry likes it."""
    stated: dict[str, Any] = {"expiry_date": life.day + timedelta(days=pick(life.rng, (365, 730, 1825)))}
    follows: dict[str, Any] = {}
    if life.status is EntityStatus.EXPIRED or life.rng.random() < 0.2:
        wanted = EntityStatus.ACTIVE if life.status is EntityStatus.EXPIRED else life.status
        _state_status(life, wanted, stated, follows)
    if life.rng.random() < 0.2 and "legal_address" in life.facts:
        stated["legal_address"] = life.facts["legal_address"]
    life.happen(EventKind.RENEWED, stated, follows=follows)


def confirm(life: Life) -> None:
    """The yearly confirmation: nothing else changes, though some registries repeat the name."""
    stated = {"legal_name": life.facts["legal_name"]} if life.rng.random() < 0.15 else {}
    life.happen(EventKind.CONFIRMED, stated, follows={"last_confirmed_date": life.day})


def expire(life: Life) -> None:
    """The entry expires: no event kind exists for it, only the registry's word, or our own status."""
    _amend_status(life, EntityStatus.EXPIRED)


def activate(life: Life) -> None:
    """A pending company is formed."""
    _amend_status(life, EntityStatus.ACTIVE)


def snapshot(life: Life) -> None:
    """The registry sends the whole entry again; it removes what it leaves out, except derived properties."""
    stated = {name: value for name, value in life.facts.items() if name not in DERIVED}
    left_out = pick(life.rng, _OPTIONAL)
    if left_out != "is_branch" or not _is_known_by_its_word(life):
        stated.pop(left_out, None)
    follows: dict[str, Any] = {}
    gone: tuple[str, ...] = ()
    if stated.pop("status_as_stated", None) is not None or life.rng.random() < 0.3:
        _state_status(life, life.status, stated, follows)
    if life.rng.random() < 0.3:
        stated["legal_address"] = invented_value(life, "legal_address")
    if life.rng.random() < 0.2:
        new_name, name_follows, gone = life.rename(
            invented_values.renamed(life.rng, life.name, life.words, life.person.register)
        )
        stated, follows = {**stated, **new_name}, {**follows, **name_follows}
    unsaid = tuple(name for name in life.facts if name not in stated and name not in DERIVED)
    life.happen(EventKind.SNAPSHOT, stated, follows=follows, gone=(*unsaid, *gone))


def change_number(life: Life) -> None:
    """Identifiers change: Saudi Arabia's unified number replaces the CR number, an Emirati licence is issued anew."""
    person, today = life.person, life.day
    if person.register.member_state == "SA":
        new = invented_values.identifier("SA.UNN", person.number, today)
    else:
        new = invented_values.identifier("AE.LICENCE", licence(life.rng), today)
    ended = [
        {**one, "valid_to": today} if one["scheme"] in ("SA.CR", "AE.LICENCE") and one["valid_to"] is None else one
        for one in life.facts["identifiers"]
    ]
    life.happen(EventKind.IDENTIFIER_CHANGED, {"identifiers": [*ended, new]})


def reissue(life: Life) -> None:
    """Another licence, in the Emirates; elsewhere an amendment."""
    if life.person.register.member_state == "AE":
        change_number(life)
    else:
        amend(life)


def suspend(life: Life) -> None:
    """A suspension, stated by the kind of the event, perhaps also by the registry's word."""
    _by_kind(life, EventKind.SUSPENDED, EntityStatus.SUSPENDED)


def reinstate(life: Life) -> None:
    """Reinstated, and active again."""
    _by_kind(life, EventKind.REINSTATED, EntityStatus.ACTIVE)


def liquidate(life: Life) -> None:
    """A liquidation is opened."""
    _by_kind(life, EventKind.LIQUIDATION_OPENED, EntityStatus.IN_LIQUIDATION)


def strike_off(life: Life) -> None:
    """Struck off the register."""
    _by_kind(life, EventKind.STRUCK_OFF, EntityStatus.STRUCK_OFF)


def merge_away(life: Life) -> None:
    """Merged into another company of the same register."""
    stated = {"successor_registration": life.person.peer(life.rng)}
    follows = {"entity_status": EntityStatus.TRANSFERRED.value}
    life.happen(EventKind.MERGED_INTO, stated, follows=follows)


def needs_number_change(life: Life) -> bool:
    """Tell whether the Saudi number change is due."""
    return (
        life.day >= NUMBER_CHANGE
        and life.person.register.member_state == "SA"
        and not any(one["scheme"] == "SA.UNN" for one in life.facts.get("identifiers", ()))
    )


def _is_known_by_its_word(life: Life) -> bool:
    """Tell whether only `is_branch` shows that this is a branch: it names no home."""
    return life.person.is_branch and life.person.home is None


def _by_kind(life: Life, kind: EventKind, status: EntityStatus) -> None:
    stated: dict[str, Any] = {}
    if life.rng.random() < 0.5:
        choices = life.person.register.words.get(status)
        if choices:
            stated["status_as_stated"] = pick(life.rng, choices)
    life.happen(kind, stated, follows={"entity_status": status.value})


def _amend_status(life: Life, status: EntityStatus) -> None:
    stated: dict[str, Any] = {}
    follows: dict[str, Any] = {}
    _state_status(life, status, stated, follows)
    life.happen(EventKind.AMENDED, stated, follows=follows)


def _state_status(life: Life, wanted: EntityStatus, stated: dict[str, Any], follows: dict[str, Any]) -> None:
    """State a status in the registry's word, or in ours where it has none; nobody states UNKNOWN."""
    wanted = EntityStatus.ACTIVE if wanted is EntityStatus.UNKNOWN else wanted
    word, meant = life.word_for(wanted)
    if word is None:
        stated["entity_status"] = wanted.value
    else:
        stated["status_as_stated"] = word
    follows["entity_status"] = meant.value


def _chances(table: Mapping[Callable[[Life], None], float]) -> Chances:
    return Chances(tuple(table), tuple(accumulate(table.values())))


_STANDING: Final[Mapping[Callable[[Life], None], float]] = {
    rename: 12.0,
    amend: 32.0,
    clear: 4.0,
    renew: 20.0,
    confirm: 14.0,
    snapshot: 6.0,
    suspend: 4.0,
    reissue: 2.0,
}
_AT_REST: Final = _chances({amend: 1.0, reinstate: 1.0, snapshot: 1.0})

CHANCES: Final[Mapping[EntityStatus, Chances]] = {
    EntityStatus.PENDING: _chances({activate: 70.0, amend: 20.0, strike_off: 10.0}),
    EntityStatus.ACTIVE: _chances({**_STANDING, expire: 5.0, liquidate: 1.5, strike_off: 1.0, merge_away: 0.8}),
    EntityStatus.UNKNOWN: _chances(_STANDING),
    EntityStatus.SUSPENDED: _chances({reinstate: 60.0, strike_off: 12.0, amend: 14.0, confirm: 8.0, snapshot: 6.0}),
    EntityStatus.EXPIRED: _chances({renew: 70.0, strike_off: 14.0, amend: 10.0, snapshot: 6.0}),
    EntityStatus.IN_LIQUIDATION: _chances({strike_off: 50.0, amend: 30.0, reinstate: 8.0, snapshot: 12.0}),
    EntityStatus.STRUCK_OFF: _AT_REST,
    EntityStatus.TRANSFERRED: _AT_REST,
}
"""The possible acts of a registration, by its status."""
RESTING: Final = frozenset({EntityStatus.STRUCK_OFF, EntityStatus.TRANSFERRED})
"""Lives that mostly end here; one in twenty goes on."""
