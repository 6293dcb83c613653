"""What the register said of companies on a day in law, as it was known at a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson

from readmodel.documents import restored, stored
from register.as_of import Asked, CompanyThen, NotInForce, Then, Unknown
from register.authority_words import Words
from register.ids import RegistrationId, authority_of
from register.whole import Rules
from runtime.clock import Clock, SystemClock
from runtime.settings import Settings
from schemas.codec.company_records import company_datum
from schemas.codec.event_bytes import numberings
from schemas.codec.reader import read
from schemas.codec.wire import encode
from schemas.facts.authorities import authorities
from schemas.facts.precedence import precedence
from services.as_of_problems import MomentAhead, NoDay, NoMoment, NotInForceThen, NotKnownBefore
from services.memories import MemorySource, TellRecordsRead, memory
from services.problems import UnknownId

__all__ = ["CompanyThen", "MemorySource", "Then", "companies_then", "company_then", "record_then", "rules", "times"]

_WITHOUT: Final = ("version", "alias_of")
"""The fields of a record that a question about a past moment has no answer to: nobody wrote that version."""


def times(as_of: str | None, known_at: str | None, clock: Clock | None = None) -> Then:
    """Read the two times of a question: a day, and a moment with its zone. None: every day, and now.

    Raises NoDay, NoMoment, MomentAhead.
    """
    now = (clock or SystemClock()).now()
    moment = now if known_at is None else _moment(known_at)
    if moment > now:
        raise MomentAhead(known_at=moment, now=now)
    return Then(known_at=moment, as_of=None if as_of is None else _day(as_of))


def company_then(
    settings: Settings, id_: str, then: Then, source: MemorySource, report: TellRecordsRead = lambda done: None
) -> CompanyThen:
    """Find the company of an id, as it was then. Raises UnknownId, NotKnownBefore, NotInForceThen, or a fault."""
    with memory(settings, source, report) as held:
        asked = Asked(held, then, rules())
        found = asked.company(id_)
        if isinstance(found, Unknown) and id_ != id_.upper():
            found = asked.company(id_.upper())
    match found:
        case Unknown(since=None):
            raise UnknownId(id=id_)
        case Unknown(since=since) if since is not None:
            raise NotKnownBefore(id=id_, known_at=then.known_at, since=since)
        case NotInForce(company_id=company, since=first):
            raise NotInForceThen(company_id=company, as_of=then.as_of, known_at=then.known_at, since=first)
    assert isinstance(found, CompanyThen)  # all other answers are problems
    return found


@contextmanager
def companies_then(
    settings: Settings, then: Then, source: MemorySource, report: TellRecordsRead = lambda done: None
) -> Iterator[Iterator[CompanyThen]]:
    """Give all companies as they were then, by id, for as long as the block runs. Raises a fault."""
    with memory(settings, source, report) as held:
        yield Asked(held, then, rules()).companies(held.registrations())


def record_then(found: CompanyThen) -> dict[str, Any]:
    """Write a company as JSON: as its record, without a version, with its aliases."""
    datum = read(encode("Company", company_datum(found.company)), "Company")
    written = orjson.dumps(restored(stored(datum)), option=orjson.OPT_UTC_Z)
    record: dict[str, Any] = orjson.loads(written)
    kept = {name: value for name, value in record.items() if name not in _WITHOUT}
    return {**kept, "aliases": list(found.aliases)}


def rules() -> Rules:
    """Give the rules of today: the registries' words, the table of precedence, and how registers number."""
    return Rules(words=_words_of, precedence=precedence(), numberings=numberings())


def _words_of(registration: RegistrationId) -> Words:
    """Give a registry's words; none where an event names a registry that does not exist."""
    known = authorities().get(authority_of(registration))
    return Words() if known is None else known.words


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise NoDay(text=text) from fault


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise NoMoment(text=text) from fault
    if moment.tzinfo is None:
        raise NoMoment(text=text)
    return moment.astimezone(UTC)
