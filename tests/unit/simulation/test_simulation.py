"""A simulation follows from its seed alone, comes as a stream, and shows all that registries do."""

import os
import subprocess
import sys
from collections import Counter
from itertools import islice, pairwise

import pytest

from register.events import EventKind, RegistrationEvent
from register.history import HELD_EVENTS
from register.ids import number_of
from schemas.codec.wire import decode
from simulation import EVENT_ID_PREFIX, CompanyTruth, Delivery, RegistrationTruth, Simulation
from simulation.registration_numbers import SLOTS, registration_number
from simulation.vocabulary import vocabulary


def test_the_same_seed_gives_the_same_events_and_another_seed_others() -> None:
    first, again, other = (list(Simulation(seed, 50).events()) for seed in (1, 1, 2))

    assert first == again
    assert {event.registration_id for event in first}.isdisjoint(event.registration_id for event in other)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_events_in_another_process() -> None:
    script = (
        "from hashlib import sha256; from simulation import Simulation; "
        "print(sha256(repr(list(Simulation('p', 40, invalid_share=0.5).deliveries())).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
        ).stdout
        for hash_seed in ("1", "2")
    }

    assert len(digests) == 1


def test_a_company_can_be_generated_alone() -> None:
    simulation = Simulation(3, 200)
    in_turn = list(simulation.truths())

    assert [truth for index in range(200) for truth in simulation.truth(index)] == in_turn


def test_a_million_companies_begin_at_once() -> None:
    assert len(list(islice(Simulation(1, 1_000_000, window=100).events(), 500))) == 500


def test_more_companies_than_a_register_has_numbers_for_are_refused() -> None:
    with pytest.raises(ValueError, match="runs out of numbers"):
        Simulation(1, 10_000_000)


@pytest.mark.slow
def test_no_two_registrations_have_one_number() -> None:
    truths = list(Simulation(4, 1_500, branches=1.0, acts=0, lei=0).truths())

    assert len({truth.registration_id for truth in truths}) == len(truths) > 3_000


@pytest.mark.parametrize("code", vocabulary().registers)
def test_a_register_gives_a_number_once(code: str) -> None:
    register = vocabulary().registers[code]
    numbers = {registration_number(register, index, slot, 77) for index in range(20_000) for slot in range(SLOTS)}

    assert len(numbers) == 20_000 * SLOTS


@pytest.mark.slow
def test_the_events_and_the_counts_agree() -> None:
    simulation = Simulation(5, 300, invalid_share=0.5, void_share=0.1)
    expected = simulation.expected()
    sent = [one.event.event_id for one in simulation.deliveries() if one.rejected is None]

    assert simulation.count() == expected.deliveries == len(sent) + expected.rejected
    assert len(set(sent)) == expected.accepted
    assert sum(expected.by_publisher["sa"].values()) > 0
    assert sum(expected.by_code.values()) == expected.rejected
    assert expected.registrations == len(list(simulation.truths()))
    assert expected.companies == sum(bool(company.registrations) for company in simulation.company_truths())
    assert expected.entities == 300
    assert expected.void == sum(not truth.properties for truth in simulation.truths()) > 0


@pytest.mark.slow
def test_shuffling_gives_the_same_deliveries_in_another_order() -> None:
    simulation = Simulation(6, 200)
    straight = list(simulation.deliveries())
    shuffled = list(simulation.shuffled(1))
    windowed = list(simulation.shuffled(1, at_once=100))

    assert straight != shuffled != windowed
    assert _ids(straight) == _ids(shuffled) == _ids(windowed)
    assert list(simulation.shuffled(1)) == shuffled != list(simulation.shuffled(2))


def test_frames_carry_the_deliveries() -> None:
    simulation = Simulation(6, 20)

    for one, (publisher, key, value) in zip(simulation.deliveries(), simulation.frames(), strict=True):
        assert (publisher, key) == (one.publisher, one.key.encode())
        assert decode(value, "RegistrationEvent")["event_id"] == one.event.event_id


@pytest.mark.slow
def test_registries_do_all_that_registries_do() -> None:
    events = list(Simulation(7, 800).events())
    by_id = {event.event_id: event for event in events}
    targets = [by_id[event.replaces].kind for event in events if event.replaces is not None]

    assert {event.kind for event in events} == set(EventKind) - {EventKind.UNKNOWN}
    assert {EventKind.CORRECTED, EventKind.WITHDRAWN, EventKind.AMENDED, EventKind.REGISTERED} <= set(targets)
    assert any(event.cleared for event in events)
    assert any(event.stated.get("home_registration") for event in events)
    assert all(event.event_id.startswith(EVENT_ID_PREFIX) for event in events)


@pytest.mark.slow
def test_some_events_come_late_some_twice_and_some_corrections_before_their_targets() -> None:
    events = list(Simulation(8, 500).events())
    arrived: dict[str, int] = {}
    for place, event in enumerate(events):
        arrived.setdefault(event.event_id, place)
    early = [
        event for event in events if event.replaces is not None and arrived[event.event_id] < arrived[event.replaces]
    ]

    assert 0.03 < _late(events) / len(events) < 0.3
    assert 0.03 < 1 - len(arrived) / len(events) < 0.15
    assert len(early) > 20


def test_a_saudi_cr_number_ends_when_the_unified_number_comes() -> None:
    saudi = [truth.properties["identifiers"] for truth in Simulation(9, 300).truths() if truth.home[:2] == "SA"]
    changed = [
        {one["scheme"]: one for one in identifiers if one["scheme"] in ("SA.CR", "SA.UNN")} for identifiers in saudi
    ]
    changed = [both for both in changed if len(both) == 2]

    assert len(changed) > 20
    for both in changed:
        old, new = both["SA.CR"], both["SA.UNN"]
        assert old["valid_to"] == new["valid_from"]


