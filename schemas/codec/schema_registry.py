"""Takes the ids of schemas from a schema registry instead of the catalogue, where SIJILL_SCHEMA_REGISTRY_URL names one.

The subject of a record is its full name (Confluent's RecordNameStrategy). Its schemas are the same in every topic and
under every topic prefix. An agency that subscribes needs no subject of its own. A record with a schema of somebody
else's is taken when one of our schemas reads all of it. Otherwise it is an UnknownSchema: nothing is dropped in
silence. The catalogue is asked for an id that the registry does not know, or knows as another party's record. So a
cluster that began without a registry stays readable.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from fastavro.schema import SchemaParseException, UnknownType, parse_schema

from schemas.codec import wire
from schemas.codec.catalogue import NAMESPACE, SchemaVersion, catalogue
from schemas.codec.compatibility import findings
from schemas.codec.schema_registry_client import RegistryClient
from schemas.problems import UnknownSchema

FORGET_S: Final = 60  # ask again for an unknown id after this long: somebody may have registered it
REMEMBERED: Final = 10_000  # unknown ids; a flood of garbage must neither fill the memory nor ask for each record

_Verdict = SchemaVersion | UnknownSchema


def use_registry(url: str) -> None:
    """Use the ids of the registry at this URL in this process, and register our schemas there; empty: our catalogue.

    Called once, at the start of a process. Raises RegistryProblem.
    """
    if url:
        wire.use(RegistryIds(RegistryClient(url)))
    else:
        wire.use(wire.CatalogueIds())


def subject_of(record: str) -> str:
    """Name the registry's subject for a record.

    >>> subject_of("Change")
    'org.gcc.sijill.Change'
    """
    return f"{NAMESPACE}.{record}"


class RegistryIds:
    """The ids of one registry. The constructor registers missing schemas; a look-up of a new id may block."""

    def __init__(self, client: RegistryClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._newest: dict[str, int] = {}
        self._known: dict[int, _Verdict] = {}
        self._unknown: dict[int, float] = {}
        for version in catalogue():
            if version.id is not None:
                self._take_or_register(version)

    def id_of(self, record: str) -> int:
        """Give the registry's id of a record's newest version."""
        if record not in self._newest:
            return wire.CatalogueIds().id_of(record)  # says why it has none
        return self._newest[record]

    def schema_of(self, schema_id: int) -> SchemaVersion | None:
        """Find the schema of an id: ours, one of the catalogue, or another's that ours can read."""
        verdict = self._known.get(schema_id) or self._ask_registry(schema_id)
        if isinstance(verdict, UnknownSchema):
            raise UnknownSchema(*verdict.args)
        return verdict

    def _take_or_register(self, version: SchemaVersion) -> None:
        subject = subject_of(version.record)
        schema_id = self._client.id_of(subject, version.standalone)
        if schema_id is None:
            if version.compatibility is not None:
                self._client.set_compatibility(subject, version.compatibility)
            schema_id = self._client.register(subject, version.standalone)
        self._known[schema_id] = version
        self._newest[version.record] = schema_id

    def _ask_registry(self, schema_id: int) -> _Verdict | None:
        if self._unknown.get(schema_id, 0.0) > self._clock():
            return catalogue().by_id(schema_id)
        found = self._client.schema(schema_id)
        if found is None:
            self._remember_unknown(schema_id)
            return catalogue().by_id(schema_id)
        verdict = _verdict(schema_id, found)
        if isinstance(verdict, UnknownSchema):
            verdict = catalogue().by_id(schema_id) or verdict
        self._known[schema_id] = verdict
        return verdict

    def _remember_unknown(self, schema_id: int) -> None:
        if len(self._unknown) >= REMEMBERED:
            self._unknown.clear()
        self._unknown[schema_id] = self._clock() + FORGET_S


def _verdict(schema_id: int, found: Mapping[str, Any]) -> _Verdict:
    """Judge a schema of somebody else. It is read as our oldest version that reads all of it, then lifted."""
    if found.get("schemaType", "AVRO") != "AVRO" or found.get("references"):
        return UnknownSchema(f"schema id {schema_id} is not Avro in one document, which is all that Sijill reads")
    try:
        schema = json.loads(found["schema"])
        parsed = parse_schema(schema)
    except (ValueError, KeyError, TypeError, SchemaParseException, UnknownType) as fault:
        return UnknownSchema(f"what the schema registry has under id {schema_id} is no Avro schema: {fault}")
    name = parsed.get("name", "") if isinstance(parsed, dict) else ""
    record = name.removeprefix(f"{NAMESPACE}.")
    candidates = sorted((one for one in catalogue() if one.record == record and one.id is not None), key=_version)
    if not name.startswith(NAMESPACE) or not candidates:
        return UnknownSchema(f"schema id {schema_id} is {name or 'no record'}, which is no record of Sijill's")
    fitting = next((ours for ours in candidates if not findings(ours.standalone, schema)), None)
    if fitting is not None:
        reader = parse_schema(dict(fitting.standalone))
        return replace(fitting, id=schema_id, parsed=parsed, standalone=schema, reader=reader)
    harm = "; ".join(str(finding) for finding in findings(candidates[-1].standalone, schema)[:3])
    return UnknownSchema(
        f"schema id {schema_id} is a {record} that this version of Sijill cannot take whole ({harm}): "
        "upgrade Sijill, or publish with a schema of its contract, then redrive the record"
    )


def _version(one: SchemaVersion) -> int:
    return one.version
