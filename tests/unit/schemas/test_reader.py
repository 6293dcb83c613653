"""The compiled reader against fastavro: the same data for the same bytes, and an end to bytes that are no record."""

from dataclasses import replace
from datetime import UTC
from random import Random
from time import perf_counter
from typing import Any

import pytest
from fastavro import parse_schema
from hypothesis import given, settings
from hypothesis import strategies as st

from register.events import EventRef
from schemas.codec import wire
from schemas.codec.catalogue import catalogue
from schemas.codec.json_form import from_json
from schemas.codec.reader import read, read_with_parts
from schemas.codec.reader_source import Seen, compiled
from schemas.codec.records import REFS_MADE, statement_datum, statement_from
from schemas.codec.wire import decode, encode, encode_part
from schemas.problems import ContractProblem, UnknownSchema, Unreadable
from tests.contract.examples import Example, examples
from tests.unit.register.companies import registration, statement
from tests.unit.register.stating import NOOR, named
from tests.unit.schemas.test_writer import RECORDS, SCHEMA, by_fastavro, made, named_in

PARTS = ("Registration", "Properties", "Trigger")


def framed(record: str, number: int = 0) -> bytes:
    """A record of made-up data."""
    schema = parse_schema(dict(catalogue().newest(record).standalone))
    return encode(record, made(schema, named_in(schema), Random(f"{record}{number}")))


@pytest.mark.parametrize("example", examples(), ids=str)
def test_every_example_is_read_as_fastavro_reads_it(example: Example) -> None:
    value = encode(example.record, from_json(example.record, example.plain))
    assert read(value, example.record) == decode(value, example.record)


@pytest.mark.parametrize("record", RECORDS)
def test_made_up_data_is_read_as_fastavro_reads_it(record: str) -> None:
    for number in range(3):
        value = framed(record, number)
        assert read(value, record) == decode(value, record)


@pytest.mark.slow
@settings(max_examples=100)
@given(
    st.fixed_dictionaries(
        {
            "number": st.integers(-(2**63), 2**63 - 1),
            "truth": st.booleans(),
            "moment": st.datetimes(timezones=st.just(UTC)),
            "raw": st.binary(),
        },
        optional={
            "text": st.none() | st.text(),
            "day": st.none() | st.dates(),
            "lists": st.lists(st.lists(st.text(max_size=70), max_size=3), max_size=70),
            "map": st.dictionaries(st.text(), st.lists(st.integers(-(2**31), 2**31 - 1), max_size=3), max_size=3),
        },
    )
)
def test_any_data_is_read_back(datum: dict[str, Any]) -> None:
    body = by_fastavro(SCHEMA, datum)
    whole = {"text": None, "day": None, "lists": [], "map": {}, **datum}
    assert compiled(SCHEMA)(body, 0, {}) == (whole, len(body))


def test_a_block_with_its_size_is_read() -> None:
    """Other writers may put a block's size in bytes before it, and say so by a negative count (Avro 1.12, arrays)."""
    schema = parse_schema(
        {"type": "record", "name": "R", "fields": [{"name": "xs", "type": {"type": "array", "items": "long"}}]}
    )
    assert compiled(schema)(bytes([3, 4, 2, 4, 2, 6, 0]), 0, {}) == ({"xs": [1, 2, 3]}, 7)


def test_a_company_of_one_registration_shares_its_properties() -> None:
    (single,) = [one for one in examples("Company") if one.situation == "one_registration"]
    datum = read(encode("Company", from_json("Company", single.plain)), "Company")
    assert datum["properties"] is datum["registrations"][0]["properties"]


@pytest.mark.parametrize("order", range(20))
def test_with_parts_it_reads_the_same_whatever_was_read_before(order: int) -> None:
    """Statements of made-up data, half of whose fields are those of the statement before."""
    random, seen, before = Random(order), Seen(), None
    for number in range(20):
        datum = decode(framed("Statement", 100 * order + number), "Statement")
        if datum["registration"] is not None and before is not None:
            kept = [name for name in before["properties"] if random.random() < 0.5]
            datum["registration"]["properties"].update({name: before["properties"][name] for name in kept})
            sources = datum["registration"]["sources"]
            sources[:] = [one for one in (*before["sources"], *sources) if random.random() < 0.7]
            random.shuffle(sources)
        before = datum["registration"] or before
        read_again, parts = read_with_parts(encode("Statement", datum), "Statement", PARTS, seen)
        assert read_again == datum
        assert parts == _parts(datum)


def _parts(datum: dict[str, Any]) -> dict[str, bytes]:
    stated, trigger = datum["registration"], encode_part("Trigger", datum["trigger"])
    if stated is None:
        return {"Trigger": trigger}
    properties = encode_part("Properties", stated["properties"])
    return {"Registration": encode_part("Registration", stated), "Properties": properties, "Trigger": trigger}


