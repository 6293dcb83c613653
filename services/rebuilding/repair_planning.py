"""Find the live states that differ from the rebuilt ones, and make the repairs of them.

The live states are read as bytes: a repair names the hash of the state that it replaces.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from bus.newest_values import newest_values
from register.company import Company
from register.differences import (
    CompanyDifference,
    LiveState,
    RegistrationStates,
    differing_fields,
    registrations_behind,
    resolve_is_damaged,
)
from register.history import History
from register.ids import CompanyId, RegistrationId, company_id, own_registration
from register.resolution.clusters import keys_of
from register.resolution.resolution_state import ResolutionState, entry_of, registration_of
from runtime.settings import Settings
from schemas.codec.company_records import company_datum, company_from
from schemas.codec.reader import read, read_if_readable
from schemas.codec.records import history_datum, history_from
from schemas.codec.resolution_records import resolution_datum, resolution_from
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from schemas.partitioning import partition_of
from services.topic_ends import ends_of


class RebuiltStates(Protocol):
    """The states that the live processors must hold."""

    def history_of(self, own: RegistrationId) -> History[bytes] | None:
        """Give the state of a registration in `admit`."""
        ...

    def resolution_states(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        """Give the states of `resolve` under these keys."""
        ...

    def company(self, company: CompanyId) -> Company | None:
        """Give the record of a company."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRepair:
    """One repair: its key, the live and the right bytes, and the companies that it concerns."""

    key: str
    live: bytes | None
    right: bytes | None
    companies: frozenset[CompanyId]
    left_keeps_others: bool = False


async def planned(
    state: LiveState, settings: Settings, rebuilt: RebuiltStates, differences: Sequence[CompanyDifference]
) -> list[PlannedRepair]:
    """Plan the repairs of one processor's states behind these companies, as both stand now."""
    return await _PLANS[state](settings, rebuilt, differences)


async def _of_resolve(
    settings: Settings, rebuilt: RebuiltStates, differences: Sequence[CompanyDifference]
) -> list[PlannedRepair]:
    topic = Topics(settings.topic_prefix).resolution
    entries = [entry_of(own) for own in _registrations(differences)]
    live = await _live(settings, topic, entries)
    right = dict(rebuilt.resolution_states(entries))
    stated = (one.evidence for one in (*_read_all(live).values(), *right.values()) if one is not None)
    shared = sorted({key for evidence in stated if evidence is not None for key in keys_of(evidence)})
    live |= await _live(settings, topic, shared)
    right |= rebuilt.resolution_states(shared)
    read_states = _read_all(live)
    return [
        _resolution_repair(key, live.get(key), read_states.get(key), right[key], rebuilt)
        for key in (*entries, *shared)
        if _resolution_differs(key, live.get(key), read_states.get(key), right[key])
    ]


def _resolution_differs(
    key: str, written: bytes | None, live: ResolutionState | None, right: ResolutionState | None
) -> bool:
    if written is not None and live is None:
        return True  # nobody can read it
    own = registration_of(key)
    if own is None:
        return (live or ResolutionState()).sharing != (right or ResolutionState()).sharing
    return resolve_is_damaged(
        RegistrationStates(
            registration_id=own,
            live_history=None,
            rebuilt_history=None,
            live_resolution=live,
            rebuilt_resolution=right,
        )
    )


def _resolution_repair(
    key: str,
    written: bytes | None,
    live: ResolutionState | None,
    right: ResolutionState | None,
    rebuilt: RebuiltStates,
) -> PlannedRepair:
    own, before, after = registration_of(key), live or ResolutionState(), right or ResolutionState()
    state = None if right is None else encode("Resolution", resolution_datum(right))
    if own is None:  # an event of any registration that shares the key would concern it
        concerned = frozenset(company_id(one) for one in (*before.sharing, *after.sharing))
        return PlannedRepair(key=key, live=written, right=state, companies=concerned)
    left, joined = before.company_id or company_id(own), after.company_id or company_id(own)
    return PlannedRepair(
        key=key,
        live=written,
        right=state,
        companies=frozenset({company_id(own), left, joined}),
        left_keeps_others=left != joined and _keeps_others(left, own, rebuilt),
    )


