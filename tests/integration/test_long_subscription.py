"""A subscription of 100,000 companies is published, read and matched; one that its topic cannot take is refused."""

import pytest

from register.ids import AgencyId, CompanyId
from register.subscriptions import Filtered, Subscription
from runtime.settings import Settings
from schemas.facts.topics import Topics
from services.problems import SubscriptionTooLarge
from services.subscribing import subscribe
from services.topics import apply
from streams.processors.subscribers import Subscribers
from streams.tasks.global_table import GlobalTable


async def test_an_agency_follows_a_hundred_thousand_companies(settings: Settings) -> None:
    settings = settings.model_copy(update={"partitions": 1})
    await apply(settings)
    topics = Topics(settings.topic_prefix)
    ids = tuple(f"GCC.SA.MC.{7_000_000_000 + number}" for number in range(100_000))
    await subscribe(settings, Subscription(agency=AgencyId("zatca"), companies=ids))
    await subscribe(settings, Subscription(agency=AgencyId("kdipa"), member_states=("KW",)))
    table = GlobalTable(topics.subscriptions, settings.bootstrap_servers)
    subscribers = Subscribers(topics, table)
    try:
        await subscribers.catch_up()
    finally:
        await table.close()
    for company, wanted in ((ids[99_999], ["zatca"]), ("GCC.SA.MC.1", [])):
        change = Filtered(CompanyId(company), None, ("website",), (), (), ("SA",), ())
        assert list(subscribers.wanting(change)) == wanted


async def test_a_subscription_larger_than_its_topic_takes_is_refused_before_anything_is_made(
    settings: Settings,
) -> None:
    ids = tuple(f"GCC.SA.{'X' * 24}.{number:064}" for number in range(180_000))
    with pytest.raises(SubscriptionTooLarge) as refused:
        await subscribe(settings, Subscription(agency=AgencyId("zatca"), companies=ids))
    assert (refused.value.agency, refused.value.companies) == ("zatca", 180_000)
    assert refused.value.size > refused.value.most > 1_000_000