@pytest.mark.slow
def test_a_branch_names_its_home_registration_or_only_shares_its_lei() -> None:
    simulation = Simulation(10, 300, branches=1.0, lei=1.0, renumbered=0)
    unnamed = 0
    for index in range(300):
        home, *branches = simulation.truth(index)
        assert branches
        assert home.home == home.registration_id
        assert all(branch.home == home.registration_id for branch in branches)
        assert all(home.lei in _leis(branch) for branch in (home, *branches))
        named = [branch.properties.get("home_registration") for branch in branches]
        assert set(named) <= {None, home.registration_id}
        unnamed += named.count(None)
        assert all(branch.properties["is_branch"] for branch, home_ in zip(branches, named, strict=True) if not home_)
    assert unnamed > 60


@pytest.mark.slow
def test_no_company_has_two_entries_in_one_register_but_for_a_number_change() -> None:
    simulation = Simulation(14, 400, branches=1.0, renumbered=0.8)
    for index in range(400):
        entries = [truth.registration_id for truth in simulation.truth(index)]
        registers = Counter(one[:2] for one in entries)
        assert registers["SA"] <= 2
        assert all(count == 1 for register, count in registers.items() if register != "SA")
        if registers["SA"] == 2:
            assert sum(one.startswith("SA.MC.7") for one in entries) == 1


def test_a_renumbered_saudi_company_is_named_for_its_unified_number() -> None:
    twice = [one for one in Simulation(15, 300, renumbered=1.0).company_truths() if _entries_in_riyadh(one) > 1]

    assert len(twice) > 40
    assert all(one.company_id.startswith("GCC.SA.MC.7") for one in twice if len(one.registrations) == 2)


def test_two_simulations_have_no_lei_in_common() -> None:
    first, second = ({one.lei for one in Simulation(seed, 50, lei=1.0).truths()} for seed in ("7-1", "7-2"))

    assert first.isdisjoint(second)


@pytest.mark.slow
def test_some_mistakes_name_a_strangers_home_or_lei_and_are_put_right() -> None:
    simulation = Simulation(16, 400, branches=0.4, lei=0.4)
    right = {truth.registration_id: truth for truth in simulation.truths()}
    wrong_homes, wrong_leis = set(), set()
    for event in simulation.events():
        truth = right[event.registration_id]
        home = event.stated.get("home_registration")
        if home is not None and home not in [one.registration_id for one in right.values() if one.home == truth.home]:
            wrong_homes.add(event.event_id)
        leis = {one["value"] for one in event.stated.get("identifiers", ()) if one["value"].startswith("984500SIM")}
        if leis - {truth.lei} and not truth.is_decoy:
            wrong_leis.add(event.event_id)

    assert len(wrong_homes) > 30
    assert len(wrong_leis) > 30


def test_an_agents_lei_is_carried_by_more_strangers_than_an_lei_may_be() -> None:
    truths = list(Simulation(17, 1_000, acts=0, branches=0).truths())
    carriers = Counter(lei for truth in truths for lei in _leis(truth) if lei != truth.lei)

    assert carriers.most_common(1)[0][1] >= 40


@pytest.mark.slow
def test_two_strangers_of_bahrain_may_share_a_stem() -> None:
    numbers = [number_of(truth.home) for truth in Simulation(1, 1_500, acts=0).truths() if truth.home[:2] == "BH"]
    stems = Counter(number.partition("-")[0] for number in set(numbers))

    assert stems.most_common(1)[0][1] == 2


@pytest.mark.slow
def test_decoys_bear_one_name_and_are_strangers() -> None:
    names = Counter(truth.properties["legal_name"][0]["text"] for truth in Simulation(11, 1_000, decoys=0.5).truths())

    assert names.most_common(1)[0][1] > 3


@pytest.mark.slow
def test_no_history_outgrows_what_the_register_holds() -> None:
    wild = Simulation(12, 100, acts=60, corrected=1.0, phantoms=1.0, repeated=0)
    longest = max(Counter(event.registration_id for event in wild.events()).values())

    assert 180 < longest <= HELD_EVENTS


@pytest.mark.parametrize("seed", ["", "a b", "x" * 41, "1:2"])
def test_a_seed_that_cannot_stand_in_an_event_id_is_refused(seed: str) -> None:
    with pytest.raises(ValueError, match="is no seed"):
        Simulation(seed, 1)


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="late is a share"):
        Simulation(1, 1, late=8)


def _ids(deliveries: list[Delivery]) -> Counter[str]:
    return Counter(repr(one) for one in deliveries)


def _late(events: list[RegistrationEvent]) -> int:
    """Count the events that came after one with a higher sequence."""
    by_registration: dict[str, list[int]] = {}
    for event in events:
        by_registration.setdefault(event.registration_id, []).append(event.sequence)
    return sum(later < earlier for sequences in by_registration.values() for earlier, later in pairwise(sequences))


def _leis(truth: RegistrationTruth) -> list[str]:
    """The LEIs that an entry states in the end, placeholders left out."""
    stated = (one["value"] for one in truth.properties["identifiers"] if one["scheme"] == "LEI")
    return [value for value in stated if value.startswith("984500SIM")]


def _entries_in_riyadh(company: CompanyTruth) -> int:
    return sum(one.startswith("SA.") for one in company.registrations)