async def _of_admit(
    settings: Settings, rebuilt: RebuiltStates, differences: Sequence[CompanyDifference]
) -> list[PlannedRepair]:
    topic, found = Topics(settings.topic_prefix).registrations_state, list[PlannedRepair]()
    registrations = _registrations(differences)
    live = await _live(settings, topic, registrations)
    for own in registrations:
        written, right = live.get(own), rebuilt.history_of(own)
        held = read_if_readable(written, "RegistrationHistory", history_from)
        if held == right if held is not None else written is None and right is None:
            continue
        if right is None and held is not None and not held.events and held.base is None:
            continue  # an assignment came, and no event was accepted
        left = company_id(own) if held is None else held.company
        joined = company_id(own) if right is None else right.company
        found.append(
            PlannedRepair(
                key=own,
                live=written,
                right=None if right is None else encode("RegistrationHistory", history_datum(right)),
                companies=frozenset({company_id(own), left, joined}),
                left_keeps_others=left != joined and _keeps_others(left, own, rebuilt),
            )
        )
    return found


async def _of_unify(
    settings: Settings, rebuilt: RebuiltStates, differences: Sequence[CompanyDifference]
) -> list[PlannedRepair]:
    topics, found = Topics(settings.topic_prefix), list[PlannedRepair]()
    companies = sorted({one.company_id for one in differences})
    live = await _live(settings, topics.companies, companies)
    unreadable: list[tuple[CompanyId, Company | None]] = []
    for company in companies:
        written, right = live.get(company), rebuilt.company(company)
        held = read_if_readable(written, "Company", company_from)
        if written is not None and held is None:
            unreadable.append((company, right))
        elif differing_fields(held, right):
            found.append(_company_repair(company, written, right))
    if unreadable:
        changes = await _live(settings, topics.changes, [company for company, _ in unreadable])
        for company, right in unreadable:  # the version is known from the latest change
            version = int(read(changes[company], "Change")["version"]) if company in changes else 0
            numbered = None if right is None else replace(right, version=version + 1)
            found.append(_company_repair(company, live[company], numbered))
    return found


def _company_repair(company: CompanyId, live: bytes | None, right: Company | None) -> PlannedRepair:
    state = None if right is None else encode("Company", company_datum(right))
    return PlannedRepair(key=company, live=live, right=state, companies=frozenset({company}))


_PLANS: Final = {LiveState.RESOLVE: _of_resolve, LiveState.ADMIT: _of_admit, LiveState.UNIFY: _of_unify}


def _registrations(differences: Iterable[CompanyDifference]) -> list[RegistrationId]:
    """List the registrations whose states may be damaged: all that stand behind the companies."""
    return sorted({own for one in differences for own in _behind(one)})


def _behind(one: CompanyDifference) -> Iterator[RegistrationId]:
    yield own_registration(one.company_id)
    yield from one.registrations
    yield from registrations_behind(one.live, one.rebuilt)


def _keeps_others(company: CompanyId, leaving: RegistrationId, rebuilt: RebuiltStates) -> bool:
    record = rebuilt.company(company)
    return record is not None and any(one.registration_id != leaving for one in record.registrations)


async def _live(settings: Settings, topic: str, keys: Collection[str]) -> dict[str, bytes]:
    """Read the newest values of keys of a topic, as they stand now."""
    ends, found = await ends_of(settings, [topic]), dict[str, bytes]()
    for tp, end in ends.items():
        wanted = {raw for key in keys if partition_of(raw := key.encode(), len(ends)) == tp.partition}
        newest = await newest_values(settings.bootstrap_servers, {tp: end}, wanted)
        found |= {key.decode(): value for key, value in newest.items()}
    return found


def _read_all(states: Mapping[str, bytes]) -> dict[str, ResolutionState | None]:
    return {key: read_if_readable(state, "Resolution", resolution_from) for key, state in states.items()}
