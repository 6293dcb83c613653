"""Subscribe an agency to changes, and end its subscription: commands to the topic of subscriptions."""

from typing import Final

from register.ids import AgencyId, agency_id
from register.subscriptions import Subscription
from runtime.settings import Settings
from schemas.codec.records import subscription_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics, contracts
from services.faults import named
from services.problems import SubscriptionTooLarge, WrongAgency
from services.topics import ensure_agency
from services.writing import write_command

SUBSCRIPTIONS: Final = "register.subscriptions"
OVERHEAD_BYTES: Final = 512  # of a record beside its value: key, header, batch


def agency_named(text: str) -> AgencyId:
    """Take an agency's name; raises WrongAgency for what is none."""
    try:
        return agency_id(text)
    except ValueError as fault:
        raise WrongAgency(text=text, why=str(fault)) from fault


async def subscribe(settings: Settings, subscription: Subscription) -> None:
    """Make the agency's topic if it is new, then publish what it wants; the last word holds.

    Raises SubscriptionTooLarge, or a fault of Kafka.
    """
    value = encode("Subscription", subscription_datum(subscription))
    most = contracts()[SUBSCRIPTIONS].max_message_bytes - OVERHEAD_BYTES
    if len(value) > most:
        raise SubscriptionTooLarge(
            agency=subscription.agency, size=len(value), most=most, companies=len(subscription.companies)
        )
    with named(settings):
        await ensure_agency(settings, subscription.agency)
        await write_command(settings, Topics(settings.topic_prefix).subscriptions, subscription.agency, value)


async def unsubscribe(settings: Settings, agency: AgencyId) -> None:
    """End a subscription. The notices that were given stay, and their numbering goes on if it is taken up again."""
    with named(settings):
        await write_command(settings, Topics(settings.topic_prefix).subscriptions, agency, None)
