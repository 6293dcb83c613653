"""The topics by name, and the contract of each: schemas/topics/<topic>.yaml.

A name with a placeholder stands for a family. `registrations.{publisher}` has one topic per publisher: a member state,
or the reference source GLEIF. `notices.{agency}` has one per agency that subscribed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from register.ids import AgencyId, agency_id
from schemas.codec.catalogue import FOLDER
from schemas.facts.reading import content_of
from schemas.facts.rules_folder import remembered

NOTICES: Final = "notices.{agency}"
NOTICES_PARTITION: Final = 0  # the only one of an agency's topic, so that its cursor is one number
KEYED: Final = "keyed"
REPAIRS: Final = ".repairs"  # after the topic of the states that they repair

_DAYS: Final = re.compile(r"(\d+) days")
_DAY_MS: Final = 86_400_000

_COMPACTED: Final[Mapping[str, str]] = {
    "cleanup.policy": "compact",
    "segment.bytes": str(128 * 1024 * 1024),  # the open segment is never compacted: a restore reads all of it
    "segment.ms": str(_DAY_MS),  # so that a quiet partition's last segment closes and is compacted too
    "min.cleanable.dirty.ratio": "0.3",  # a restore reads at most 1.4 times what is live; Kafka's 0.5 makes it twice
    "delete.retention.ms": str(30 * _DAY_MS),  # a local store may be this old and still learn of every tombstone
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicContract:
    """One topic, or one family of topics. `record` is None where the bytes are kept as received.

    `partitions` is None where `SIJILL_PARTITIONS` says how many. `config` is what the broker is told. `headers` says
    what each of a record's headers holds.
    """

    name: str
    description: str
    record: str | None
    key: str
    owner: str
    written_by: tuple[str, ...]
    read_by: tuple[str, ...]
    partitions: int | None
    keeps: str
    max_message_bytes: int
    config: Mapping[str, str]
    headers: Mapping[str, str]

    @property
    def compacted(self) -> bool:
        """Whether only the newest value of each key is kept."""
        return self.config["cleanup.policy"] == "compact"

    @property
    def ages(self) -> bool:
        """Whether Kafka deletes records that are old enough; else only a newer record of its key replaces one."""
        return not self.compacted and self.config["retention.ms"] != "-1"


@dataclass(frozen=True, slots=True)
class Topics:
    """The names of all topics, with what `SIJILL_TOPIC_PREFIX` puts before them."""

    prefix: str = ""

    def registrations(self, publisher: str) -> str:
        """Name what a publisher states; KeyError for one that is not among the publishers."""
        return self._published("registrations.{publisher}", publisher)

    def receipts(self, publisher: str) -> str:
        """Name the answers to a publisher; KeyError for one that is not among the publishers."""
        return self._published("receipts.{publisher}", publisher)

    def dead_letters(self, publisher: str) -> str:
        """Name what could not be taken from a publisher; KeyError for one that is not among the publishers."""
        return self._published("registrations.{publisher}.dlq", publisher)

    def notices(self, agency: AgencyId | str) -> str:
        """Name the notices to an agency; ValueError for what is no agency id."""
        return self.prefix + NOTICES.format(agency=agency_id(agency))

    @property
    def registrations_state(self) -> str:
        """Admit's state: accepted events per registration."""
        return self.prefix + "register.registrations"

    @property
    def registrations_repairs(self) -> str:
        """Repairs of admit's states."""
        return self.registrations_state + REPAIRS

    @property
    def links(self) -> str:
        """What registrations state that can link them."""
        return self.prefix + "register.links"

    @property
    def judgements(self) -> str:
        """The stewards' decisions."""
        return self.prefix + "register.judgements"

    @property
    def assignments(self) -> str:
        """Which company a registration belongs to."""
        return self.prefix + "register.assignments"

    @property
    def resolution(self) -> str:
        """Resolve's state."""
        return self.prefix + "register.resolution"

    @property
    def resolution_repairs(self) -> str:
        """Repairs of resolve's states."""
        return self.resolution + REPAIRS

    @property
    def names(self) -> str:
        """What registrations are called."""
        return self.prefix + "register.names"

    @property
    def suggestions(self) -> str:
        """Suggest's state."""
        return self.prefix + "register.suggestions"

    @property
    def cases(self) -> str:
        """The stewards' queue."""
        return self.prefix + "register.cases"

    @property
    def statements(self) -> str:
        """Folded registrations on their way to their companies."""
        return self.prefix + "register.statements"

    @property
    def companies(self) -> str:
        """The unified records; unify's state."""
        return self.prefix + "register.companies"

    @property
    def companies_repairs(self) -> str:
        """Repairs of unify's states."""
        return self.companies + REPAIRS

    @property
    def changes(self) -> str:
        """One change per version of a company."""
        return self.prefix + "register.changes"

    @property
    def subscriptions(self) -> str:
        """What agencies want to hear of."""
        return self.prefix + "register.subscriptions"

    @property
    def matches(self) -> str:
        """Changes that an agency wants, not yet numbered."""
        return self.prefix + "register.matches"

    @property
    def cursors(self) -> str:
        """Notify's state: the last number per agency."""
        return self.prefix + "register.cursors"

    @property
    def audit(self) -> str:
        """What people changed or started."""
        return self.prefix + "register.audit"

    @property
    def letters(self) -> str:
        """Which dead letters were redriven or discarded."""
        return self.prefix + "register.letters"

    @property
    def offsets(self) -> str:
        """Where each task of each processor goes on."""
        return self.prefix + "register.offsets"

    def standing(self) -> Mapping[str, TopicContract]:
        """Give all topics that every instance has, by full name: all but the agencies' notices."""
        named: dict[str, TopicContract] = {}
        for name, contract in contracts().items():
            if name != NOTICES:
                among = publishers() if "{publisher}" in name else ("",)
                named |= {self.prefix + name.format(publisher=publisher): contract for publisher in among}
        return named

    def _published(self, family: str, publisher: str) -> str:
        if publisher not in publishers():
            raise KeyError(f"{publisher!r} is no publisher: expected one of {', '.join(publishers())}")
        return self.prefix + family.format(publisher=publisher)


