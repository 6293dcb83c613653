"""Our rules of schema resolution against Apache Avro's own checker, on our schemas with one thing changed."""

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

import avro.schema
import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from schemas.codec.catalogue import catalogue
from schemas.codec.compatibility import Harm, findings

RECORDS: Final = sorted({version.record for version in catalogue()})
Damage = Callable[[Any, Random], None]


def _containers(schema: Any) -> Iterator[dict[str, Any]]:
    """Walk through all records, enums, fields, arrays and maps of a schema."""
    if isinstance(schema, list):
        for branch in schema:
            yield from _containers(branch)
    elif isinstance(schema, dict):
        yield schema
        for part in ("type", "items", "values"):
            yield from _containers(schema.get(part))
        yield from _containers(schema.get("fields", []))


def _records(schema: Any) -> list[dict[str, Any]]:
    return [one for one in _containers(schema) if one.get("type") == "record"]


def _a_field_without_a_default_is_added(schema: Any, random: Random) -> None:
    random.choice(_records(schema))["fields"].append({"name": "added", "type": "string"})


def _a_field_with_a_default_is_added(schema: Any, random: Random) -> None:
    random.choice(_records(schema))["fields"].append({"name": "added", "type": ["null", "string"], "default": None})


def _a_field_is_renamed(schema: Any, random: Random) -> None:
    random.choice(random.choice(_records(schema))["fields"])["name"] = "renamed"


def _a_default_is_removed_and_the_field_renamed(schema: Any, random: Random) -> None:
    field = random.choice(random.choice(_records(schema))["fields"])
    field.pop("default", None)
    field["name"] = "renamed"


def _a_text_becomes_something_else(schema: Any, random: Random) -> None:
    texts = [one for one in _containers(schema) if "string" in (one.get("type"), one.get("items"), one.get("values"))]
    if texts:
        chosen = random.choice(texts)
        part = next(part for part in ("type", "items", "values") if chosen.get(part) == "string")
        chosen[part] = random.choice(["bytes", "long", "boolean", ["null", "string"]])


def _an_optional_value_becomes_mandatory(schema: Any, random: Random) -> None:
    optional = [one for one in _containers(schema) if isinstance(one.get("type"), list)]
    if optional:
        chosen = random.choice(optional)
        chosen["type"] = chosen["type"][1]
        chosen.pop("default", None)


def _a_symbol_is_taken_from_an_enum(schema: Any, random: Random) -> None:
    enums = [one for one in _containers(schema) if one.get("type") == "enum"]
    if enums:
        random.choice(enums)["symbols"].pop()


def _an_enum_loses_a_symbol_and_its_default(schema: Any, random: Random) -> None:
    enums = [one for one in _containers(schema) if one.get("type") == "enum"]
    if enums:
        chosen = random.choice(enums)
        chosen["symbols"].pop()
        chosen.pop("default", None)


def _a_whole_number_becomes_wider(schema: Any, random: Random) -> None:
    numbers = [one for one in _containers(schema) if one.get("type") == "long" and "logicalType" not in one]
    if numbers:
        random.choice(numbers)["type"] = random.choice(["double", "int"])


DAMAGES: Final[list[Damage]] = [
    _a_field_without_a_default_is_added,
    _a_field_with_a_default_is_added,
    _a_field_is_renamed,
    _a_default_is_removed_and_the_field_renamed,
    _a_text_becomes_something_else,
    _an_optional_value_becomes_mandatory,
    _a_symbol_is_taken_from_an_enum,
    _an_enum_loses_a_symbol_and_its_default,
    _a_whole_number_becomes_wider,
]


def _apache_can_read(reader: Any, writer: Any) -> bool:
    reader, writer = (avro.schema.parse(json.dumps(one)) for one in (reader, writer))
    verdict = ReaderWriterCompatibilityChecker().get_compatibility(reader, writer)  # type: ignore[no-untyped-call]
    return verdict.compatibility is SchemaCompatibilityType.compatible


def _we_can_read(reader: Any, writer: Any) -> bool:
    return all(finding.harm is not Harm.UNREADABLE for finding in findings(reader, writer))


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_we_and_apache_avro_agree_on_what_can_be_read(record: str, damage: Damage) -> None:
    before = catalogue().newest(record).standalone
    for seed in range(4):
        after = copy.deepcopy(before)
        damage(after, Random(seed))
        assert _we_can_read(after, before) == _apache_can_read(after, before), f"seed {seed}, the new one reads"
        assert _we_can_read(before, after) == _apache_can_read(before, after), f"seed {seed}, the old one reads"


@pytest.mark.parametrize("record", RECORDS)
def test_every_record_reads_itself_without_any_finding(record: str) -> None:
    schema = catalogue().newest(record).standalone
    assert findings(schema, schema) == ()
    assert _apache_can_read(schema, schema)
