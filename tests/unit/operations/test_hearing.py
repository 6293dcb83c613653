"""An agency that follows by number hears of each number that it wants, or that it is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.hearing import Hearing, Silence, SilenceKind


def told(numbers: list[int], start: int | None, *, were_any: bool = True) -> list[int | Silence]:
    """Follow to the end."""
    hearing, heard = Hearing("zatca", start), list[int | Silence | None]()
    for number in numbers:
        heard.append(hearing.hear(number))
        heard.append(number if hearing.wants(number) else None)
    heard.append(hearing.end(were_any))
    return [one for one in heard if one is not None]


def _silences(heard: list[int | Silence]) -> list[tuple[SilenceKind, int, int | None]]:
    return [(one.kind, one.first, one.last) for one in heard if isinstance(one, Silence)]


@pytest.mark.parametrize("start", [1, None])
def test_numbers_that_are_kept_no_longer_are_named(start: int | None) -> None:
    heard = told([107, 108], start)

    assert _silences(heard) == [(SilenceKind.NOT_KEPT, 1, 106)]
    assert heard[1:] == [107, 108]
    assert isinstance(heard[0], Silence)
    assert "numbers 1 to 106 of zatca are kept no longer, the first is 107" in heard[0].says


def test_a_number_that_is_not_given_yet_is_said_and_the_next_one_is_not() -> None:
    assert _silences(told([1, 2, 3], 9)) == [(SilenceKind.NOT_GIVEN_YET, 4, None)]
    assert told([1, 2, 3], 4) == []


def test_an_agency_that_was_never_told_anything_has_no_silence() -> None:
    assert told([], None, were_any=False) == []
    assert told([], 1, were_any=False) == []
    assert _silences(told([], 7, were_any=False)) == [(SilenceKind.NOT_GIVEN_YET, 1, None)]


def test_where_nothing_is_kept_any_more_it_is_said() -> None:
    assert _silences(told([], None)) == [(SilenceKind.NOT_KEPT, 1, None)]


def test_a_gap_is_named_if_it_is_wanted() -> None:
    assert _silences(told([1, 2, 5], None)) == [(SilenceKind.GAP, 3, 4)]
    assert _silences(told([1, 2, 5], 4)) == [(SilenceKind.GAP, 4, 4)]
    assert told([1, 2, 5], 5) == [5]


@given(st.sets(st.integers(1, 60)), st.none() | st.integers(1, 70))
def test_every_number_from_the_start_to_the_last_is_shown_or_said_to_be_missing(
    given_numbers: set[int], start: int | None
) -> None:
    heard = told(sorted(given_numbers), start)
    accounted = {one for one in heard if isinstance(one, int)}
    for kind, first, last in _silences(heard):
        if kind is not SilenceKind.NOT_GIVEN_YET and last is not None:
            accounted |= set(range(first, last + 1))

    last = max(given_numbers, default=0)
    assert {one for one in accounted if one <= last} == set(range(start or 1, last + 1))
