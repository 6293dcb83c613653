"""The schemas shipped with Sijill, by name, version and id: schemas/catalogue.yaml and schemas/avro/."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from fastavro.schema import parse_schema

FOLDER: Final = Path(__file__).parents[1]
AVRO: Final = FOLDER / "avro"
NAMESPACE: Final = "org.gcc.sijill"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaVersion:
    """One version of a record. `parsed` is for fastavro; `standalone` is the self-contained schema for a registry.

    `reader` is what a schema of somebody else's is resolved to. A version of ours is read as it stands, then lifted.
    """

    record: str
    version: int
    id: int | None
    compatibility: str | None
    parsed: Any
    standalone: Mapping[str, Any]
    reader: Any = None


class Catalogue:
    """All records of the contract."""

    def __init__(self, versions: Iterator[SchemaVersion]) -> None:
        self._versions = {(one.record, one.version): one for one in versions}
        self._by_id = {one.id: one for one in self._versions.values() if one.id is not None}
        self._newest = dict(sorted(self._versions))

    def __iter__(self) -> Iterator[SchemaVersion]:
        return iter(self._versions.values())

    def by_id(self, schema_id: int) -> SchemaVersion | None:
        """Find a version by the id in a record's frame."""
        return self._by_id.get(schema_id)

    def newest(self, record: str) -> SchemaVersion:
        """Give the version that is written today; KeyError for a record that is not in the contract."""
        return self._versions[record, self._newest[record]]

    def version(self, record: str, version: int) -> SchemaVersion:
        """Give one version; KeyError when there is none."""
        return self._versions[record, version]


@cache
def catalogue() -> Catalogue:
    """Read the catalogue shipped with Sijill."""
    entries = yaml.safe_load((FOLDER / "catalogue.yaml").read_text(encoding="utf-8"))
    return Catalogue(_versions(entries))


def source_of(record: str, version: int) -> Any:
    """Read one schema file without changes."""
    return json.loads((AVRO / f"{record}.v{version}.avsc").read_text(encoding="utf-8"))


def _versions(entries: Mapping[str, Any]) -> Iterator[SchemaVersion]:
    for record, entry in entries.items():
        for version, facts in entry["versions"].items():
            parts = [(part, number) for part, number in facts.get("uses", {}).items()]
            yield SchemaVersion(
                record=record,
                version=version,
                id=facts.get("id"),
                compatibility=entry.get("compatibility"),
                parsed=_parsed([*parts, (record, version)]),
                standalone=_standalone([*parts, (record, version)]),
            )


def _parsed(files: list[tuple[str, int]]) -> Any:
    """Parse a record after its parts, for fastavro."""
    named: dict[str, Any] = {}
    parsed: Any = None
    for record, version in files:
        parsed = parse_schema(source_of(record, version), named_schemas=named)
    return parsed


def _standalone(files: list[tuple[str, int]]) -> Mapping[str, Any]:
    """Put each named type where it is first used, so that the schema stands alone in one JSON document."""
    *parts, last = files
    named = {name: schema for part in parts for name, schema in named_types(source_of(*part)).items()}
    standalone: Mapping[str, Any] = _inlined(source_of(*last), named, set())
    return standalone


def named_types(schema: Any) -> dict[str, Any]:
    """Find the definitions of records, enums and fixed types in a schema, by name without namespace."""
    if isinstance(schema, list):
        return {name: found for branch in schema for name, found in named_types(branch).items()}
    if not isinstance(schema, dict):
        return {}
    inside = [schema["type"], schema.get("items"), schema.get("values")]
    inside += (field["type"] for field in schema.get("fields", ()))
    own = {schema["name"].rpartition(".")[2]: schema} if "name" in schema else {}
    return own | named_types(inside)


def _inlined(schema: Any, named: Mapping[str, Any], seen: set[str]) -> Any:
    if isinstance(schema, list):
        return [_inlined(branch, named, seen) for branch in schema]
    if isinstance(schema, str):
        if schema in named and schema not in seen:
            return _inlined(copy.deepcopy(named[schema]), named, seen)
        return schema
    if "name" in schema:
        if schema["name"] in seen:
            return schema["name"]
        seen.add(schema["name"])
    inlined = dict(schema)
    for part in ("items", "values"):
        if part in inlined:
            inlined[part] = _inlined(inlined[part], named, seen)
    if "fields" in inlined:
        inlined["fields"] = [{**field, "type": _inlined(field["type"], named, seen)} for field in inlined["fields"]]
    return inlined
