"""Laws 7, 8 and 9, checked on what stands in the topics; this shares no code with the processors.

7: every published record has exactly one receipt, and a refused one stands in the dead letters as it came.
8: a company's versions are 1, 2, 3 …, and its changes applied in turn give its record and who belongs to it.
9: an agency's notices are numbered 1, 2, 3 …, and each tells a change that was made; a move is told by one company.
And: a registration that states anything is in exactly one company; an id that merged away leads to it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from runtime.settings import Settings
from tests.acceptance.plain_kafka import Kept, read

Topics = Mapping[str, Sequence[Kept]]
OURS: Final = "sijill_"  # begins the headers that a dead letter has beside its own
ATTEMPT: Final = "sijill_attempt"  # the one of them that a record has when it was redriven
TOLD: Final = 20


def require_laws(settings: Settings) -> Topics:
    """Read an instance's topics and require the laws of them; returns what was read."""
    topics = read(settings.bootstrap_servers, settings.topic_prefix)
    broken = [
        *receipts_broken(topics, settings.topic_prefix),
        *versions_broken(topics),
        *notices_broken(topics),
        *moves_without_notice(topics),
        *belonging_broken(topics),
    ]
    assert not broken, f"{len(broken)} times a law is broken:\n" + "\n".join(broken[:TOLD])
    return topics


def receipts_broken(topics: Topics, prefix: str) -> Iterator[str]:
    """Check law 7."""
    for topic, records in topics.items():
        if topic.startswith("registrations.") and not topic.endswith(".dlq"):
            publisher = topic.removeprefix("registrations.")
            receipts = [one.datum() for one in topics[f"receipts.{publisher}"]]
            answered = Counter((one["topic"].removeprefix(prefix), one["partition"], one["offset"]) for one in receipts)
            yield from _counted("receipts", {one.place for one in records}, answered)
            refused = {
                (topic, one["partition"], one["offset"]): one["code"]
                for one in receipts
                if one["outcome"] == "REJECTED"
            }
            yield from _parked_broken(records, topics[f"{topic}.dlq"], refused, prefix)


def _counted(what: str, places: set[tuple[str, int, int]], found: Counter[tuple[str, int, int]]) -> Iterator[str]:
    for place in places:
        if found[place] != 1:
            yield f"{place} has {found[place]} {what}"
    yield from (f"{place} has {what} and was never published" for place in found.keys() - places)


def _parked_broken(
    records: Sequence[Kept], letters: Sequence[Kept], refused: Mapping[tuple[str, int, int], str], prefix: str
) -> Iterator[str]:
    """Check that the dead letters are what was refused, byte for byte, once each, with the reason of the receipt."""
    published = {one.place: one for one in records}
    yield from _counted("dead letters", set(refused), Counter(_origin(letter, prefix) for letter in letters))
    for letter in letters:
        origin = published.get(_origin(letter, prefix))
        if origin is None:
            continue
        if (letter.key, letter.value) != (origin.key, origin.value):
            yield f"the dead letter of {origin.place} has other bytes than it had"
        received = tuple(one for one in origin.headers if one[0] != ATTEMPT)  # a redriven record brings it
        if tuple(one for one in letter.headers if not one[0].startswith(OURS)) != received:
            yield f"the dead letter of {origin.place} has other headers: {letter.headers}, not {origin.headers}"
        if letter.header("sijill_reason") != refused.get(origin.place):
            yield f"{origin.place}: {letter.header('sijill_reason')} and {refused.get(origin.place)} for one refusal"


def _origin(letter: Kept, prefix: str) -> tuple[str, int, int]:
    topic = letter.header("sijill_origin_topic").removeprefix(prefix)
    return topic, int(letter.header("sijill_origin_partition")), int(letter.header("sijill_origin_offset"))


def versions_broken(topics: Topics) -> Iterator[str]:
    """Check law 8."""
    companies = {one.key: one.datum() for one in topics["register.companies"] if one.value is not None}
    changes: defaultdict[bytes | None, list[Any]] = defaultdict(list)
    for record in topics["register.changes"]:
        changes[record.key].append(record.datum())
    yield from (f"{key!r} has changes and no record" for key in changes.keys() - companies.keys())
    for key, company in companies.items():
        versions = [change["version"] for change in changes[key]]
        if versions != list(range(1, company["version"] + 1)):
            yield f"{company['company_id']} is at version {company['version']}, its changes tell {versions}"
        else:
            yield from _replay_broken(company, changes[key])


def _replay_broken(company: Any, changes: Sequence[Any]) -> Iterator[str]:
    held: dict[str, Any] = {}
    for change in changes:
        for name in change["fields_changed"]:
            was, told = held.get(name), change["before"][name]
            if was != told:
                yield f"{company['company_id']} {change['version']}: {name} was {was}, the change tells {told}"
            held[name] = change["after"][name]
    yield from _members_broken(company, changes)
    stated = {name: value for name, value in company["properties"].items() if value is not None}
    if stated != {name: value for name, value in held.items() if value is not None}:
        yield f"{company['company_id']}: its {len(changes)} changes in turn give {held}, its record states {stated}"


