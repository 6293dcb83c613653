from hypothesis import given
from hypothesis import strategies as st

from streams.tasks.assignor import Claim, CopartitionedAssignor, share

NUMBERS = st.frozensets(st.integers(min_value=0, max_value=11))
CLAIMS = st.builds(Claim, generation=st.integers(min_value=-1, max_value=9), held=NUMBERS, kept=NUMBERS)


class Cluster:
    """The partitions of two topics, one smaller than the other."""

    def partitions_for_topic(self, topic: str) -> set[int]:
        return {"a": {0, 1, 2, 3}, "b": {0, 1, 2}}[topic]


def held(*partitions: int, generation: int = 1) -> Claim:
    return Claim(generation=generation, held=frozenset(partitions), kept=frozenset(partitions))


def test_newcomers_share_evenly() -> None:
    assert share(range(6), {"x": Claim(), "y": Claim()}) == {"x": [0, 2, 4], "y": [1, 3, 5]}


def test_a_third_worker_takes_as_few_as_can_be() -> None:
    shares = share(range(6), {"x": held(0, 1, 2), "y": held(3, 4, 5), "z": Claim()})
    assert shares == {"x": [0, 1], "y": [3, 4], "z": [2, 5]}


def test_the_partitions_of_one_that_left_go_to_the_others_who_keep_theirs() -> None:
    shares = share(range(6), {"x": held(0, 1), "z": held(2, 5)})
    assert shares == {"x": [0, 1, 3], "z": [2, 4, 5]}


def test_a_restarted_worker_gets_back_what_is_on_its_disk() -> None:
    shares = share(range(6), {"x": held(0, 1, 2, 3, 4, 5), "y": Claim(kept=frozenset({0, 1, 2}))})
    assert shares == {"x": [3, 4, 5], "y": [0, 1, 2]}


def test_the_later_generation_is_right_about_what_is_held() -> None:
    shares = share(range(2), {"frozen": held(0, generation=3), "successor": held(0, generation=4)})
    assert shares == {"frozen": [1], "successor": [0]}


def test_more_workers_than_partitions_leave_some_idle() -> None:
    shares = share(range(1), {"x": Claim(), "y": held(0)})
    assert shares == {"x": [], "y": [0]}


@given(st.dictionaries(st.text(min_size=1, max_size=3), CLAIMS, min_size=1, max_size=5), st.integers(0, 12))
def test_every_partition_goes_to_one_worker_and_shares_differ_by_one_at_most(
    claims: dict[str, Claim], partitions: int
) -> None:
    shares = share(range(partitions), claims)
    assert sorted(number for own in shares.values() for number in own) == list(range(partitions))
    sizes = [len(own) for own in shares.values()]
    assert max(sizes) - min(sizes) <= 1
    assert share(range(partitions), dict(reversed(claims.items()))) == shares


@given(CLAIMS)
def test_a_claim_survives_the_wire(claim: Claim) -> None:
    assert Claim.decode(claim.encode()) == claim


def test_equal_numbers_of_all_topics_stay_together() -> None:
    newcomer = CopartitionedAssignor(Claim)
    members = {name: newcomer.metadata(["a", "b"]) for name in ("x", "y")}
    assigned = newcomer.assign(Cluster(), members)
    assert {name: dict(one.assignment) for name, one in assigned.items()} == {
        "x": {"a": [0, 2], "b": [0, 2]},
        "y": {"a": [1, 3], "b": [1]},
    }