@remembered
def publishers() -> tuple[str, ...]:
    """Name all publishers, in the order of the files in which their authorities are described."""
    from schemas.facts.authorities import authorities  # only who asks waits for the authorities to be read

    return tuple(dict.fromkeys(one.publisher for one in authorities().values()))


def publisher_of(topic: str) -> str:
    """Name the publisher that a topic belongs to, whatever its prefix; ValueError for a topic of the register itself.

    >>> publisher_of("registrations.sa"), publisher_of("test.receipts.gleif"), publisher_of("registrations.ae.dlq")
    ('sa', 'gleif', 'ae')
    """
    found = _published().fullmatch(topic)
    if found is None:
        raise ValueError(f"{topic!r} is no topic of a publisher: expected registrations.CC, receipts.CC or their dlq")
    return found[1]


@remembered
def _published() -> re.Pattern[str]:
    return re.compile(rf"(?:.*[._-])?(?:registrations|receipts)\.({'|'.join(publishers())})(?:\.dlq)?")


@cache
def contracts() -> Mapping[str, TopicContract]:
    """Read the contracts shipped with Sijill, by name; a family's name has its placeholder."""
    files = sorted((FOLDER / "topics").glob("*.yaml"))
    read = [_contract(content_of(file)) for file in files]
    return {contract.name: contract for contract in read}


def _contract(facts: Mapping[str, Any]) -> TopicContract:
    return TopicContract(
        name=facts["topic"],
        description=facts["description"],
        record=facts["record"],
        key=facts["key"],
        owner=facts["owner"],
        written_by=tuple(facts["written_by"]),
        read_by=tuple(facts["read_by"]),
        partitions=None if facts["partitions"] == KEYED else facts["partitions"],
        keeps=facts["keeps"],
        max_message_bytes=facts["max_message_bytes"],
        config={**_kept(facts["keeps"]), "max.message.bytes": str(facts["max_message_bytes"])},
        headers=facts.get("headers", {}),
    )


def _kept(keeps: str) -> Mapping[str, str]:
    """Say in Kafka's words how long values are kept: `for ever`, `compacted`, or `N days`."""
    if keeps == "compacted":
        return _COMPACTED
    days = _DAYS.fullmatch(keeps)
    if keeps != "for ever" and days is None:
        raise ValueError(f"{keeps!r} is no retention: expected 'for ever', 'compacted' or 'N days'")
    milliseconds = str(int(days[1]) * _DAY_MS) if days else "-1"
    return {"cleanup.policy": "delete", "retention.ms": milliseconds, "retention.bytes": "-1"}