@pytest.mark.parametrize("order", range(5))
def test_what_is_made_of_records_inside_says_what_their_data_say(order: int) -> None:
    seen, stated = Seen(), set()
    for number in range(20):
        plain = decode(framed("Statement", 100 * order + number // 2), "Statement") | {"cause": "SOURCE"}  # each twice
        if plain["registration"] is not None:
            plain["registration"]["provenance"] = {"website": 0} if plain["registration"]["sources"] else {}
        value = encode("Statement", plain)
        datum, _ = read_with_parts(value, "Statement", PARTS, seen, REFS_MADE)
        assert statement_from(datum) == statement_from(plain)
        stated |= {type(one) for one in (datum["registration"] or {}).get("sources", ())}
    assert stated == {EventRef}


def test_what_repeats_itself_is_the_very_same_value() -> None:
    seen = Seen()
    datum = decode(
        encode("Statement", statement_datum(statement(registration(NOOR, legal_name=named("a"))))), "Statement"
    )
    value = encode("Statement", datum)
    first, second = (read_with_parts(value, "Statement", PARTS, seen)[0] for _ in range(2))
    names = [one["registration"]["properties"]["legal_name"] for one in (first, second)]
    assert names[0] is names[1]


def test_a_statement_of_an_older_version_gives_no_parts() -> None:
    """Its registration is laid out as before, and cannot stand in a company that is written today."""
    schema = catalogue().version("Statement", 1)
    named_here = named_in(schema.standalone)
    old = made(schema.standalone, named_here, Random(3))
    old["registration"] = made(named_here["Registration"], named_here, Random(3))
    assert schema.id is not None
    value = b"\0" + schema.id.to_bytes(4, "big") + by_fastavro(schema.parsed, old)
    datum, parts = read_with_parts(value, "Statement", PARTS, Seen())
    assert datum["registration"] is not None
    assert parts == {}


def test_a_statement_that_cannot_be_read_leaves_no_part_behind() -> None:
    seen = Seen()
    stated = encode("Statement", statement_datum(statement(registration(NOOR, website="a"))))
    with pytest.raises(Unreadable):
        read_with_parts(stated[:-1], "Statement", PARTS, seen)
    gone = encode("Statement", statement_datum(replace(statement(registration(NOOR, website="a")), registration=None)))
    assert read_with_parts(gone, "Statement", PARTS, seen)[1].keys() == {"Trigger"}


@pytest.mark.parametrize("record", RECORDS)
def test_a_body_that_is_cut_anywhere_or_has_something_left_over_is_unreadable(record: str) -> None:
    value = framed(record)
    for end in {*range(wire.HEADER_BYTES, min(len(value), 200)), len(value) - 1}:
        with pytest.raises(Unreadable):
            read(value[:end], record)
    with pytest.raises(Unreadable, match="ends at byte"):
        read(value + b"\0", record)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from(RECORDS))
def test_garbage_is_unreadable_or_what_fastavro_makes_of_it(garbage: bytes, record: str) -> None:
    value = encode_frame(record) + garbage
    try:
        datum = read(value, record)
    except Unreadable:
        return
    assert datum == decode(value, record)


@pytest.mark.parametrize(
    "claimed", [b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\xfe\xff\xff\xff\x0f", b"\xff" * 40]
)
def test_a_length_or_count_that_lies_costs_nothing(claimed: bytes) -> None:
    began = perf_counter()
    for record in RECORDS:
        for skipped in range(20):
            with pytest.raises(ContractProblem):
                read(encode_frame(record) + b"\0" * skipped + claimed * 3, record)
    assert perf_counter() - began < 5


@pytest.mark.parametrize(
    "wrong",
    [{"recorded_at": 1_760_000_000_000_000_000}, {"effective_date": 2**31 - 1}, {"effective_date": -(2**31)}],
    ids=["nanoseconds", "a day far ahead", "a day long ago"],
)
def test_a_day_or_moment_that_no_calendar_has_is_said_in_plain_words(wrong: dict[str, int]) -> None:
    schema = catalogue().newest("RegistrationEvent")
    datum = {**decode(framed("RegistrationEvent"), "RegistrationEvent"), **wrong}
    value = encode_frame("RegistrationEvent") + by_fastavro(schema.parsed, datum)
    for way in (read, decode):
        with pytest.raises(Unreadable, match="a day or a moment in it is out of range"):
            way(value, "RegistrationEvent")


def test_another_record_and_an_unknown_schema_are_told_apart() -> None:
    with pytest.raises(Unreadable, match="expected a Change"):
        read(framed("Receipt"), "Change")
    with pytest.raises(UnknownSchema):
        read(b"\x00\x7f\xff\xff\xff", "Change")
    with pytest.raises(Unreadable):
        read(b"", "Change")


def encode_frame(record: str) -> bytes:
    schema_id = catalogue().newest(record).id
    assert schema_id is not None
    return b"\0" + schema_id.to_bytes(4, "big")
