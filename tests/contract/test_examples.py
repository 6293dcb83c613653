"""Every example is a value of its record, for our code and for a reader that knows nothing of it."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import avro.io
import avro.schema
import pytest

from register.codes import Code, Oddity
from register.event_checks import in_its_topic, validate
from register.history import HELD_EVENTS
from register.ids import authority_of, member_state_of
from register.registration import Registration, empty, fold
from schemas.codec import audit_records, company_records, letter_records, records, wire
from schemas.codec.catalogue import catalogue
from schemas.codec.json_form import from_json, to_json
from schemas.facts.authorities import authorities
from tests.contract.examples import EXAMPLES, Example, examples

ALL = examples()
DATACLASSES: dict[str, Callable[[Any], Any]] = {
    "RegistrationEvent": lambda datum: records.event_datum(records.event_from(datum)),
    "RegistrationHistory": lambda datum: records.history_datum(records.history_from(datum)),
    "Statement": lambda datum: records.statement_datum(records.statement_from(datum)),
    "Company": lambda datum: company_records.company_datum(company_records.company_from(datum)),
    "Change": lambda datum: records.change_datum(records.change_from(datum)),
    "AuditRecord": lambda datum: audit_records.audit_datum(audit_records.audit_from(datum)),
    "DecidedLetter": lambda datum: letter_records.decided_letter_datum(letter_records.decided_letter_from(datum)),
    "Subscription": lambda datum: records.subscription_datum(records.subscription_from(datum)),
}


def _written(example: Example) -> bytes:
    return wire.encode(example.record, from_json(example.record, example.plain))


def test_every_file_is_an_example_of_a_version_in_the_catalogue() -> None:
    files = {path for path in EXAMPLES.rglob("*") if path.is_file()}
    assert files == {example.path for example in ALL} | {EXAMPLES / "README.md"}
    known = {(version.record, version.version) for version in catalogue() if version.id is not None}
    assert {(example.record, example.version) for example in ALL} == known


@pytest.mark.parametrize("record", sorted({example.record for example in ALL}))
def test_every_record_has_several_examples(record: str) -> None:
    assert len(examples(record)) >= 2


@pytest.mark.parametrize("example", ALL, ids=str)
def test_an_example_is_written_and_read_back_under_the_newest_version(example: Example) -> None:
    read = wire.decode(_written(example), example.record)
    assert to_json(example.record, read) == example.plain


@pytest.mark.parametrize("example", ALL, ids=str)
def test_an_example_stands_in_its_file_as_we_write_it(example: Example) -> None:
    text = json.dumps(example.plain, ensure_ascii=False, indent=2) + "\n"
    assert example.path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("example", [one for one in ALL if one.record in DATACLASSES], ids=str)
def test_an_example_goes_through_the_registers_own_values(example: Example) -> None:
    written = _written(example)
    again = DATACLASSES[example.record](wire.decode(written, example.record))
    assert wire.encode(example.record, again) == written


@pytest.mark.parametrize("example", ALL, ids=str)
def test_apache_avro_reads_an_example_with_the_standalone_schema(example: Example) -> None:
    version = catalogue().newest(example.record)
    schema = avro.schema.parse(json.dumps(version.standalone))
    written = _written(example)
    assert int.from_bytes(written[1 : wire.HEADER_BYTES], "big") == version.id
    body = BytesIO(written[wire.HEADER_BYTES :])
    read = avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(body))
    assert body.read() == b""
    assert read == wire.decode(written, example.record)


@pytest.mark.parametrize("example", ALL, ids=str)
def test_what_apache_avro_writes_is_what_we_write(example: Example) -> None:
    schema = avro.schema.parse(json.dumps(catalogue().newest(example.record).standalone))
    written, out = _written(example), BytesIO()
    avro.io.DatumWriter(schema).write(wire.decode(written, example.record), avro.io.BinaryEncoder(out))
    assert out.getvalue() == written[wire.HEADER_BYTES :]


@pytest.mark.parametrize("example", examples("RegistrationEvent"), ids=str)
def test_the_register_admits_every_event_that_is_shown_as_an_example(example: Example) -> None:
    event = records.event_from(wire.decode(_written(example), example.record))
    warnings = validate(event, authorities())
    assert isinstance(warnings, tuple), warnings
    publisher = (member_state_of(event.registration_id) or "gleif").lower()
    assert in_its_topic(event, authorities(), publisher) is None


@pytest.mark.parametrize("example", examples("Receipt"), ids=str)
def test_a_receipt_names_codes_that_exist(example: Example) -> None:
    receipt = wire.decode(_written(example), example.record)
    assert (receipt["code"] is not None) == (receipt["outcome"] == "REJECTED")
    assert receipt["code"] is None or Code(receipt["code"])
    assert all(Oddity(warning["code"]) for warning in receipt["warnings"])


def _as_of(version: int, registration: Registration) -> Registration:
    """What a registration was folded to by the rules of that version: version 1 knew no legal form of ours."""
    unknown = {"legal_form"} if version == 1 else set()
    return Registration(
        registration_id=registration.registration_id,
        properties={name: value for name, value in registration.properties.items() if name not in unknown},
        provenance={name: ref for name, ref in registration.provenance.items() if name not in unknown},
    )


@pytest.mark.parametrize("example", examples("RegistrationHistory"), ids=str)
def test_a_history_holds_events_that_fold_to_its_registration(example: Example) -> None:
    history = records.history_from(wire.decode(_written(example), example.record))
    events = [records.event_from(wire.decode(held.body, "RegistrationEvent")) for held in history.events]
    base = history.base or empty(history.registration.registration_id)
    words = authorities()[authority_of(history.registration.registration_id)].words
    assert _as_of(example.version, fold(base, events, words)) == history.registration
    assert len(events) <= HELD_EVENTS
