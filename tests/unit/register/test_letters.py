"""Which dead letters an operator means."""

import pytest

from register.letters import LetterChoice, LetterId

LETTER = LetterId("qa", 3, 17)


@pytest.mark.parametrize(
    ("choice", "taken"),
    [
        (LetterChoice(), True),
        (LetterChoice(letter=LETTER), True),
        (LetterChoice(letter=LetterId("qa", 3, 18)), False),
        (LetterChoice(publisher="qa", code="unknown_schema", schema_id=1003), True),
        (LetterChoice(publisher="sa"), False),
        (LetterChoice(code="unreadable"), False),
        (LetterChoice(schema_id=1002), False),
    ],
)
def test_a_letter_is_meant_where_all_that_is_given_holds(choice: LetterChoice, taken: bool) -> None:
    assert choice.takes(LETTER, "unknown_schema", 1003) is taken


def test_a_letter_without_a_frame_is_in_no_group_of_a_schema() -> None:
    assert not LetterChoice(schema_id=1003).takes(LETTER, "unreadable", None)
    assert (str(LETTER), str(LetterChoice(letter=LETTER))) == ("qa/3/17", "letter=qa/3/17")
