"""Reads the fields of one row strictly: what a feed has not asked for by name is unknown, and is reported.

An optional field that cannot be understood is odd: its words go to the particulars. A mandatory one refuses the row.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from producers.feeds.port import Odd
from register.identifiers.spelling import spelled

EARLIEST_YEAR: Final = 1800  # a year below it is of the Hijri calendar (1447 began in 2025), or mistyped

_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")  # digits of either script
_DECIMAL: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_YES: Final = frozenset({"true", "yes", "y", "1", "نعم"})
_NO: Final = frozenset({"false", "no", "n", "0", "لا"})


class RowFault(Exception):
    """The row cannot be published; caught where rows are read, and reported with the row."""

    def __init__(self, reason: str, name: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = name


@dataclass(slots=True)
class Notes:
    """What is noted while a row is read."""

    odd: list[Odd] = field(default_factory=list)
    particulars: dict[str, str] = field(default_factory=dict)


class Fields:
    """The fields of one row, or of a record inside it; `path` is where it stands in the row."""

    def __init__(self, record: Mapping[str, Any], notes: Notes | None = None, path: str = "") -> None:
        self.notes = notes if notes is not None else Notes()
        self._record = record
        self._path = path
        self._asked: set[str] = set()
        self._inner: list[Fields] = []

    def text(self, name: str) -> str | None:
        """Give a field's text, stripped; None when it is missing or empty. Numbers are texts too."""
        value = self._take(name)
        if value is None:
            return None
        if isinstance(value, (dict, list)):
            self.odd(name, f"expected a text, found {_said(value)}: kept among the particulars")
            self._keep(name, value)
            return None
        return _text(value).strip() or None

    def required(self, name: str, what: str) -> str:
        """Give a text that must be there; raises RowFault."""
        found = self.text(name)
        if found is None:
            raise RowFault(f"{what} is missing", self._full(name))
        return found

    def day(self, name: str) -> date | None:
        """Give a Gregorian day, written yyyy-mm-dd or dd-mm-yyyy; another writing is kept as it is."""
        found = self.text(name)
        if found is None:
            return None
        try:
            return day_from(found)
        except ValueError as fault:
            self.odd(name, f"{fault}: kept among the particulars")
            self._keep(name, found)
            return None

    def amount(self, name: str) -> str | None:
        """Give a decimal number in ASCII digits, without the commas between thousands."""
        found = self.text(name)
        if found is None:
            return None
        plain = spelled(found).replace(",", "").replace("\u066c", "").replace("\u066b", ".")
        if _DECIMAL.fullmatch(plain):
            return plain
        self.odd(name, f"expected an amount, found {_said(found)}: kept among the particulars")
        self._keep(name, found)
        return None

    def flag(self, name: str) -> bool | None:
        """Give yes or no, however it is written."""
        found = self.text(name)
        if found is None:
            return None
        word = found.casefold()
        if word in _YES or word in _NO:
            return word in _YES
        self.odd(name, f"expected yes or no, found {_said(found)}: kept among the particulars")
        self._keep(name, found)
        return None

    def record(self, name: str) -> "Fields | None":
        """Give the record that a field holds."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.odd(name, f"expected a record, found {_said(value)}: kept among the particulars")
            self._keep(name, value)
            return None
        return self._within(value, self._full(name))

    def records(self, name: str) -> "list[Fields]":
        """Give the records that a field lists."""
        value = self._take(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.odd(name, f"expected a list of records, found {_said(value)}: kept among the particulars")
            self._keep(name, value)
            return []
        return [self._within(one, f"{self._full(name)}[{number}]") for number, one in enumerate(value, 1)]

    def particular(self, *names: str) -> None:
        """Keep fields among the particulars, under the registry's own names."""
        for name in names:
            self._keep(name, self._take(name))

    def ignore(self, *names: str) -> None:
        """Leave fields out, knowingly."""
        self._asked.update(names)

    def names(self) -> Iterator[str]:
        """Name the fields that are there."""
        return iter(self._record)

    def odd(self, name: str, message: str) -> None:
        """Note something odd about a field."""
        self.notes.odd.append(Odd(field=self._full(name), message=message))

    def unknown(self) -> tuple[str, ...]:
        """Name the fields that nobody asked for, here and in the records inside; list positions are left out."""
        own = [_without_positions(self._full(name)) for name in self._record if name not in self._asked]
        inner = [name for one in self._inner for name in one.unknown()]
        return tuple(dict.fromkeys((*own, *inner)))

    def _take(self, name: str) -> Any:
        self._asked.add(name)
        return self._record.get(name)

    def _keep(self, name: str, value: Any) -> None:
        self.notes.particulars.update(_flat(self._full(name), value))

    def _within(self, record: Mapping[str, Any], path: str) -> "Fields":
        inner = Fields(record, self.notes, path)
        self._inner.append(inner)
        return inner

    def _full(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name


def day_from(text: str) -> date:
    """Read a Gregorian day; raises ValueError with a message for the registry.

    >>> day_from("21-12-2004"), day_from("2011-04-20")
    (datetime.date(2004, 12, 21), datetime.date(2011, 4, 20))
    """
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise ValueError(f"{_said(text)} is no day: expected yyyy-mm-dd or dd-mm-yyyy")
    if year < EARLIEST_YEAR:
        raise ValueError(f"{_said(text)} is no day of the Gregorian calendar: is it a Hijri date?")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{_said(text)} is no day that exists") from None


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Write a value as texts, nested ones under dotted names."""
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from _flat(f"{name}.{inner}", one)
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _flat(f"{name}[{number}]", one)
    elif value is not None and (text := _text(value).strip()):
        yield name, text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _said(value: Any) -> str:
    return f"{value!r:.60}"


def _without_positions(path: str) -> str:
    return re.sub(r"\[\d+\]", "", path)
