"""Invisible characters carry no meaning; a joiner that Persian spells with does."""

import pytest

from register.invisible_characters import without_invisible


@pytest.mark.parametrize(
    "mark",
    ["\ufeff", "\u200b", "\u200e", "\u200f", "\u061c", "\u202e", "\u2066", "\u2060", "\u00ad", "\u034f", "\ufe0f",
     "\u3164",
     "\U000e0041", "\U000e0100", "\u115f", "\u2800", "\u200c", "\u200d", "\ufff9"],
)  # fmt: skip
def test_an_invisible_character_is_taken_out_wherever_it_stands(mark: str) -> None:
    assert without_invisible(f"{mark}NO{mark}OR{mark}") == "NOOR"
    assert without_invisible(mark * 3) == ""


@pytest.mark.parametrize("text", ["می\u200cخواهم", "Société", "دعم\u064e", "A B", "\u0600"])
def test_what_can_be_seen_or_is_spelled_with_stays(text: str) -> None:
    assert without_invisible(text) == text


def test_a_joiner_at_the_end_of_a_word_joins_nothing() -> None:
    assert without_invisible("شركة\u200d نور\u200c") == "شركة نور"
