"""The rules that every schema file holds to."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from fastavro.schema import parse_schema

from schemas.codec.catalogue import AVRO, FOLDER, NAMESPACE, catalogue, named_types, source_of
from schemas.codec.compatibility import BACKWARD, FULL, refusals

CATALOGUE: dict[str, Any] = yaml.safe_load((FOLDER / "catalogue.yaml").read_text(encoding="utf-8"))
VERSIONS = [(record, version) for record, entry in CATALOGUE.items() for version in entry["versions"]]
READ_BY_AGENCIES = {"Receipt", "Company", "Change", "Notice"}


def _definitions(schema: Any) -> Iterator[dict[str, Any]]:
    """Walk through all records and enums of a schema."""
    if isinstance(schema, list):
        for branch in schema:
            yield from _definitions(branch)
    elif isinstance(schema, dict):
        if "name" in schema:
            yield schema
        for part in (schema.get("items"), schema.get("values"), *(one["type"] for one in schema.get("fields", ()))):
            yield from _definitions(part)


def _fields(record: str, version: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for definition in _definitions(source_of(record, version)):
        for field in definition.get("fields", ()):
            yield f"{definition['name']}.{field['name']}", field


def test_every_file_is_in_the_catalogue_and_every_entry_has_its_file() -> None:
    assert {path.name for path in AVRO.iterdir()} == {f"{record}.v{version}.avsc" for record, version in VERSIONS}


@pytest.mark.parametrize("record", CATALOGUE)
def test_the_newest_version_is_made_of_the_newest_parts(record: str) -> None:
    """What one record holds can so stand in another as it is written, as a registration does in a company."""
    newest = CATALOGUE[record]["versions"][max(CATALOGUE[record]["versions"])]
    assert newest.get("uses", {}) == {part: max(CATALOGUE[part]["versions"]) for part in newest.get("uses", {})}


@pytest.mark.parametrize("record", CATALOGUE)
def test_versions_have_no_gaps(record: str) -> None:
    assert list(CATALOGUE[record]["versions"]) == list(range(1, len(CATALOGUE[record]["versions"]) + 1))


def test_ids_are_given_once_and_only_to_records_that_stand_alone() -> None:
    ids = [version.id for version in catalogue() if version.id is not None]
    assert len(ids) == len(set(ids))
    for record, entry in CATALOGUE.items():
        alone = "compatibility" in entry
        assert all(("id" in facts) == alone for facts in entry["versions"].values()), record


def test_what_agencies_read_is_compatible_both_ways_and_all_else_backward() -> None:
    levels = {record: entry["compatibility"] for record, entry in CATALOGUE.items() if "compatibility" in entry}
    assert levels == {record: FULL if record in READ_BY_AGENCIES else BACKWARD for record in levels}


@pytest.mark.parametrize(("record", "version"), VERSIONS)
def test_a_file_holds_the_record_that_it_is_named_for(record: str, version: int) -> None:
    schema = source_of(record, version)
    assert (schema["type"], schema["name"], schema["namespace"]) == ("record", record, NAMESPACE)


@pytest.mark.parametrize(("record", "version"), VERSIONS)
def test_every_record_field_and_enum_says_what_it_is(record: str, version: int) -> None:
    silent = [one["name"] for one in _definitions(source_of(record, version)) if not one.get("doc", "").strip()]
    silent += [name for name, field in _fields(record, version) if not field.get("doc", "").strip()]
    assert silent == []


@pytest.mark.parametrize(("record", "version"), VERSIONS)
def test_every_enum_begins_with_unknown_and_falls_back_on_it(record: str, version: int) -> None:
    enums = [one for one in _definitions(source_of(record, version)) if one["type"] == "enum"]
    assert [(one["symbols"][0], one.get("default")) for one in enums] == [("UNKNOWN", "UNKNOWN")] * len(enums)


@pytest.mark.parametrize(("record", "version"), VERSIONS)
def test_days_and_moments_are_logical_types(record: str, version: int) -> None:
    for name, field in _fields(record, version):
        wanted = {"date": r"_date$|valid_(from|to)$", "timestamp-micros": r"_at$"}
        for logical, pattern in wanted.items():
            if re.search(pattern, name):
                assert f'"logicalType": "{logical}"' in json.dumps(field["type"]), name


@pytest.mark.parametrize(("record", "version"), VERSIONS)
def test_a_union_is_null_or_one_type_and_null_by_default(record: str, version: int) -> None:
    for name, field in _fields(record, version):
        if isinstance(field["type"], list):
            assert (len(field["type"]), field["type"][0]) == (2, "null"), name
            assert field.get("default", "none") is None, name


@pytest.mark.parametrize(("record", "version"), VERSIONS)
def test_an_item_of_a_list_takes_at_least_a_byte_in_any_schema_that_reads_as_ours(record: str, version: int) -> None:
    """Else ten bytes could claim a trillion items, and no reader would notice that they end."""
    named = named_types(catalogue().version(record, version).standalone)
    for name, field in _fields(record, version):
        for branch in field["type"] if isinstance(field["type"], list) else [field["type"]]:
            if isinstance(branch, dict) and "items" in branch and branch["items"] != "string":
                item = named.get(branch["items"]) if isinstance(branch["items"], str) else branch["items"]
                assert item is not None, name
                assert any("default" not in one for one in item["fields"]), name


@pytest.mark.parametrize("version", catalogue(), ids=lambda one: f"{one.record}.v{one.version}")
def test_a_standalone_schema_stands_alone(version: Any) -> None:
    alone = parse_schema(json.loads(json.dumps(version.standalone)))
    assert isinstance(alone, dict)
    assert alone["name"] == f"{NAMESPACE}.{version.record}"


@pytest.mark.parametrize("record", [record for record, entry in CATALOGUE.items() if "compatibility" in entry])
def test_each_version_is_compatible_with_all_before_it(record: str) -> None:
    schemas = [catalogue().version(record, version).standalone for version in CATALOGUE[record]["versions"]]
    for position, schema in enumerate(schemas):
        assert refusals(CATALOGUE[record]["compatibility"], schema, schemas[:position]) == ()
