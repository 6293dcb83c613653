"""Reads days and moments as registries write them. An ambiguous day is kept as stated and never guessed.

A day is `yyyy-mm-dd`, `dd-mm-yyyy` or `dd.mm.yyyy`. With slashes it is one only where the first number cannot be a
month. Behind a day only midnight in UTC may stand. Another time, or a zone, may mean another calendar day.
"""

import re
from datetime import UTC, date, datetime
from typing import Final

EARLIEST_YEAR: Final = 1800  # a year below it is of the Hijri calendar (1447 began in 2025), or mistyped
LATEST_YEAR: Final = 2200  # the longest terms are of 99 years; 2262, 2999 and 9999 are a program's "never"
EARLIEST_RECORD: Final = 1900  # no registry's books that are still kept are older
LATEST_RECORD: Final = 2100
STAND_INS: Final = frozenset({"1899-12-30", "1899-12-31", "1900-01-00", "1900-01-01", "1970-01-01"})
"""The days that spreadsheets, databases and Unix write for an empty day."""

_MIDNIGHT: Final = r"(?:[T ]00:00(?::00(?:[.,]0{1,9})?)?(?:Z|\+00:?00)?)?"
_ISO: Final = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_MIDNIGHT}")
_DAY_FIRST: Final = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_MIDNIGHT}")  # digits of either script
_BEGINS_WITH_A_DAY: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([-/.])\d{1,2}\1\d{4}")
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:[Zz]|[+-]\d{2}(?::?\d{2})?))?)?",
    re.ASCII,
)
_MONTHS: Final = 12


def day_from(text: str) -> date:
    """Read a Gregorian day; raises ValueError with a message for the registry.

    >>> day_from("21-12-2004"), day_from("2011-04-20")
    (datetime.date(2004, 12, 21), datetime.date(2011, 4, 20))
    """
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == "/" and day <= _MONTHS and month <= _MONTHS and day != month:
            raise ValueError(f"{text!r:.60} is no day for certain: which of the two is the month? Write yyyy-mm-dd")
    elif _BEGINS_WITH_A_DAY.match(text):
        raise ValueError(
            f"{text!r:.60} is no day: a time other than midnight, a zone or anything else behind a day may mean another"
        )
    else:
        raise ValueError(f"{text!r:.60} is no day: expected yyyy-mm-dd or dd-mm-yyyy")
    return _checked(text, year, month, day)


def _checked(text: str, year: int, month: int, day: int) -> date:
    if f"{year:04}-{month:02}-{day:02}" in STAND_INS:
        raise ValueError(f"{text!r:.60} is no day: programs write it for one that is empty")
    if year < EARLIEST_YEAR:
        raise ValueError(f"{text!r:.60} is no day of the Gregorian calendar: is it a Hijri date?")
    if year > LATEST_YEAR:
        raise ValueError(f"{text!r:.60} is no day that anybody lives to see: leave it out where there is no end")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{text!r:.60} is no day that exists") from None


def moment_from(text: str) -> datetime:
    """Read a moment of ISO 8601, in UTC where it names no zone. Raises ValueError with a message for the registry.

    >>> moment_from("2025-10-01T12:30:00+03:00")
    datetime.datetime(2025, 10, 1, 9, 30, tzinfo=datetime.timezone.utc)
    """
    if not _MOMENT.fullmatch(text):
        hint = "; a number counts from no day that everybody means" if text.isdecimal() else ""
        raise ValueError(f"{text!r:.60} is no moment: expected 2025-10-01T12:30:00Z (UTC where no zone is said){hint}")
    try:
        moment = datetime.fromisoformat(text.upper().replace(",", ".").replace(" Z", "Z"))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r:.60} is no moment that exists") from None
    if not EARLIEST_RECORD <= moment.year < LATEST_RECORD:
        raise ValueError(f"{text!r:.60} is no moment at which a registry recorded anything")
    return moment
