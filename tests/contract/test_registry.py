"""The optional schema registry, against a double of its REST API and Confluent's own client."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient, record_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from runtime.embedded import free_ports
from schemas.codec import schema_registry_client, wire
from schemas.codec.catalogue import NAMESPACE, catalogue
from schemas.codec.json_form import from_json
from schemas.codec.schema_registry import FORGET_S, RegistryIds, subject_of, use_registry
from schemas.codec.schema_registry_client import RegistryClient
from schemas.problems import RegistryProblem, UnknownSchema, Unwritable
from tests.contract.examples import Example, examples
from tests.contract.registry_double import FIRST_ID, Registry, schema_registry

RECORDS = sorted({version.record for version in catalogue() if version.id is not None})
CURSOR = {"agency": "zatca", "number": 7}
UNKNOWN_ID = b"\x00\x00\x00\x10\x92"  # 4242


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_registry_client, "PAUSES_S", (0.001, 0.001))


@pytest.fixture
def registry() -> Iterator[Registry]:
    with schema_registry() as served:
        yield served
    use_registry("")


@pytest.fixture
def ids(registry: Registry) -> RegistryIds:
    made = RegistryIds(RegistryClient(registry.url))
    wire.use(made)
    return made


def _id_in(value: bytes) -> int:
    return int.from_bytes(value[1:5], "big")


def _cursor_schema(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(dict(catalogue().newest("NoticeCursor").standalone)), **changes}


def _framed(schema_id: int, body: bytes) -> bytes:
    return b"\0" + schema_id.to_bytes(4, "big") + body


def test_every_record_is_registered_under_its_full_name_with_its_compatibility(
    ids: RegistryIds, registry: Registry
) -> None:
    assert set(registry.subjects) == {f"{NAMESPACE}.{record}" for record in RECORDS}
    assert registry.levels == {subject_of(record): catalogue().newest(record).compatibility for record in RECORDS}


def test_records_are_written_with_the_registrys_ids(ids: RegistryIds, registry: Registry) -> None:
    written = wire.encode("NoticeCursor", CURSOR)
    assert _id_in(written) == registry.subjects[subject_of("NoticeCursor")][0] >= FIRST_ID
    assert wire.decode(written, "NoticeCursor") == CURSOR


def test_a_second_process_registers_nothing_and_has_the_same_ids(ids: RegistryIds, registry: Registry) -> None:
    registry.calls.clear()
    again = RegistryIds(RegistryClient(registry.url))
    assert all(call.startswith("POST /subjects/") and not call.endswith("/versions") for call in registry.calls)
    assert [again.id_of(record) for record in RECORDS] == [ids.id_of(record) for record in RECORDS]


def test_without_a_url_the_ids_are_the_catalogues(ids: RegistryIds) -> None:
    use_registry("")
    assert _id_in(wire.encode("NoticeCursor", CURSOR)) == catalogue().newest("NoticeCursor").id


def test_use_registry_points_the_wire_at_the_registry(registry: Registry) -> None:
    use_registry(registry.url)
    assert _id_in(wire.encode("NoticeCursor", CURSOR)) >= FIRST_ID


@pytest.mark.parametrize("record", RECORDS)
def test_confluents_client_reads_what_we_write(ids: RegistryIds, registry: Registry, record: str) -> None:
    read = AvroDeserializer(SchemaRegistryClient({"url": registry.url}))
    for example in examples(record):
        written = wire.encode(record, from_json(record, example.plain))
        context = SerializationContext("any.topic", MessageField.VALUE)
        assert read(written, context) == wire.decode(written, record)


@pytest.mark.parametrize("example", examples("RegistrationEvent"), ids=str)
def test_we_read_what_confluents_client_writes(ids: RegistryIds, registry: Registry, example: Example) -> None:
    settings = {"auto.register.schemas": False, "subject.name.strategy": record_subject_name_strategy}
    schema = json.dumps(catalogue().newest("RegistrationEvent").standalone)
    write = AvroSerializer(SchemaRegistryClient({"url": registry.url}), schema, conf=settings)
    datum = from_json("RegistrationEvent", example.plain)
    written = write(datum, SerializationContext("registrations.sa", MessageField.VALUE))
    assert written is not None
    assert written == wire.encode("RegistrationEvent", datum)


def test_what_was_written_before_the_registry_was_used_stays_readable(registry: Registry) -> None:
    before = wire.encode("NoticeCursor", CURSOR)
    use_registry(registry.url)
    assert wire.decode(before, "NoticeCursor") == CURSOR


def test_another_partys_record_under_a_catalogues_id_does_not_hide_ours(ids: RegistryIds, registry: Registry) -> None:
    ours = catalogue().newest("NoticeCursor").id
    assert ours is not None
    registry.schemas[ours] = {"schema": {"type": "record", "name": "com.example.Order", "fields": []}}
    assert wire.decode(_framed(ours, b"\x0azatca\x0e"), "NoticeCursor") == CURSOR


def test_a_schema_with_the_same_fields_in_another_order_is_read(ids: RegistryIds, registry: Registry) -> None:
    schema = _cursor_schema(doc="Ours, translated.", fields=_cursor_schema()["fields"][::-1])
    foreign = registry.add("registrations.sa-value", schema)
    assert wire.decode(_framed(foreign, b"\x0e\x0azatca"), "NoticeCursor") == CURSOR


def test_a_schema_that_leaves_optional_fields_out_is_read_with_their_defaults(
    ids: RegistryIds, registry: Registry
) -> None:
    receipt = copy.deepcopy(dict(catalogue().newest("Receipt").standalone))
    receipt["fields"] = [one for one in receipt["fields"] if one["name"] in ("topic", "partition", "offset")]
    foreign = registry.add("receipts", receipt)
    read = wire.decode(_framed(foreign, b"\x02t\x04\x06"), "Receipt")
    assert (read["topic"], read["partition"], read["offset"]) == ("t", 2, 3)
    assert (read["outcome"], read["warnings"], read["code"]) == ("UNKNOWN", [], None)


def test_a_schema_that_says_more_than_we_know_is_an_unknown_schema(ids: RegistryIds, registry: Registry) -> None:
    more = {"name": "delivered", "type": "long", "default": 0, "doc": "Of a later version."}
    foreign = registry.add(subject_of("NoticeCursor"), _cursor_schema(fields=[*_cursor_schema()["fields"], more]))
    with pytest.raises(UnknownSchema, match=r"cannot take whole \(delivered: the field would be dropped\): upgrade"):
        wire.decode(_framed(foreign, b"\x0azatca\x0e\x02"), "NoticeCursor")


def test_a_schema_that_cannot_be_read_as_ours_is_an_unknown_schema(ids: RegistryIds, registry: Registry) -> None:
    foreign = registry.add("x", _cursor_schema(fields=_cursor_schema()["fields"][:1]))
    for _ in range(2):
        with pytest.raises(UnknownSchema, match="number: the field is not written and has no default"):
            wire.decode(_framed(foreign, b"\x0azatca"), "NoticeCursor")


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (
            {"schema": {"type": "record", "name": "com.example.Order", "fields": []}},
            "is com.example.Order, which is no",
        ),
        ({"schema": '"string"'}, "is no record, which is no record of Sijill's"),
        ({"schema": "syntax = 'proto3';", "schemaType": "PROTOBUF"}, "is not Avro in one document"),
        ({"schema": {"type": "record"}}, "is no Avro schema"),
        ({"schema": {"type": "record", "name": "org.gcc.sijill.Properties", "fields": []}}, "which is no record of"),
    ],
)
def test_an_id_of_something_else_is_an_unknown_schema(
    ids: RegistryIds, registry: Registry, held: dict[str, Any], said: str
) -> None:
    registry.schemas[555_555] = held
    with pytest.raises(UnknownSchema, match=said):
        wire.decode(_framed(555_555, b"body"), "NoticeCursor")


def test_an_id_that_nobody_knows_is_asked_for_once_in_a_while(registry: Registry) -> None:
    now = [1_000.0]
    ids = RegistryIds(RegistryClient(registry.url), clock=lambda: now[0])
    registry.calls.clear()
    assert [ids.schema_of(4242) for _ in range(3)] == [None] * 3
    assert len(registry.calls) == 1
    now[0] += FORGET_S + 1
    registry.schemas[4242] = {"schema": _cursor_schema(doc="Registered late.")}
    late = ids.schema_of(4242)
    assert late is not None
    assert late.record == "NoticeCursor"


def test_an_unknown_id_ends_as_an_unknown_schema(ids: RegistryIds) -> None:
    with pytest.raises(UnknownSchema, match="schema id 4242 is neither in the catalogue"):
        wire.decode(UNKNOWN_ID, "NoticeCursor")


def test_a_part_has_no_id_in_a_registry_either(ids: RegistryIds) -> None:
    with pytest.raises(Unwritable, match="Properties is a part"):
        wire.encode("Properties", {})


def test_a_registry_that_fails_for_a_moment_is_asked_again(ids: RegistryIds, registry: Registry) -> None:
    registry.failures += [(503, {"message": "starting"}), (500, b"")]
    with pytest.raises(UnknownSchema):
        wire.decode(UNKNOWN_ID, "NoticeCursor")


def test_a_registry_that_fails_for_good_stops_the_reader_instead_of_parking_records(
    ids: RegistryIds, registry: Registry
) -> None:
    registry.failures += [(503, {"message": "starting"})] * 3
    with pytest.raises(RegistryProblem, match=r"refuses it \(503: starting\)"):
        wire.decode(UNKNOWN_ID, "NoticeCursor")


def test_a_registry_that_is_not_there_is_named_with_what_to_do() -> None:
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    with pytest.raises(
        RegistryProblem, match=rf"{url} does not answer .*start it, or correct SIJILL_SCHEMA_REGISTRY_URL"
    ):
        use_registry(url)


def test_a_refused_login_is_named_and_no_password_is_shown(registry: Registry) -> None:
    registry.failures.append((401, {"error_code": 401, "message": "Unauthorized"}))
    with pytest.raises(RegistryProblem, match=r"refuses us \(401: Unauthorized\): put user and password") as refused:
        use_registry(registry.url.replace("http://", "http://sijill:s%C3%A9cret@"))
    assert "cret" not in str(refused.value)
    assert registry.logins == {"Basic c2lqaWxsOnPDqWNyZXQ="}


def test_a_schema_that_the_registry_finds_incompatible_is_refused_with_its_words(registry: Registry) -> None:
    registry.failures += [
        (404, {"error_code": 40401, "message": "Subject not found."}),
        (200, {"compatibility": "FULL_TRANSITIVE"}),
        (409, {"error_code": 409, "message": "Schema being registered is incompatible with an earlier schema"}),
    ]
    with pytest.raises(RegistryProblem, match=r"refuses it \(409: Schema being registered is incompatible"):
        use_registry(registry.url)


@pytest.mark.parametrize(
    "answer", [(200, b"<html>"), (200, []), (200, {"id": "1"}), (404, {"detail": "Not Found"}), (404, b"no")]
)
def test_something_else_at_that_address_is_named_so(registry: Registry, answer: tuple[int, Any]) -> None:
    registry.failures.append(answer)
    with pytest.raises(RegistryProblem, match="is no schema registry: check SIJILL_SCHEMA_REGISTRY_URL"):
        use_registry(registry.url)


@pytest.mark.parametrize("url", ["mock://scope", "registry:8081", "ftp://registry"])
def test_an_address_that_cannot_be_called_is_refused(url: str) -> None:
    with pytest.raises(RegistryProblem, match="is no address of a schema registry: expected http://host:port"):
        use_registry(url)
