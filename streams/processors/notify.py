"""Notify agencies of changes: match changes with subscriptions, then number the notices of each agency.

One number series needs one writer. The task of the company's partition matches, and sends the match to
`register.matches`, keyed by agency. The task of the agency's partition numbers it: 1, 2, 3 … without gaps.
"""

from collections.abc import Sequence
from typing import Any

from bus.record import ConsumedRecord
from schemas.codec.catalogue import catalogue
from schemas.codec.reader import read, read_with_parts
from schemas.codec.records import Datum, change_datum, change_from, filtered_from
from schemas.codec.wire import HEADER_BYTES, encode, encode_part, schema_of
from schemas.facts.topics import NOTICES_PARTITION, Topics
from streams.processors.subscribers import MakeTopic, Subscribers
from streams.tasks.global_table import GlobalTable
from streams.tasks.processor import Processor, Work, in_time


def processor(topics: Topics, subscriptions: GlobalTable, make_topic: MakeTopic | None = None) -> Processor:
    """Describe `notify` to the task runtime; `make_topic` makes an agency's topic of notices if it is missing."""
    subscribers = Subscribers(topics, subscriptions, make_topic)
    return Processor(
        name="notify",
        inputs=(topics.changes, topics.matches),
        state_topic=topics.cursors,
        offsets_topic=topics.offsets,
        step=lambda partition: Notify(topics, subscribers),
        provide=subscribers.provide,
    )


class Notify:
    """The step of one partition."""

    def __init__(self, topics: Topics, subscribers: Subscribers) -> None:
        self._topics = topics
        self._subscribers = subscribers
        self.counted = subscribers.counted  # the first task that asks takes the counts

    async def prepare(self) -> None:
        """Read all subscriptions from before this transaction: an agency gets every change after its subscription."""
        await self._subscribers.catch_up()

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Match the changes and number the matches of a slice."""
        done = 0
        for record in in_time(records, work):
            done += 1
            if record.topic == self._topics.changes:
                self._match(record.value or b"", work)
        self._number([record for record in records[:done] if record.topic == self._topics.matches], work)
        return done

    def _match(self, value: bytes, work: Work) -> None:
        datum = read(value, "Change")
        written: bytes | None = None  # written once for all agencies
        for agency in self._subscribers.wanting(filtered_from(datum)):
            if written is None:
                written = _written(value, datum)
            match = encode("Match", {"agency": agency, "change": written})
            work.emit(self._topics.matches, agency.encode(), match)

    def _number(self, records: Sequence[ConsumedRecord], work: Work) -> None:
        matches = [_match_from(record.value or b"") for record in records]
        states = work.get_many(dict.fromkeys(match["agency"].encode() for match, _ in matches))
        numbers = {agency: _last_number(state) for agency, state in states.items()}
        for match, written in matches:
            agency = match["agency"]
            numbers[agency.encode()] += 1
            notice = {"agency": agency, "number": numbers[agency.encode()], "change": written}
            work.emit(
                self._topics.notices(agency),
                match["change"]["company_id"].encode(),
                encode("Notice", notice),
                partition=NOTICES_PARTITION,
            )
        for key, number in numbers.items():
            work.put(key, encode("NoticeCursor", {"agency": key.decode(), "number": number}))


def _written(value: bytes, datum: Datum) -> bytes:
    """Give the bytes of a Change for other records: the bytes that were read, unless an older version wrote them."""
    if schema_of(value).version == catalogue().newest("Change").version:
        return value[HEADER_BYTES:]
    return encode_part("Change", change_datum(change_from(datum)))


def _match_from(value: bytes) -> tuple[dict[str, Any], bytes]:
    """Read a Match; returns also the bytes of its change."""
    match, parts = read_with_parts(value, "Match", ("Change",), {})
    return match, parts.get("Change") or encode_part("Change", change_datum(change_from(match["change"])))


def _last_number(state: bytes | None) -> int:
    return 0 if state is None else int(read(state, "NoticeCursor")["number"])
