"""A comparison finds what differs, names it, and leaves other sources' records alone."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from producers.simulation import Simulation
from producers.simulation.comparing import Difference, compare, plain
from register.properties import PROPERTIES

SIMULATION = Simulation("compared", 60)


@pytest.fixture
def records() -> list[dict[str, Any]]:
    return list(_right(SIMULATION))


def test_a_register_that_holds_the_truth_is_equal(records: list[dict[str, Any]]) -> None:
    outcome = compare(SIMULATION, reversed(records))

    assert outcome.is_equal
    assert outcome.equal == outcome.expected == len(records)


def test_json_and_avro_data_compare_alike(records: list[dict[str, Any]]) -> None:
    as_json = orjson.loads(orjson.dumps(records))
    as_avro = [{**record, "properties": {**dict.fromkeys(PROPERTIES), **record["properties"]}} for record in records]

    assert compare(SIMULATION, as_json).is_equal
    assert compare(SIMULATION, as_avro).is_equal


def test_a_differing_value_is_named_with_what_was_expected(records: list[dict[str, Any]]) -> None:
    records[7] = {**records[7], "properties": {**records[7]["properties"], "entity_status": "PENDING"}}
    outcome = compare(SIMULATION, records)

    assert (outcome.differing, outcome.is_equal) == (1, False)
    assert [(one.company_id, one.field, one.found) for one in outcome.differences] == [
        (records[7]["company_id"], "entity_status", "PENDING")
    ]
    assert "entity_status: expected" in "\n".join(outcome.lines())


def test_the_right_value_from_the_wrong_event_differs(records: list[dict[str, Any]]) -> None:
    stated_by = records[3]["stated_by"]
    records[3] = {**records[3], "stated_by": {**stated_by, "legal_name": "sim:compared:none"}}

    assert compare(SIMULATION, records).differences == [
        Difference(
            company_id=records[3]["company_id"],
            field="legal_name@event",
            expected=stated_by["legal_name"],
            found="sim:compared:none",
        )
    ]


def test_provenance_is_read_from_a_company_record_too(records: list[dict[str, Any]]) -> None:
    stated_by = records[0].pop("stated_by")
    sources = [{"event_id": event} for event in dict.fromkeys(stated_by.values())]
    places = {source["event_id"]: place for place, source in enumerate(sources)}
    provenance = {name: places[event] for name, event in stated_by.items()}
    records[0]["registrations"] = [{"sources": sources, "provenance": provenance}]
    assert compare(SIMULATION, records).is_equal

    provenance["legal_name"] = places[next(event for event in places if event != stated_by["legal_name"])]
    assert compare(SIMULATION, records).differing == 1


def test_missing_and_unexpected_companies_are_named(records: list[dict[str, Any]]) -> None:
    stray = {**records[0], "company_id": "GCC.KW.MOCI.1"}
    outcome = compare(SIMULATION, [*records[1:], stray])

    assert (outcome.missing_ids, outcome.unexpected_ids) == ([records[0]["company_id"]], ["GCC.KW.MOCI.1"])


def test_records_of_other_sources_are_left_alone(records: list[dict[str, Any]]) -> None:
    other = {"company_id": "GCC.XG.LEI.1", "properties": {"website": "x"}, "stated_by": {"website": "gleif:1"}}
    outcome = compare(SIMULATION, [*records, other])

    assert (outcome.others, outcome.unexpected, outcome.is_equal) == (1, 0, True)


def test_an_entry_withdrawn_whole_may_be_absent_or_empty() -> None:
    simulation = Simulation("void", 60, void_share=0.5)
    records = list(_right(simulation))
    present = [record for record in records if record["properties"]]

    assert len(present) < len(records)
    assert compare(simulation, records).is_equal
    assert compare(simulation, present).is_equal


def test_only_so_many_differences_are_kept(records: list[dict[str, Any]]) -> None:
    outcome = compare(SIMULATION, [{**record, "properties": {}} for record in records], kept=3)

    assert outcome.differing == len(records)
    assert len(outcome.differences) == 3


def _right(simulation: Simulation) -> Iterator[dict[str, Any]]:
    for truth in simulation.truths():
        yield {
            "company_id": truth.company_id,
            "properties": plain(truth.properties),
            "stated_by": dict(truth.stated_by),
        }
