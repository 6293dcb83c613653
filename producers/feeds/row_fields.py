"""Reads the fields of one row strictly. A field that the feed does not read by name is unknown, and is reported.

An optional field that cannot be read is odd: its text goes to the particulars. A mandatory one refuses the row.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from producers.feeds.amounts import JsonNumber, amount_from
from producers.feeds.dates import day_from
from producers.feeds.feed import Odd
from producers.feeds.json_files import NoJsonValue
from register.identifiers.spelling import is_placeholder, says_nothing
from register.invisible_characters import without_invisible

__all__ = ["Fields", "Notes", "RowFault", "day_from"]

LONGEST_NUMBER: Final = 256  # characters that are looked at: no placeholder is longer
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
    """The notes on a row: odd fields, particulars and unknown fields."""

    odd: list[Odd] = field(default_factory=list)
    particulars: dict[str, str] = field(default_factory=dict)
    _reported: set[Odd] = field(default_factory=set)

    def add_odd(self, odd: Odd) -> None:
        """Note something odd, once."""
        if odd not in self._reported:
            self._reported.add(odd)
            self.odd.append(odd)

    def keep(self, name: str, value: Any) -> None:
        """Keep a value as stated among the particulars; an earlier value of the same name stays."""
        if value is None or value == "":
            return
        for place, text in _flat(name, value):
            again, free = 1, place
            while self.particulars.get(free, text) != text:
                again += 1
                free = f"{place} ({again})"
            self.particulars[free] = text


class Fields:
    """The fields of one row, or of a record inside it at `path`."""

    def __init__(self, record: Mapping[str, Any], notes: Notes | None = None, path: str = "") -> None:
        self.notes = notes if notes is not None else Notes()
        self._record = record
        self._path = path
        self._asked: set[str] = set()
        self._inner: list[Fields] = []

    def text(self, name: str) -> str | None:
        """Give a field's visible text, stripped; None when it is missing or empty. A number becomes a text."""
        value = self._take(name)
        if value is None:
            return None
        if isinstance(value, (dict, list)):
            self.keep_odd(name, f"expected a text, found {_shown_value(value)}")
            return None
        if isinstance(value, NoJsonValue):
            self.keep_odd(name, f"{value} is no value of JSON")
            return None
        text = _text(value).strip()
        return (text if text.isascii() else self._visible(name, text)) or None

    def required(self, name: str, what: str) -> str:
        """Give a mandatory text; raises RowFault where it is missing."""
        found = self.text(name)
        if found is None:
            raise RowFault(f"{what} is missing", self._full(name))
        return found

    def name(self, name: str) -> str | None:
        """Give a name of a company; a word for a missing name is no name, and is kept as stated."""
        found = self.text(name)
        if found is None or not says_nothing(found):
            return found
        self.keep_odd(name, f"{_shown_value(found)} says nothing")
        return None

    def required_name(self, name: str) -> str:
        """Give a mandatory name; raises RowFault where it is missing."""
        found = self.required(name, "the legal name" if name == "legal_name" else "the name")
        if says_nothing(found):
            raise RowFault(f"{_shown_value(found)} says nothing: state the name", self._full(name))
        return found

    def number(self, name: str) -> str | None:
        """Give a number that identifies; a placeholder is no number, and is kept as stated."""
        found = self.text(name)
        if found is None or not is_placeholder(found[:LONGEST_NUMBER]):
            return found
        self.keep_odd(name, f"{_shown_value(found)} is a placeholder, no number")
        return None

    def day(self, name: str) -> date | None:
        """Give a Gregorian day; an uncertain one is kept as stated (`producers.feeds.dates`)."""
        found = self.text(name)
        if found is None:
            return None
        try:
            return day_from(found)
        except ValueError as fault:
            self.keep_odd(name, str(fault))
            return None

    def amount(self, name: str) -> str | None:
        """Give a decimal number in ASCII digits; an uncertain one is kept as stated (`producers.feeds.amounts`)."""
        found = self.text(name)
        if found is None:
            return None
        stated = self._record[name]
        try:
            return amount_from(stated if isinstance(stated, JsonNumber) else found)
        except ValueError as fault:
            self.keep_odd(name, str(fault))
            return None

    def flag(self, name: str) -> bool | None:
        """Give yes or no, however it is written."""
        found = self.text(name)
        if found is None:
            return None
        word = found.casefold()
        if word in _YES or word in _NO:
            return word in _YES
        self.keep_odd(name, f"expected yes or no, found {_shown_value(found)}")
        return None

    def record(self, name: str) -> "Fields | None":
        """Give the record that a field holds."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.keep_odd(name, f"expected a record, found {_shown_value(value)}")
            return None
        return self._within(value, self._full(name))

    def records(self, name: str) -> "list[Fields]":
        """Give the records that a field lists."""
        value = self._take(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.keep_odd(name, f"expected a list of records, found {_shown_value(value)}")
            return []
        return [self._within(one, f"{self._full(name)}[{number}]") for number, one in enumerate(value, 1)]

    def particular(self, *names: str) -> None:
        """Keep fields among the particulars, under the registry's own names."""
        for name in names:
            self.notes.keep(self._full(name), self._take(name))

    def ignore(self, *names: str) -> None:
        """Mark fields as known, and leave them out."""
        self._asked.update(names)

    def names(self) -> Iterator[str]:
        """Name the fields of the row."""
        return iter(self._record)

    def odd(self, name: str, message: str) -> None:
        """Note something odd about a field."""
        self.notes.add_odd(Odd(field=self._full(name), message=message))

    def keep_odd(self, name: str, why: str) -> None:
        """Keep a field among the particulars as it is stated, and say why."""
        self.odd(name, f"{why}: kept among the particulars")
        self.notes.keep(self._full(name), self._record[name])

    def unknown(self) -> tuple[str, ...]:
        """Name the fields that the feed did not read, here and in the records inside, without list positions."""
        own = [_without_positions(self._full(name)) for name in self._record if name not in self._asked]
        inner = [name for one in self._inner for name in one.unknown()]
        return tuple(dict.fromkeys((*own, *inner)))

    def _take(self, name: str) -> Any:
        self._asked.add(name)
        return self._record.get(name)

    def _visible(self, name: str, text: str) -> str:
        """Remove invisible characters; the text as stated is kept."""
        seen = without_invisible(text).strip()
        if seen != text:
            self.keep_odd(name, f"it holds invisible characters ({ascii(text)[1:-1]:.60}), which are taken out")
        return seen

    def _within(self, record: Mapping[str, Any], path: str) -> "Fields":
        inner = Fields(record, self.notes, path)
        self._inner.append(inner)
        return inner

    def _full(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name


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


def _shown_value(value: Any) -> str:
    return f"{value!r:.60}"


def _without_positions(path: str) -> str:
    return re.sub(r"\[\d+\]", "", path)
