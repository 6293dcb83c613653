"""What a release has published gives the same register in every later version, event by event and all at once."""

from collections import Counter
from functools import cache

import pytest

from register.events import EventKind
from schemas.codec.reader import read
from schemas.codec.wire import schema_of
from schemas.facts.rules_digest import rules_digest
from tests.replay.golden_log import JUDGEMENTS, GoldenLog, LoggedRecord, golden_log, live, rebuilt, versions

pytestmark = pytest.mark.parametrize("version", versions())

log = cache(golden_log)


def test_the_log_gives_the_released_digest_event_by_event_and_at_once(version: str) -> None:
    """New rules may change a register. Then add their digest and the new one to VERSION.yaml, after a look at both."""
    known = log(version)
    taken, whole = live(known.records), rebuilt(known.records)
    assert taken.hexdigest == whole.digest
    assert (taken.companies, len(whole.companies)) == (known.companies, known.companies)
    assert known.digests.get(rules_digest()) == taken.hexdigest, "`python -m tests.replay` prints both digests"


def test_its_order_does_not_matter(version: str) -> None:
    known = log(version)
    assert live(known.records[::-1]).hexdigest == live(known.records).hexdigest


def test_the_log_has_what_a_register_lives_through(version: str) -> None:
    known = log(version)
    events = [one for one in known.records if one.topic != JUDGEMENTS]
    kinds = {read(one.value, "RegistrationEvent")["kind"] for one in _readable(known)}
    assert kinds >= {kind.value for kind in EventKind if kind is not EventKind.UNKNOWN}
    assert len({one.topic for one in events}) >= 6
    written = Counter(schema_of(one.value).version for one in _readable(known))
    assert all(written[number] > len(events) // 10 for number in (1, 2))
    assert len(known.records) - len(events) > 5


def _readable(known: GoldenLog) -> list[LoggedRecord]:
    return [one for one in known.records if one.topic != JUDGEMENTS and one.value[:1] == b"\x00"]
