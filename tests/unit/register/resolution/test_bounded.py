"""What registries and stewards chain together costs little, links nothing, and is one case, in any order of arrival."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from random import Random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register.ids import RegistrationId, company_id
from register.resolution import link_graph
from register.resolution.cases import CaseKind
from register.resolution.judgements import Judgement
from register.resolution.link_graph import HOMES_MOST, REACH_MOST
from register.resolution.moves import StatedEvidence
from register.resolution.resolution_state import ResolutionState
from tests.unit.register.resolution.resolver_fixture import Desk, judged, says, silent

LONG: Final = 3 * REACH_MOST
IDS: Final = [f"KW.R{number:05}.{number}" for number in range(LONG)]
SMALL: Final = [f"KW.R{number}.1" for number in range(9)]


class Counting(Desk):
    """A desk that counts what is read for a batch."""

    reads = 0

    def get_many(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        wanted = list(keys)
        Counting.reads += len(wanted)
        return super().get_many(wanted)


def chain(ids: Sequence[str]) -> list[StatedEvidence]:
    """Each names the next one as its home."""
    return [*(says(one, home=home) for one, home in pairwise(ids)), says(ids[-1])]


def arrived(said: Sequence[StatedEvidence], size: int) -> Desk:
    desk = Desk()
    for start in range(0, len(said), size):
        desk.take(*said[start : start + size])
    return desk


def orders(said: list[StatedEvidence]) -> list[list[StatedEvidence]]:
    return [said, said[::-1], Random(1).sample(said, len(said))]


@pytest.mark.slow
@pytest.mark.parametrize("length", [HOMES_MOST + 2, REACH_MOST, REACH_MOST + 1, LONG])
@pytest.mark.parametrize("ids", [IDS, Random(2).sample(IDS, LONG), [f"KW.MOCI.{one}" for one in range(LONG)]])
def test_a_chain_of_homes_is_one_case_and_links_none_whatever_the_order(ids: list[str], length: int) -> None:
    for said in orders(chain(ids[:length])):
        desk = arrived(said, 50)
        assert len(set(desk.companies.values())) == length
        [case] = desk.cases.values()
        assert (case.kind, case.registrations[0]) == (CaseKind.SHARED_TOO_WIDELY, ids[length - 1])


def test_a_chain_of_homes_as_long_as_is_followed_is_one_company() -> None:
    for said in orders(chain(IDS[: HOMES_MOST + 1])):
        desk = arrived(said, 2)
        assert set(desk.companies.values()) == {company_id(RegistrationId(IDS[1]))}
        assert not desk.cases


def test_a_branch_beside_a_chain_keeps_its_home() -> None:
    *rest, end = chain(IDS[:20])
    desk = arrived([*rest, end, says("QA.MOCI.1", home=IDS[19])], 5)
    assert desk.company("QA.MOCI.1") == desk.company(IDS[19])


@pytest.mark.slow
@pytest.mark.parametrize("length", [HOMES_MOST + 1, REACH_MOST, REACH_MOST + 1, LONG])
@pytest.mark.parametrize("ids", [IDS, Random(3).sample(IDS, LONG)])
def test_a_ring_of_homes_is_one_case_and_opens_when_it_is_cut(ids: list[str], length: int) -> None:
    ring = [says(one, home=home) for one, home in zip(ids[:length], [*ids[1:length], ids[0]], strict=True)]
    for said in orders(ring):
        desk = arrived(said, 40)
        assert len(set(desk.companies.values())) == length
        assert list(desk.cases) == [f"homes/{min(ids[:length])}"]
        desk.take(says(ids[7]))
        assert list(desk.cases) == ([f"homes/{ids[7]}"] if length > HOMES_MOST + 1 else [])


def test_a_short_ring_of_homes_is_one_company() -> None:
    desk = arrived([says("KW.MOCI.1", home="QA.MOCI.2"), says("QA.MOCI.2", home="KW.MOCI.1")], 1)
    assert set(desk.companies.values()) == {"GCC.KW.MOCI.1"}


def test_a_chain_that_is_cut_links_again_what_is_short_and_a_link_put_back_gives_back_what_was() -> None:
    desk = arrived(chain(IDS), 100)
    before = dict(desk.store), dict(desk.cases)
    desk.take(says(IDS[LONG - 5]))
    assert len({desk.company(one) for one in IDS[LONG - 4 :]}) == 1
    assert set(desk.cases) == {f"homes/{IDS[LONG - 5]}"}
    desk.take(says(IDS[LONG - 5], home=IDS[LONG - 4]))
    assert (desk.store, desk.cases) == before


@pytest.mark.slow
def test_one_more_link_reads_a_bounded_part_of_a_long_chain() -> None:
    desk = Counting()
    for start in range(0, LONG, 100):
        desk.take(*chain(IDS)[start : start + 100])
    for said in (says(IDS[LONG // 2]), says(IDS[LONG // 2], home=IDS[LONG // 2 + 1]), says("QA.MOCI.1", home=IDS[9])):
        Counting.reads = 0
        desk.take(said)
        assert 0 < Counting.reads < 20 * REACH_MOST


@pytest.mark.parametrize("order", [1, -1])
def test_the_link_that_closes_a_ring_follows_it_no_further_than_the_bound(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_graph, "RING_MOST", 100)
    ring = [says(one, home=home) for one, home in zip(IDS, [*IDS[1:], IDS[0]], strict=True)][::order]
    desk = Counting()
    desk.take(*ring[:-1])
    Counting.reads = 0
    desk.take(ring[-1])
    assert 0 < Counting.reads < 2 * 100 + 4 * REACH_MOST < 2 * LONG  # evidence of each, and who names it as home


def test_one_more_link_reads_as_much_of_a_longer_chain() -> None:
    read = []
    for length in (LONG // 2, LONG):
        desk = Counting()
        desk.take(*chain(IDS[LONG - length :])[1:])
        Counting.reads = 0
        desk.take(says(IDS[LONG - length], home=IDS[LONG - length + 1]))
        read.append(Counting.reads)
    assert read[0] == read[1] < 4 * REACH_MOST


@pytest.mark.slow
def test_a_crowd_of_judgements_loses_them_and_keeps_its_surer_links() -> None:
    old, new = "SA.MC.1010307349", "SA.MC.7001775498"
    desk = Desk()
    desk.take(*map(says, IDS), says(old, outdated=True), says(new, renumbered=[old]))
    desk.take(judgements=[judged(number, new, one) for number, one in enumerate(IDS)])
    assert desk.company(old) == desk.company(new) == f"GCC.{new}"
    assert len(set(desk.companies.values())) == LONG + 1
    assert {case.case_id.partition("/")[0] for case in desk.cases.values()} == {"crowd"}


evidence = st.builds(
    says,
    st.sampled_from(SMALL),
    home=st.none() | st.sampled_from(SMALL),
    lei=st.lists(st.sampled_from("ABC"), max_size=2, unique=True),
    renumbered=st.lists(st.sampled_from(SMALL), max_size=1),
    stem=st.none() | st.sampled_from(["S", "T"]),
) | st.builds(silent, st.sampled_from(SMALL))
wishes = st.lists(
    st.tuples(st.sampled_from([(a, b) for a in SMALL for b in SMALL if a < b]), st.booleans()), max_size=5
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.lists(evidence, max_size=24),
    wishes,
    st.integers(1, 3),
    st.integers(2, 6),
    st.randoms(use_true_random=False),
)
def test_with_small_bounds_too_any_order_gives_the_same(
    said: list[StatedEvidence], same: list[tuple[tuple[str, str], bool]], homes: int, most: int, dice: Random
) -> None:
    decided = [judged(number, *pair) for number, (pair, _) in enumerate(same)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link_graph, "HOMES_MOST", homes)
        patch.setattr(link_graph, "REACH_MOST", most)
        at_once = Desk()
        at_once.take(*dict(said).items(), judgements=decided)
        steadily = Desk()
        for one in said:
            steadily.take(one)
        for judgement in decided:
            steadily.take(judgements=[judgement])
        mixed = Desk()
        words: list[tuple[list[StatedEvidence], list[Judgement]]] = [*(([one], []) for one in said)]
        words += [([], [judgement]) for judgement in decided]
        dice.shuffle(words)
        for heard, told in words:
            mixed.take(*heard, judgements=told)
        for own, now in dict(said).items():
            mixed.take((own, now))
    assert outcome(steadily) == outcome(at_once)
    assert outcome(mixed) == outcome(at_once)


def outcome(desk: Desk) -> tuple[object, ...]:
    """Companies, cases and all that is kept."""
    return {own: one for own, one in desk.companies.items() if one != company_id(own)}, desk.cases, desk.store
