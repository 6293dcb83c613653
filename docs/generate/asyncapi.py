"""The topics and their messages as one AsyncAPI 3.1 document, generated: docs/reference/asyncapi.yaml.

It describes what Sijill's processes send and receive. https://www.asyncapi.com/docs/reference/specification/v3.1.0
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from schemas.codec.catalogue import SchemaVersion, catalogue
from schemas.codec.schema_registry import subject_of
from schemas.facts.topics import TopicContract, contracts, publishers

CONTRACT_VERSION: Final = "1.0.0"
AVRO_FORMAT: Final = "application/vnd.apache.avro;version=1.9.0"  # the newest that AsyncAPI names; 1.12 is the same
KAFKA_BINDING: Final = "0.5.0"
OURS: Final = ("admit", "resolve", "suggest", "unify", "notify", "projection", "delivery", "portal", "services")
_HEADING: Final = (
    "# Written by `make docs` from schemas/topics, schemas/avro and schemas/catalogue.yaml; not edited by hand.\n"
)
_WIDTH: Final = 120
_PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "publisher": {
        "enum": list(publishers()),
        "description": "A member state, by its ISO 3166-1 code in lower case, or the reference source GLEIF.",
    },
    "agency": {
        "description": "The id of an agency: lower-case letters, digits and hyphens.",
        "examples": ["zatca", "central-bank-of-bahrain"],
    },
}


def page() -> str:
    """Write the document as YAML."""
    return _HEADING + yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def document() -> Mapping[str, Any]:
    """Put the document together."""
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Sijill",
            "version": CONTRACT_VERSION,
            "description": (
                "The unified register of the IT companies of the six member states of the GCC: what registries "
                "publish, what the register answers, what agencies read. SIJILL_TOPIC_PREFIX may precede each topic."
            ),
            "license": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/en/"},
        },
        "defaultContentType": "application/avro",
        "servers": {
            "embedded": {
                "host": "127.0.0.1:19092",
                "protocol": "kafka",
                "description": "The broker that `make up` starts; SIJILL_KAFKA names another cluster.",
            }
        },
        "channels": {_key(contract): _channel(contract) for contract in contracts().values()},
        "operations": dict(_operations()),
        "components": {
            "schemas": {one.record: _schema(one) for one in _newest()},
            "messages": {**{one.record: _message(one) for one in _newest()}, "DeadLetter": _dead_letter()},
        },
    }


def _newest() -> Iterator[SchemaVersion]:
    """Give the newest version of each record that stands alone, by name."""
    for record in sorted({one.record for one in catalogue() if one.id is not None}):
        yield catalogue().newest(record)


def _key(contract: TopicContract) -> str:
    """Name a channel: `registrations.{publisher}.dlq` is `registrations_dlq`."""
    return "_".join(part for part in contract.name.split(".") if not part.startswith("{"))


def _channel(contract: TopicContract) -> Mapping[str, Any]:
    message = contract.record or "DeadLetter"
    channel: dict[str, Any] = {
        "address": contract.name,
        "description": (
            f"{contract.description} Owner: {contract.owner}. Written by {_listed(contract.written_by)}; "
            f"read by {_listed(contract.read_by)}. Kept: {contract.keeps}."
        ),
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
    }
    parameters = {name: said for name, said in _PARAMETERS.items() if f"{{{name}}}" in contract.name}
    if parameters:
        channel["parameters"] = parameters
    return {**channel, "bindings": {"kafka": _topic(contract)}}


def _topic(contract: TopicContract) -> Mapping[str, Any]:
    """Say in the terms of AsyncAPI's Kafka binding how the topic is set up; where it is silent, the setting decides."""
    config: dict[str, Any] = {}
    for setting in ("cleanup.policy", "retention.ms", "retention.bytes", "delete.retention.ms", "max.message.bytes"):
        if setting in contract.config:
            value = contract.config[setting]
            config[setting] = [value] if setting == "cleanup.policy" else int(value)
    partitions = {} if contract.partitions is None else {"partitions": contract.partitions}
    return {**partitions, "topicConfiguration": config, "bindingVersion": KAFKA_BINDING}


def _operations() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for contract in contracts().values():
        for action, rooms in (("send", contract.written_by), ("receive", contract.read_by)):
            for room in rooms:
                if room in OURS:
                    yield f"{room}_{action}s_{_key(contract)}", _operation(contract, action, room)


def _operation(contract: TopicContract, action: str, room: str) -> Mapping[str, Any]:
    channel, message = f"#/channels/{_key(contract)}", contract.record or "DeadLetter"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "title": f"{room} {action}s {contract.name}",
        "messages": [{"$ref": f"{channel}/messages/{message}"}],
    }


def _message(version: SchemaVersion) -> Mapping[str, Any]:
    carriers = [contract for contract in contracts().values() if contract.record == version.record]
    headers = {name: said for contract in carriers for name, said in contract.headers.items()}
    said = {
        "title": version.record,
        "summary": version.standalone["doc"],
        "description": f"Examples: schemas/examples/{version.record}/v{version.version}/.",
    }
    if headers:
        said["headers"] = _headers(headers)
    return {
        **said,
        "payload": {"$ref": f"#/components/schemas/{version.record}"},
        "bindings": {"kafka": {**_keyed(carriers[0]), **_FRAMED, "bindingVersion": KAFKA_BINDING}},
        "x-schema-id": version.id,
        "x-schema-version": version.version,
        "x-compatibility": version.compatibility,
        "x-registry-subject": subject_of(version.record),
    }


def _dead_letter() -> Mapping[str, Any]:
    contract = next(contract for contract in contracts().values() if contract.record is None)
    return {
        "title": "Dead letter",
        "summary": contract.description,
        "contentType": "application/octet-stream",
        "headers": _headers(contract.headers),
        "payload": {"description": "The value as it was received."},
        "bindings": {"kafka": {**_keyed(contract), "bindingVersion": KAFKA_BINDING}},
    }


def _keyed(contract: TopicContract) -> Mapping[str, Any]:
    return {"key": {"type": "string", "description": contract.key}}


def _headers(headers: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string", "description": said} for name, said in headers.items()},
    }


def _schema(version: SchemaVersion) -> Mapping[str, Any]:
    return {"schemaFormat": AVRO_FORMAT, "schema": json.loads(json.dumps(version.standalone))}


def _listed(rooms: tuple[str, ...]) -> str:
    return ", ".join(rooms)


_FRAMED: Final = {
    "schemaIdLocation": "payload",
    "schemaIdPayloadEncoding": "confluent",
    "schemaLookupStrategy": "RecordNameStrategy",
}


class _Dumper(yaml.SafeDumper):
    """Writes what occurs twice twice: anchors are for machines."""

    def ignore_aliases(self, data: object) -> bool:
        return True
