"""Short ways to read a file that a test writes."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from producers.feeds import DEMO_FILES, feed_named
from producers.feeds.feed import Interpreted, RefusedRow
from register.events import RegistrationEvent

DAY = date(2025, 10, 1)


def read(feed: str, path: Path, day: date = DAY) -> list[Interpreted | RefusedRow]:
    return list(feed_named(feed).read(path, day))


def events(feed: str, path: Path, day: date = DAY) -> list[RegistrationEvent]:
    """The events of a file in which every row can be read."""
    found = []
    for one in read(feed, path, day):
        assert isinstance(one, Interpreted), one
        found.append(one.event)
    return found


def written(path: Path, content: Any) -> Path:
    """A file of JSON, or of text as it stands."""
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


@cache
def shipped(feed: str) -> tuple[Interpreted, ...]:
    """The rows that a feed reads of its shipped records; read once, for tests that change nothing."""
    found = read(feed, DEMO_FILES[feed])
    assert all(isinstance(one, Interpreted) for one in found)
    return tuple(one for one in found if isinstance(one, Interpreted))
