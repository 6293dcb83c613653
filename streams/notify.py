"""Tell agencies what changed: match changes with subscriptions, then number the notices of each agency.

One number series needs one writer. The task of the company's partition matches and sends the match to
`register.matches`, keyed by agency; the task of the agency's partition numbers it: 1, 2, 3 … without gaps.
"""

from collections.abc import Sequence

from register.subscriptions import Subscription, wants
from schemas.consumed import Record
from schemas.it_companies import it_companies
from schemas.reader import read
from schemas.records import change_datum, change_from, subscription_from
from schemas.topic_contracts import NOTICES_PARTITION, Topics
from schemas.wire import encode
from streams.global_table import GlobalTable
from streams.processor import Processor, Work, in_time


def processor(topics: Topics, subscriptions: GlobalTable) -> Processor:
    """Describe `notify` to the task runtime."""
    return Processor(
        name="notify",
        inputs=(topics.changes, topics.matches),
        state_topic=topics.cursors,
        offsets_topic=topics.offsets,
        step=lambda partition: Notify(topics, subscriptions),
    )


class Notify:
    """The step of one partition."""

    def __init__(self, topics: Topics, subscriptions: GlobalTable) -> None:
        self._topics = topics
        self._table = subscriptions
        self._known: list[Subscription] = []
        self._version = -1
        self._it_classes = it_companies().classes

    async def prepare(self) -> None:
        """Learn all subscriptions that stood before this transaction: who subscribed first hears of what comes next."""
        await self._table.catch_up()
        if self._version != self._table.version:
            self._version = self._table.version
            self._known = [subscription_from(read(value, "Subscription")) for value in self._table.values()]

    def __call__(self, records: Sequence[Record], work: Work) -> int:
        """Match changes, number matches."""
        done = 0
        for record in in_time(records, work):
            done += 1
            if record.topic == self._topics.changes:
                self._match(record, work)
        self._number([record for record in records[:done] if record.topic == self._topics.matches], work)
        return done

    def _match(self, record: Record, work: Work) -> None:
        change = change_from(read(record.value or b"", "Change"))
        for subscription in self._known:
            if wants(subscription, change, self._it_classes):
                match = {"agency": subscription.agency, "change": change_datum(change)}
                work.emit(self._topics.matches, subscription.agency.encode(), encode("Match", match))

    def _number(self, records: Sequence[Record], work: Work) -> None:
        matches = [read(record.value or b"", "Match") for record in records]
        states = work.get_many(dict.fromkeys(match["agency"].encode() for match in matches))
        numbers = {agency: _last_number(state) for agency, state in states.items()}
        for match in matches:
            agency = match["agency"]
            numbers[agency.encode()] += 1
            notice = {"agency": agency, "number": numbers[agency.encode()], "change": match["change"]}
            work.emit(
                self._topics.notices(agency),
                match["change"]["company_id"].encode(),
                encode("Notice", notice),
                partition=NOTICES_PARTITION,
            )
        for key, number in numbers.items():
            work.put(key, encode("NoticeCursor", {"agency": key.decode(), "number": number}))


def _last_number(state: bytes | None) -> int:
    return 0 if state is None else int(read(state, "NoticeCursor")["number"])
