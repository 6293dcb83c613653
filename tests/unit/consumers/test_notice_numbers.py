"""An agency that follows by number is given each number that it wants, or is told that it is not there."""

from hypothesis import given
from hypothesis import strategies as st

from consumers.agency.notice_numbers import Handling, NoticeNumbers
from consumers.agency.problems import NotGivenYet, NotKept, NumbersMissing, NumbersSkipped
from register.ids import AgencyId

Told = tuple[type[NumbersMissing], int, int | None]


def told(
    numbers: list[int], after: int, *, then: list[int] | None = None, had_notices: bool = True
) -> list[int | Told]:
    """Read a topic to its end. `then`: what it holds after it was made anew, where it is to be read again."""
    numbers_read, found, topic = NoticeNumbers(AgencyId("zatca"), after), list[int | Told](), list(numbers)
    at = 0
    while at < len(topic):
        handling = numbers_read.check(topic[at])
        if isinstance(handling, NumbersMissing):
            found.append((type(handling), handling.first, handling.last))
            continue
        if handling is Handling.TAKE:
            found.append(topic[at])
        if handling is Handling.READ_AGAIN:
            topic, at = topic if then is None else list(then), 0
            continue
        at += 1
    missing = numbers_read.check_end(had_notices=had_notices)
    return found if missing is None else [*found, (type(missing), missing.first, missing.last)]


def test_numbers_that_are_kept_no_longer_are_named() -> None:
    assert told([107, 108], 0) == [(NotKept, 1, 106), 107, 108]
    assert told([107, 108], 49) == [(NotKept, 50, 106), 107, 108]


def test_a_number_that_is_not_given_yet_is_said_and_the_next_one_is_not() -> None:
    assert told([1, 2, 3], 8) == [(NotGivenYet, 4, None)]
    assert told([1, 2, 3], 3) == []


def test_an_agency_that_was_never_told_anything_misses_nothing() -> None:
    assert told([], 0, had_notices=False) == []
    assert told([], 6, had_notices=False) == [(NotGivenYet, 1, None)]


def test_where_nothing_is_kept_any_more_it_is_said() -> None:
    assert told([], 0) == [(NotKept, 1, None)]


def test_numbers_that_were_skipped_are_named_if_they_are_wanted() -> None:
    assert told([1, 2, 5], 0) == [1, 2, (NumbersSkipped, 3, 4), 5]
    assert told([1, 2, 5], 3) == [(NumbersSkipped, 4, 4), 5]
    assert told([1, 2, 5], 4) == [5]
    assert told([1, 3, 5], 0) == [1, (NumbersSkipped, 2, 2), 3, (NumbersSkipped, 4, 4), 5]


def test_a_topic_that_was_made_anew_is_read_from_its_beginning_and_nothing_is_given_twice() -> None:
    """The reader stands at offset 3 of the old topic, and meets number 7 there, behind 4 to 6."""
    assert told([1, 2, 3, 7], 0, then=[4, 5, 6, 7]) == [1, 2, 3, 4, 5, 6, 7]


def test_what_went_with_a_deleted_topic_is_kept_no_longer_and_was_not_skipped() -> None:
    assert told([1, 2, 3, 9], 0, then=[6, 7, 8, 9]) == [1, 2, 3, (NotKept, 4, 5), 6, 7, 8, 9]


def test_a_problem_says_in_words_whose_numbers_are_missing() -> None:
    assert str(NotKept(AgencyId("zatca"), 1, 6)) == "notices are kept no longer: zatca, 1 to 6"
    assert str(NotGivenYet(AgencyId("zatca"), 4, None)) == "numbers are not given yet: zatca, 4 to the end"


@given(st.sets(st.integers(1, 60)), st.integers(0, 70))
def test_every_number_behind_the_start_is_given_or_said_to_be_missing(numbers: set[int], after: int) -> None:
    given_or_missing: list[int] = []
    for one in told(sorted(numbers), after):
        if isinstance(one, int):
            given_or_missing.append(one)
        elif one[0] is not NotGivenYet and one[2] is not None:
            given_or_missing += range(one[1], one[2] + 1)
    assert given_or_missing == list(range(after + 1, max(numbers, default=0) + 1))
