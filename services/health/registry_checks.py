"""Check the schema registry: each schema of ours is there, and no id of our catalogue is another schema's."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.settings import Settings
from schemas.codec.catalogue import SchemaVersion, catalogue
from schemas.codec.schema_registry import subject_of
from schemas.codec.schema_registry_client import RegistryClient
from services.error_mapping import named
from services.health.findings import Bad, Doubtful, Good, HealthFinding


@dataclass(frozen=True, kw_only=True)
class CatalogueAlone(Good):
    """No schema registry is set: the ids are those of the catalogue."""

    schemas: int


@dataclass(frozen=True, kw_only=True)
class RegistryFits(Good):
    """The registry has all schemas of the catalogue. `others` of them have another id there."""

    schemas: int
    others: int


@dataclass(frozen=True, kw_only=True)
class SchemaIdTaken(Bad):
    """The registry has another schema under an id of the catalogue: who reads that id reads something else."""

    id: int
    record: str
    version: int
    found: str


@dataclass(frozen=True, kw_only=True)
class SchemasUnregistered(Doubtful):
    """The registry does not know some of our schemas: each process registers them when it starts."""

    schemas: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AtRegistry:
    """What a registry has for a version of ours.

    `id` is that of its schema, and `under_id` the schema under the catalogue's id.
    """

    version: SchemaVersion
    id: int | None
    under_id: Mapping[str, Any] | None


def check_registry(settings: Settings) -> Sequence[HealthFinding]:
    """Ask the registry for each schema of the catalogue, by its content and by its id."""
    ours = [one for one in catalogue() if one.id is not None]
    if not settings.schema_registry_url:
        return [CatalogueAlone(schemas=len(ours))]
    with named(settings):
        client = RegistryClient(settings.schema_registry_url)
        return registry_findings([_at(client, one) for one in ours])


def registry_findings(found: Sequence[AtRegistry]) -> Sequence[HealthFinding]:
    """Judge what a registry has."""
    taken: list[HealthFinding] = []
    for one in found:
        if one.under_id is not None and not _is_ours(one.under_id, one.version):
            assert one.version.id is not None
            name = _name(one.under_id)
            taken.append(
                SchemaIdTaken(id=one.version.id, record=one.version.record, version=one.version.version, found=name)
            )
    missing = tuple(f"{one.version.record} {one.version.version}" for one in found if one.id is None)
    unregistered: list[HealthFinding] = [SchemasUnregistered(schemas=missing)] if missing else []
    others = sum(1 for one in found if one.id is not None and one.id != one.version.id)
    return [*taken, *unregistered] or [RegistryFits(schemas=len(found), others=others)]


def _at(client: RegistryClient, version: SchemaVersion) -> AtRegistry:
    assert version.id is not None
    return AtRegistry(
        version=version,
        id=client.id_of(subject_of(version.record), version.standalone),
        under_id=client.schema(version.id),
    )


def _is_ours(answer: Mapping[str, Any], version: SchemaVersion) -> bool:
    return bool(_schema(answer) == json.loads(json.dumps(version.standalone)))


def _name(answer: Mapping[str, Any]) -> str:
    schema = _schema(answer)
    return str(schema.get("name", "")) if isinstance(schema, dict) else str(answer.get("schemaType", ""))


def _schema(answer: Mapping[str, Any]) -> Any:
    try:
        return json.loads(answer.get("schema", ""))
    except ValueError:
        return None
