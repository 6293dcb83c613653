"""The events of a company that are parked among the dead letters: its record is without them."""

import asyncio
from collections.abc import Collection

from readmodel.parked_events import ParkedEvent
from register.ids import COMPANY_PREFIX, is_registration_id
from register.letters import LetterId
from runtime.settings import Settings
from schemas.facts.authorities import authorities
from services.error_mapping import KafkaAway, KafkaSlow
from services.open_register import RegisterReader

__all__ = ["ParkedEvent", "parked_events"]


def parked_events(settings: Settings, register: RegisterReader, ids: Collection[str]) -> tuple[ParkedEvent, ...]:
    """List the open dead letters of registrations, given by their ids or as ids of companies.

    An event that was accepted since is not parked any more. Only what came through a topic of the registration's own
    registry counts. Kafka is asked only where there are letters; while it is away, all of them count as open.
    """
    registrations = {one.upper().removeprefix(COMPANY_PREFIX) for one in ids}
    registrations = {one for one in registrations if is_registration_id(one)}
    if not registrations:
        return ()
    found = register.parked_events(registrations, _publishers(registrations))
    if not found:
        return ()
    from services.letter_decisions import decided_letters  # Kafka's library, which few questions need

    try:
        decided = asyncio.run(decided_letters(settings))
    except (KafkaAway, KafkaSlow):
        return tuple(found)
    return tuple(one for one in found if str(LetterId(one.publisher, one.partition, one.offset)) not in decided)


def _publishers(registrations: Collection[str]) -> set[str]:
    """Name the publishers of the registrations' prefixes: an authority may be the very thing that is not known yet."""
    prefixes = {one.partition(".")[0] for one in registrations}
    return {one.publisher for one in authorities().values() if one.authority.partition(".")[0] in prefixes}
