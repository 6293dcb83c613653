"""The subscriptions of all agencies, and the topics of their notices, as `notify` needs them. One per worker."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

import structlog

from register.ids import AgencyId, agency_id
from register.subscription_index import SubscriptionIndex
from register.subscriptions import Filterable, Subscription
from runtime.metrics import NOTICES_TOPICS_MADE, SUBSCRIPTIONS_UNREAD
from schemas.codec.reader import read
from schemas.codec.records import subscription_from
from schemas.facts.it_companies import it_companies
from schemas.facts.topics import Topics
from schemas.problems import UnknownSchema, Unreadable
from streams.tasks.global_table import GlobalTable

MakeTopic = Callable[[AgencyId], Awaitable[bool]]
"""Makes an agency's topic of notices if it is missing; returns whether it was missing."""

_UNFIT: Final = (UnknownSchema, Unreadable, ValueError)

log = structlog.get_logger(__name__)


class Subscribers:
    """All subscriptions, indexed. The steps of a worker share it, so that each subscription is prepared once."""

    def __init__(self, topics: Topics, table: GlobalTable, make_topic: MakeTopic | None = None) -> None:
        """Without `make_topic`, the worker waits for a missing topic of notices, and ends after some time."""
        self.counted: Counter[tuple[str, ...]] = Counter()
        self._table = table
        self._make_topic = make_topic
        self._notices = topics.notices("x").removesuffix("x")
        self._index = SubscriptionIndex(it_companies().classes)
        self._version = 0  # the version of the table up to which it is indexed
        self.touched = 0  # values of the index that were set or removed

    async def catch_up(self) -> None:
        """Index the subscriptions of the moment of the call; reads only those that changed."""
        await self._table.catch_up()
        version = self._table.version
        for key in self._table.changed_since(self._version):
            self._index_subscription(key, self._table.get(key))
        self._version = version

    def wanting(self, change: Filterable) -> Iterator[AgencyId]:
        """Name the agencies whose subscriptions match a change."""
        return self._index.wanting(change)

    async def provide(self, topic: str) -> None:
        """Make a topic of notices again if somebody deleted it: the transaction also has notices of other agencies."""
        if self._make_topic is None or not topic.startswith(self._notices):
            return
        agency = AgencyId(topic.removeprefix(self._notices))
        if await self._make_topic(agency):
            self.counted[(NOTICES_TOPICS_MADE.name,)] += 1
            log.warning(
                "notices_topic_made",
                topic=topic,
                agency=agency,
                message="the topic was missing and is made anew; its numbers go on, earlier notices are gone with it",
            )

    def _index_subscription(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self.touched += self._index.remove(_name(key))
            return
        try:
            subscription = _subscription(key, read(value, "Subscription"))
        except _UNFIT as fault:
            self.touched += self._index.remove(_name(key))
            self.counted[(SUBSCRIPTIONS_UNREAD.name,)] += 1
            log.error(
                "subscription_unread",
                agency=_name(key),
                message=f"{fault}; this agency hears of nothing until it subscribes anew or Sijill is upgraded",
            )
            return
        self.touched += self._index.put(subscription)


def _subscription(key: bytes, datum: dict[str, Any]) -> Subscription:
    """Read a subscription; raises ValueError where it is not of its key, or the key is no agency's name."""
    subscription = subscription_from(datum)
    if agency_id(subscription.agency).encode() != key:
        raise ValueError(f"the record of {_name(key)!r} holds the subscription of {subscription.agency!r}")
    return subscription


def _name(key: bytes) -> AgencyId:
    return AgencyId(key.decode(errors="replace"))
