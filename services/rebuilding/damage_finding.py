"""Find which live state is damaged behind a company that differs: that of `admit`, of `resolve` or of `unify`."""

from collections.abc import Sequence
from dataclasses import dataclass

from register.company import Company
from register.differences import CompanyDifference, RegistrationStates, damage, registrations_behind
from register.ids import CompanyId, own_registration
from register.resolution.resolution_state import entry_of
from runtime.settings import Settings
from services.rebuilding.live_topics import live_histories, live_resolutions
from services.rebuilding.shadow import Shadow


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A company whose two records differ, and in which fields."""

    company_id: CompanyId
    live: Company | None
    rebuilt: Company | None
    fields: tuple[str, ...]


async def attributed(settings: Settings, shadow: Shadow, differing: Sequence[Differing]) -> list[CompanyDifference]:
    """Say for each company which live state is damaged."""
    behind = {
        one.company_id: {*registrations_behind(one.live, one.rebuilt), own_registration(one.company_id)}
        for one in differing
    }
    registrations = {own for found in behind.values() for own in found}
    if not registrations:
        return []
    histories = await live_histories(settings, registrations)
    resolutions = await live_resolutions(settings, registrations)
    rebuilt = shadow.resolution_states(map(entry_of, registrations))
    states = {
        own: RegistrationStates(
            registration_id=own,
            live_history=histories.get(own),
            rebuilt_history=shadow.history_of(own),
            live_resolution=resolutions.get(own),
            rebuilt_resolution=rebuilt[entry_of(own)],
        )
        for own in registrations
    }
    found: list[CompanyDifference] = []
    for one in differing:
        damaged, of = damage({own: states[own] for own in behind[one.company_id]})
        found.append(
            CompanyDifference(
                company_id=one.company_id,
                live=one.live,
                rebuilt=one.rebuilt,
                fields=one.fields,
                damaged=damaged,
                registrations=of,
            )
        )
    return found
