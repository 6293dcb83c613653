"""What is said of a dead letter: what can be read of it, and what became of it."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from operations.dead_letter_texts import decided_document, letter_document, show_decided, show_letter, state_in_words
from operations.parked_texts import require_no_parked, show_parked
from register.letters import DecidedLetter, LetterId, LetterState, Stay
from schemas.codec.partial_reading import read_as_far_as_possible
from services.dead_letters import WholeLetter
from services.deciding_letters import DecidedLetters, LetterGroup
from services.parked_events import ParkedEvent
from services.problems import OnlyParked
from tests.unit.register.stating import NOOR, event
from tests.unit.streams.sample_events import value_of

VALUE = value_of(event(1, website="noor.example"))
DECIDED = DecidedLetter(
    letter=LetterId("kw", 0, 4),
    state=LetterState.DISCARDED,
    principal="noor",
    why="noise",
    decided_at=datetime(2026, 3, 9, 8, tzinfo=UTC),
    code="unreadable",
    schema_id=None,
    attempt=1,
)
PARKED = ParkedEvent(
    registration_id=NOOR,
    event_id="e7",
    sequence=7,
    code="empty_value",
    message="it is empty",
    publisher="kw",
    topic="registrations.kw.dlq",
    partition=0,
    offset=4,
    written_at="2026-03-09T08:00:00+00:00",
)


def letter(value: bytes, decided: DecidedLetter | None = None) -> WholeLetter:
    return WholeLetter(
        topic="registrations.kw.dlq",
        partition=0,
        offset=4,
        key=NOOR.encode(),
        headers=((b"sijill_reason", b"unreadable"),),
        value=value,
        registration_id=NOOR,
        read=read_as_far_as_possible(value),
        decided=decided,
    )


def test_a_letter_says_where_its_reading_ends_and_that_it_is_open(capsys: pytest.CaptureFixture[str]) -> None:
    show_letter(letter(VALUE[:-3]))
    out = " ".join(capsys.readouterr().out.split())
    assert "state open" in out
    assert f"registration {NOOR}" in out
    assert "Read as RegistrationEvent version 2:" in out
    assert f"Byte {len(VALUE) - 3:,} in " in out
    assert f'registration_id: "{NOOR}"' in out
    show_letter(letter(b"\xde\xad"))
    assert "nothing of it can be read" in capsys.readouterr().out


def test_a_letter_says_who_decided_what_and_why() -> None:
    assert state_in_words(DECIDED) == "discarded by noor, 2026-03-09 08:00 UTC: noise"
    document = letter_document(letter(VALUE, DECIDED))
    assert (document["state"], document["decided"]["why"], document["read"]["failed_at"]) == (
        "DISCARDED",
        "noise",
        None,
    )
    assert letter_document(letter(VALUE))["state"] == "OPEN"


def test_a_redrive_says_how_many_went_and_why_others_stay(capsys: pytest.CaptureFixture[str]) -> None:
    made = DecidedLetters(
        dry_run=False,
        state=LetterState.REDRIVEN,
        groups=Counter({LetterGroup(code="unknown_schema", publisher="qa", schema_id=1003): 2}),
        stays=Counter(dict.fromkeys(Stay, 1)),
        over_limit=5,
        decided_before=1,
    )
    show_decided(made)
    said = capsys.readouterr()
    assert "2 dead letters redriven" in said.out
    assert all(word in said.err for word in ("were cut", "no value", "--attempts", "only compressed", "raise --limit"))
    assert decided_document(made)["redriven"] == 2
    assert decided_document(made)["stays"]["tried_often"] == 1


def test_the_page_says_which_event_is_parked(capsys: pytest.CaptureFixture[str]) -> None:
    show_parked([PARKED])
    out = " ".join(capsys.readouterr().out.split())
    assert "What is shown is without 1 parked event" in out
    assert "event 7 is parked (e7)" in out
    with pytest.raises(OnlyParked) as parked:
        require_no_parked(NOOR, [PARKED])
    assert parked.value.letters == ("kw 0 4",)
    require_no_parked(NOOR, [])