def _members_broken(company: Any, changes: Sequence[Any]) -> Iterator[str]:
    """Follow the members of a company from change to change.

    A change names who belongs to it before or after, and one step moves one registration at most. Whether one of them
    has left, the next change or the record tells: so more than one course is followed where there may be several.
    """
    courses: set[frozenset[str]] = {frozenset()}
    for change in changes:
        named = frozenset(change["registrations"])
        courses = {after for before in courses for after in _after(change, named, before)}
        if not courses:
            yield f"{company['company_id']} {change['version']}: who belongs to it cannot be {sorted(named)}"
            return
    held = frozenset(one["registration_id"] for one in company["registrations"])
    if held not in courses:
        yield f"{company['company_id']}: {sorted(held)} belong to it, its changes tell {sorted(map(sorted, courses))}"
    if changes and not held and changes[-1]["alias_of"] != company["alias_of"]:
        yield f"{company['company_id']} is an alias of {company['alias_of']}, told was {changes[-1]['alias_of']}"


def _after(change: Any, named: frozenset[str], before: frozenset[str]) -> Iterator[frozenset[str]]:
    """Give the possible members of a company after a change, if `before` were its members."""
    joined, left = named - before, before
    told = {way: {change[way]} - {None} for way in ("joined", "left") if way in change}
    if before - named or len(joined) > 1:
        return
    if not change["related"]:  # nobody has moved: one may state something for the first time, or nothing any more
        left = before & {one["registration_id"] for one in change["triggers"]}
        if not joined <= {one["registration_id"] for one in change["triggers"]}:
            return
    elif told:
        joined, left = joined & told["joined"], left & told["left"]
        if joined != told["joined"] or left != told["left"]:
            return
        yield (before | joined) - left
        return
    yield before | joined
    if not joined:
        yield from (before - {one} for one in left)


def belonging_broken(topics: Topics) -> Iterator[str]:
    """Check that each registration with properties is in one company, and that its own id leads there."""
    companies = {one["company_id"]: one for one in _last(topics["register.companies"])}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for company in companies.values():
        for one in company["registrations"]:
            found[one["registration_id"]].append(company["company_id"])
    for own, where in found.items():
        if len(where) != 1:
            yield f"{own} is in {len(where)} companies: {where}"
        if f"GCC.{own}" in where:
            continue
        leads_to = companies.get(f"GCC.{own}", {}).get("alias_of")
        if leads_to not in where:
            yield f"GCC.{own} leads to {leads_to}, the registration is in {where}"
    for registration in _last(topics["register.registrations"]):
        stated = registration["registration"]
        if any(value is not None for value in stated["properties"].values()) and stated["registration_id"] not in found:
            yield f"{stated['registration_id']} states something and is in no company"


def _last(records: Sequence[Kept]) -> Iterator[Any]:
    """Read what compaction leaves of a topic."""
    newest = {one.key: one for one in records}
    yield from (one.datum() for one in newest.values() if one.value is not None)


def moves_without_notice(topics: Topics) -> Iterator[str]:
    """Check that one company notifies of every move: a change that follows another company's needs that change."""
    changes = [one.datum() for one in topics["register.changes"]]
    told = {
        (change["company_id"], other, *_trigger(change))
        for change in changes
        if change["follows"] is None
        for other in change["related"]
    }
    for change in changes:
        moved = change["joined"] or change["left"] if "joined" in change else change["registrations"]
        teller = change["follows"]
        if teller is not None and moved and (teller, change["company_id"], *_trigger(change)) not in told:
            yield f"{change['company_id']} {change['version']} follows {teller}, which tells nothing of it"


def _trigger(change: Any) -> tuple[str | None, ...]:
    one = change["triggers"][0]
    return one["registration_id"], one["event"]["event_id"], one.get("judgement")


def notices_broken(topics: Topics) -> Iterator[str]:
    """Check law 9."""
    made = {(one["company_id"], one["version"]): one for one in (r.datum() for r in topics["register.changes"])}
    for topic, records in topics.items():
        if topic.startswith("notices."):
            notices = [record.datum() for record in records]
            numbers = [notice["number"] for notice in notices]
            if numbers != list(range(1, len(numbers) + 1)):
                yield f"{topic} is numbered {numbers}"
            told = [(notice["change"]["company_id"], notice["change"]["version"]) for notice in notices]
            yield from (f"{topic} tells {one} {count} times" for one, count in Counter(told).items() if count > 1)
            for notice, which in zip(notices, told, strict=True):
                if notice["change"] != made.get(which):
                    yield f"{topic} {notice['number']} tells of {which} what is not in the changes"
                elif notice["change"]["follows"] is not None:
                    yield f"{topic} {notice['number']} tells of {which}, which {notice['change']['follows']} tells of"
