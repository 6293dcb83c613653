"""Whatever comes between an event, its evidence, the assignment and the move: a registration is in one company.

`admit`, `resolve` and `unify` work in any turn, on slices of any size, and die before any commit, while events and
judgements keep coming. Once they have worked off all, no statement is lost and none stands twice.
"""

import pytest
from hypothesis import given

from schemas.codec.records import statement_from
from tests.unit.laws.moving import ENTRIES, STORIES, Moving, Story


@pytest.mark.slow
@given(STORIES)
def test_every_registration_is_in_exactly_one_company_with_all_that_it_states(story: Story) -> None:
    Moving().run(story).must_hold_each_in_one_company()


@pytest.mark.slow
@given(STORIES)
def test_any_interleaving_gives_the_companies_that_one_go_gives(story: Story) -> None:
    in_pieces, in_one_go = Moving().run(story), Moving().run(story, working=False)
    assert in_pieces.stated() == in_one_go.stated()


@pytest.mark.slow
@given(STORIES)
def test_every_move_is_one_statement_that_leaves_and_one_that_arrives(story: Story) -> None:
    register = Moving().run(story)
    changes = register.changes()
    sent = [statement_from(one) for one in register.kafka.values("register.statements", "Statement")]
    for entry in ENTRIES:
        arrivals = [one for one in sent if one.registration_id == entry and one.other and one.registration]
        assert len([one for one in changes if one.joined == entry]) == len(arrivals)
        assert len([one for one in changes if one.left == entry]) == len(arrivals)
        told = [one for one in changes if entry in (one.joined, one.left) and one.follows is None]
        assert len(told) == len(arrivals) + len([one for one in arrivals if one.told_by_both])


@pytest.mark.slow
@given(STORIES)
def test_versions_have_no_gap_and_their_changes_give_the_record(story: Story) -> None:
    Moving().run(story).must_have_versions_without_gaps()
