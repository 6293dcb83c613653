"""Which judgement holds, and what became of the others."""

from itertools import permutations

from register.resolution.judgements import Judgement, Standing, Verdict, holding_judgements, standings_of
from tests.unit.register.resolution.resolver_fixture import judged

ONE, TWO, OTHER = "BH.SIJILAT.9-1", "BH.SIJILAT.9-3", "KW.MOCI.1"
SAME, DIFFERENT, UNDECIDED = Verdict.SAME, Verdict.DIFFERENT, Verdict.UNDECIDED


def became(*judgements: Judgement) -> list[tuple[str, Standing, str | None]]:
    return [(one.judgement.judgement_id, one.standing, one.by) for one in standings_of(judgements)]


def test_the_latest_on_a_pair_holds_and_overtakes_the_others() -> None:
    assert became(judged(1, ONE, TWO, SAME), judged(2, TWO, ONE, DIFFERENT), judged(3, ONE, OTHER, SAME)) == [
        ("j1", Standing.OVERTAKEN, "j2"),
        ("j2", Standing.HOLDS, None),
        ("j3", Standing.HOLDS, None),
    ]


def test_a_revoked_one_gives_way_to_the_one_before_it() -> None:
    judgements = (judged(1, ONE, TWO, SAME), judged(2, ONE, TWO, DIFFERENT), judged(3, ONE, TWO, DIFFERENT, revokes=2))
    assert became(*judgements) == [
        ("j1", Standing.HOLDS, None),
        ("j2", Standing.REVOKED, "j3"),
        ("j3", Standing.REVOCATION, "j2"),
    ]
    assert [one.judgement_id for one in holding_judgements(judgements).values()] == ["j1"]


def test_an_undecided_one_holds_and_decides_nothing() -> None:
    judgements = (judged(1, ONE, TWO, SAME), judged(2, ONE, TWO, UNDECIDED))
    assert became(*judgements) == [("j1", Standing.OVERTAKEN, "j2"), ("j2", Standing.HOLDS, None)]
    assert holding_judgements(judgements) == {}


def test_a_revocation_on_another_pair_revokes_nothing() -> None:
    assert became(judged(1, ONE, TWO, SAME), judged(2, ONE, OTHER, SAME, revokes=1))[0] == (
        "j1",
        Standing.HOLDS,
        None,
    )


def test_of_two_under_one_id_always_the_same_one_holds() -> None:
    twins = (judged(1, ONE, TWO, SAME), judged(1, ONE, TWO, DIFFERENT), judged(1, OTHER, TWO, SAME))
    found = [holding_judgements(order) for order in permutations(twins)]
    assert all(one == found[0] for one in found)
    assert len(found[0]) == 2
