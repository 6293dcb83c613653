"""A comparison finds what differs, names it, and leaves other sources' records alone."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from operations.comparisons import comparison_document, comparison_lines
from register.properties import PROPERTIES
from simulation import Simulation
from simulation.compare_with_truth import compare, plain
from simulation.comparison_report import FieldDifference, UnexpectedCompany

SIMULATION = Simulation("compared", 60, branches=0.4)


@pytest.fixture
def records() -> list[dict[str, Any]]:
    return list(_right(SIMULATION))


def test_a_register_that_holds_the_truth_is_equal(records: list[dict[str, Any]]) -> None:
    outcome = compare(SIMULATION, reversed(records))

    assert outcome.is_equal
    assert outcome.equal == outcome.expected == len(records) - outcome.aliases
    assert (outcome.precision, outcome.recall) == (1.0, 1.0)
    assert outcome.pairs_found == outcome.pairs_expected > 20


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
    assert "entity_status: expected" in "\n".join(comparison_lines(outcome))


def test_the_right_value_from_the_wrong_event_differs(records: list[dict[str, Any]]) -> None:
    stated_by = records[3]["stated_by"]
    records[3] = {**records[3], "stated_by": {**stated_by, "legal_name": "sim:compared:none"}}

    assert compare(SIMULATION, records).differences == [
        FieldDifference(
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
    (only,) = records[0]["registrations"]
    records[0]["anchor"] = only["registration_id"]
    records[0]["registrations"] = [{**only, "sources": sources, "provenance": provenance}]
    assert compare(SIMULATION, records).is_equal

    provenance["legal_name"] = places[next(event for event in places if event != stated_by["legal_name"])]
    assert compare(SIMULATION, records).differing == 1


def test_missing_and_unexpected_companies_are_named(records: list[dict[str, Any]]) -> None:
    stray = {**records[0], "company_id": "GCC.KW.MOCI.1"}
    outcome = compare(SIMULATION, [*records[1:], stray])

    assert (outcome.missing_ids, outcome.unexpected_companies) == (
        [records[0]["company_id"]],
        [UnexpectedCompany(company_id="GCC.KW.MOCI.1")],
    )


def test_records_of_other_sources_are_left_alone(records: list[dict[str, Any]]) -> None:
    other = {
        "company_id": "GCC.XG.LEI.1",
        "registrations": [{"registration_id": "XG.LEI.1"}],
        "properties": {"website": "x"},
        "stated_by": {"website": "gleif:1"},
    }
    outcome = compare(SIMULATION, [*records, other])

    assert (outcome.others, outcome.unexpected, outcome.is_equal) == (1, 0, True)


def test_an_entry_withdrawn_whole_may_be_absent_or_empty() -> None:
    simulation = Simulation("void", 60, void_share=0.5)
    records = list(_right(simulation))
    present = [record for record in records if record["properties"] or record.get("alias_of")]

    assert len(present) < len(records)
    assert compare(simulation, records).is_equal
    assert compare(simulation, present).is_equal


def test_only_so_many_differences_are_kept(records: list[dict[str, Any]]) -> None:
    outcome = compare(SIMULATION, [{**record, "properties": {}} for record in records], kept=3)

    assert outcome.differing == outcome.expected
    assert len(outcome.differences) == 3


def test_strangers_in_one_company_cost_precision_and_are_named(records: list[dict[str, Any]]) -> None:
    one, other, *_ = (record for record in records if len(record["registrations"]) == 1)
    one["registrations"] = [*one["registrations"], *other["registrations"]]
    other |= {"registrations": [], "properties": {}, "stated_by": {}, "alias_of": one["company_id"]}
    outcome = compare(SIMULATION, records)

    assert not outcome.is_equal
    assert (outcome.merged_wrongly, outcome.recall) == (1, 1.0)
    assert outcome.precision == outcome.pairs_expected / (outcome.pairs_expected + 1)
    assert outcome.wrong_pairs == [tuple(sorted(found["registration_id"] for found in one["registrations"]))]
    assert "strangers in one company" in "\n".join(comparison_lines(outcome))


def test_kin_in_two_companies_cost_recall_and_are_named(records: list[dict[str, Any]]) -> None:
    pair = next(record for record in records if len(record["registrations"]) == 2)
    home, branch = pair["registrations"]
    alias = next(record for record in records if record.get("alias_of") == pair["company_id"])
    pair["registrations"], alias["registrations"] = [home], [branch]
    outcome = compare(SIMULATION, records)

    assert not outcome.is_equal
    assert (outcome.precision, outcome.merged_wrongly) == (1.0, 0)
    assert outcome.recall == (outcome.pairs_expected - 1) / outcome.pairs_expected
    assert outcome.missed_pairs == [(home["registration_id"], branch["registration_id"])]
    assert outcome.unexpected_companies == [
        UnexpectedCompany(company_id=alias["company_id"], belongs_to=pair["company_id"])
    ]
    said = f"{alias['company_id']} (belongs to {pair['company_id']})"
    assert comparison_document(outcome)["unexpected_ids"] == [said]
    assert f"{said}: unexpected" in list(comparison_lines(outcome))


def test_a_registration_in_two_companies_is_found(records: list[dict[str, Any]]) -> None:
    one, other, *_ = (record for record in records if len(record["registrations"]) == 1)
    other["registrations"] = [*other["registrations"], *one["registrations"]]
    outcome = compare(SIMULATION, records)

    assert outcome.in_two_companies == 1
    assert outcome.doubled_ids == [one["registrations"][0]["registration_id"]]


def test_an_id_that_merged_away_must_lead_to_the_survivor(records: list[dict[str, Any]]) -> None:
    lost, astray, *_ = (place for place, record in enumerate(records) if record.get("alias_of"))
    wrong = {**records[astray], "alias_of": "GCC.KW.MOCI.1"}
    outcome = compare(SIMULATION, [*records[:lost], *records[lost + 1 : astray], wrong, *records[astray + 1 :]])

    assert (outcome.differing, outcome.wrong_aliases, outcome.is_equal) == (0, 2, False)
    told = comparison_document(outcome)["wrong_alias_ids"]
    assert len(told) == len(outcome.misled_aliases)
    assert all("must lead to" in one for one in told)
    assert told == [one for one in comparison_lines(outcome) if "must lead to" in one]


def test_a_merge_by_a_decoy_is_counted_as_one() -> None:
    simulation = Simulation("decoys", 60, decoys=0.5, branches=0)
    records = [record for record in _right(simulation) if not record.get("alias_of")]
    decoys = {one for truth in simulation.company_truths() for one in truth.decoys}
    decoy = next(record for record in records if record["registrations"][0]["registration_id"] in decoys)
    plain_one = next(record for record in records if record["registrations"][0]["registration_id"] not in decoys)
    plain_one["registrations"] = [*plain_one["registrations"], *decoy["registrations"]]
    outcome = compare(simulation, records)

    assert outcome.merged_by_decoys == outcome.merged_wrongly >= 1


def _right(simulation: Simulation) -> Iterator[dict[str, Any]]:
    for truth in simulation.company_truths():
        yield {
            "company_id": truth.company_id,
            "registrations": [{"registration_id": one} for one in truth.registrations],
            "properties": plain(truth.properties),
            "stated_by": dict(truth.stated_by),
        }
        for alias in truth.aliases:
            yield {
                "company_id": alias,
                "alias_of": truth.company_id,
                "registrations": [],
                "properties": {},
                "stated_by": {},
            }
