"""The topics that the projection reads, and the content of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from schemas.facts.topics import Topics, publishers


class Content(Enum):
    """The content of a topic."""

    COMPANIES = "companies"
    CHANGES = "changes"
    RECEIPTS = "receipts"
    DEAD_LETTERS = "dead letters"
    NOTICES = "notices"
    CASES = "cases"
    JUDGEMENTS = "judgements"
    EVENTS = "events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input topic. `party` is its publisher or its agency; empty for the register's own topics."""

    topic: str
    content: Content
    party: str = ""


NOTICES: Final = "notices."


def inputs_among(present: Iterable[str], topics: Topics) -> dict[str, Input]:
    """Choose the input topics of the projection, by name, among the existing topics."""
    standing = _standing(topics)
    notices = topics.prefix + NOTICES
    found: dict[str, Input] = {}
    for name in present:
        if name in standing:
            found[name] = standing[name]
        elif name.startswith(notices):
            found[name] = Input(topic=name, content=Content.NOTICES, party=name.removeprefix(notices))
    return found


def _standing(topics: Topics) -> dict[str, Input]:
    register = [
        Input(topic=topics.companies, content=Content.COMPANIES),
        Input(topic=topics.changes, content=Content.CHANGES),
        Input(topic=topics.cases, content=Content.CASES),
        Input(topic=topics.judgements, content=Content.JUDGEMENTS),
    ]
    published = [
        Input(topic=name(publisher), content=content, party=publisher)
        for publisher in publishers()
        for name, content in (
            (topics.receipts, Content.RECEIPTS),
            (topics.dead_letters, Content.DEAD_LETTERS),
            (topics.registrations, Content.EVENTS),
        )
    ]
    return {one.topic: one for one in (*register, *published)}
