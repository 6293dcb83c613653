"""The feeds by name: one adapter per registry's file format."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from producers.feeds.feed import Feed
from producers.feeds.generic import Generic
from producers.feeds.gleif import Gleif
from producers.feeds.ner import Ner
from producers.feeds.sijilat import Sijilat
from producers.feeds.wathq import Wathq
from producers.problems import UnknownFeed

_ALL: Final[tuple[Feed, ...]] = (Gleif(), Wathq(), Sijilat(), Ner(), Generic())
FEEDS: Final[Mapping[str, Feed]] = MappingProxyType({feed.name: feed for feed in _ALL})
"""By the name on the command line."""

DEMO_DATA: Final = Path(__file__).parent / "data"
DEMO_FILES: Final[Mapping[str, Path]] = MappingProxyType(
    {
        "gleif": DEMO_DATA / "gcc_lei.csv",
        "wathq": DEMO_DATA / "register_samples" / "sa_wathq_samples.json",
        "sijilat": DEMO_DATA / "register_samples" / "bh_sijilat_sample.json",
        "ner": DEMO_DATA / "register_samples" / "ae_ner_sample.json",
    }
)
"""The real records that ship with Sijill, by the feed that reads them."""


def feed_named(name: str) -> Feed:
    """Find a feed; raises UnknownFeed."""
    if name not in FEEDS:
        raise UnknownFeed(f"no feed is called {name!r}: there are {', '.join(FEEDS)}")
    return FEEDS[name]
