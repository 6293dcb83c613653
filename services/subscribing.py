"""Subscribe an agency to changes, and end its subscription: commands to the topic of subscriptions."""

from typing import Any, Final

from bus.newest_values import newest_values, partitions_among
from register.audit import AuditAction
from register.ids import AGENCY_LIMIT, COMPANY_PREFIX, MEMBER_STATES, AgencyId, agency_id, is_registration_id
from register.properties import PROPERTIES
from register.subscriptions import MOVES, Subscription
from runtime.settings import Settings
from schemas.codec.reader import read
from schemas.codec.records import subscription_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics, contracts
from schemas.partitioning import partition_of
from schemas.problems import UnknownSchema, Unreadable
from services.auditing import audit_record
from services.contract_json import subscription_document
from services.error_mapping import named
from services.problems import (
    NoActivity,
    NoId,
    SubscriptionTooLarge,
    UnknownFields,
    UnknownMemberStates,
    WrongAgency,
)
from services.topic_ends import ends_of
from services.topics import ensure_agency
from services.write_command import write_command

SUBSCRIPTIONS: Final = "register.subscriptions"
FIELDS: Final = (*PROPERTIES, MOVES)
"""What an agency may name among its fields."""
ISIC4_DIGITS: Final = 4
OVERHEAD_BYTES: Final = 512  # of a record beside its value: key, header, batch


def agency_named(text: str) -> AgencyId:
    """Take an agency's name; raises WrongAgency for what is none."""
    try:
        return agency_id(text)
    except ValueError as fault:
        raise WrongAgency(text=text, longest=AGENCY_LIMIT) from fault


def is_id(text: str) -> bool:
    """Tell whether a text has the form of a company's id, or of a registration's.

    >>> is_id("GCC.SA.MC.7001775498"), is_id("SA.MC.7001775498"), is_id("7001775498")
    (True, True, False)
    """
    return is_registration_id(text.removeprefix(COMPANY_PREFIX))


def require(subscription: Subscription) -> None:
    """Require what an agency can follow; raises WronglyAsked, which names what it cannot."""
    agency_named(subscription.agency)
    if strangers := tuple(one for one in subscription.member_states if one not in MEMBER_STATES):
        raise UnknownMemberStates(names=strangers, known=MEMBER_STATES)
    if unknown := tuple(one for one in subscription.fields if one not in FIELDS):
        raise UnknownFields(names=unknown, known=FIELDS)
    for activity in subscription.activities:
        if not _is_activity(activity):
            raise NoActivity(text=activity)
    for company in subscription.companies:
        if not is_id(company):
            raise NoId(text=company)


async def subscribe(settings: Settings, subscription: Subscription, *, dry_run: bool = False) -> None:
    """Make the agency's topic if it is new, then publish what it wants; the last word holds.

    A dry run checks the subscription, and writes nothing. Raises what `require` raises, SubscriptionTooLarge, or a
    fault of Kafka.
    """
    require(subscription)
    value = _value(subscription)
    if dry_run:
        return
    with named(settings):
        await ensure_agency(settings, subscription.agency)
        before, after = await _held(settings, subscription.agency), subscription_document(subscription)
        audit = audit_record(settings, AuditAction.SUBSCRIBED, subscription.agency, before=before, after=after)
        await write_command(settings, _topic(settings), subscription.agency, value, audit)


async def unsubscribe(settings: Settings, agency: AgencyId) -> None:
    """End a subscription. The notices that were given stay, and their numbering goes on if it is taken up again."""
    with named(settings):
        before = await _held(settings, agency)
        audit = audit_record(settings, AuditAction.UNSUBSCRIBED, agency, before=before)
        await write_command(settings, _topic(settings), agency, None, audit)


async def _held(settings: Settings, agency: AgencyId) -> dict[str, Any] | None:
    """Read what an agency wants now, as a document; None where it wants nothing. Raises TopicsMissing."""
    topic = _topic(settings)
    ends = await ends_of(settings, [topic])
    own = partitions_among(ends, [partition_of(agency.encode(), len(ends))])
    value = (await newest_values(settings.bootstrap_servers, own, {agency.encode()})).get(agency.encode())
    try:
        return None if value is None else read(value, "Subscription")
    except (UnknownSchema, Unreadable):  # it must be possible to replace what nobody can read
        return {"hex": (value or b"").hex()}


def _topic(settings: Settings) -> str:
    return Topics(settings.topic_prefix).subscriptions


def _is_activity(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= ISIC4_DIGITS


def _value(subscription: Subscription) -> bytes:
    """Encode a subscription; raises SubscriptionTooLarge where its topic does not take it."""
    value = encode("Subscription", subscription_datum(subscription))
    most = contracts()[SUBSCRIPTIONS].max_message_bytes - OVERHEAD_BYTES
    if len(value) > most:
        raise SubscriptionTooLarge(
            agency=subscription.agency, size=len(value), most=most, companies=len(subscription.companies)
        )
    return value
