"""The stages of the register in the order in which a record passes them, and how far each has come."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bus.topic_inspection import Offsets, TopicReader
from runtime.settings import Settings
from schemas.facts.topics import Topics, publishers


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of a record's way: a process and the topics that it reads at this step."""

    name: str
    process: str
    topics: Callable[[set[str]], Iterable[str]]
    """Which of the topics that there are now it reads."""
    reached: Callable[[TopicReader], Awaitable[Offsets]]


def stages(settings: Settings, projected: Callable[[], Awaitable[Offsets]]) -> tuple[Stage, ...]:
    """List the stages; `projected` reads the projection's offsets from PostgreSQL."""
    topics = Topics(settings.topic_prefix)
    notices = topics.prefix + "notices."

    async def from_database(reader: TopicReader) -> Offsets:
        return await projected()

    return (
        _group(
            settings,
            "admit",
            "admit",
            [topics.registrations_repairs, *(topics.registrations(publisher) for publisher in publishers())],
        ),
        _group(settings, "resolve", "resolve", [topics.resolution_repairs, topics.links, topics.judgements]),
        _group(settings, "assign", "admit", [topics.assignments]),
        _group(settings, "suggest", "suggest", [topics.names, topics.judgements]),
        _group(settings, "unify", "unify", [topics.companies_repairs, topics.statements]),
        _group(settings, "match", "notify", [topics.changes]),
        _group(settings, "number", "notify", [topics.matches]),
        Stage(
            name="projection",
            process="projection",
            topics=lambda present: [
                topics.companies,
                topics.changes,
                topics.cases,
                topics.judgements,
                *(topics.receipts(publisher) for publisher in publishers()),
                *(topics.dead_letters(publisher) for publisher in publishers()),
                *(topics.registrations(publisher) for publisher in publishers()),
                *(name for name in present if name.startswith(notices)),
            ],
            reached=from_database,
        ),
    )


def _group(settings: Settings, name: str, process: str, topics: list[str]) -> Stage:
    async def reached(reader: TopicReader) -> Offsets:
        return await reader.committed(settings.topic_prefix + process)

    return Stage(name=name, process=process, topics=lambda present: topics, reached=reached)
