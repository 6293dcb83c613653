"""The compiled writer against fastavro: the same bytes for the same data, an error where the datum does not fit."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from random import Random
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec.catalogue import catalogue
from schemas.codec.wire import encode, encode_part, encode_part_reusing
from schemas.codec.writer import LastWritten, compiled, write_long
from schemas.problems import Unwritable

RECORDS = sorted({version.record for version in catalogue() if version.id is not None})


def by_fastavro(schema: Any, datum: Any) -> bytes:
    out = BytesIO()
    schemaless_writer(out, schema, datum)
    return out.getvalue()


WRITERS: dict[int, Any] = {}


def by_us(schema: Any, datum: Any) -> bytes:
    if id(schema) not in WRITERS:
        WRITERS[id(schema)] = schema, compiled(schema)  # the schema is kept, so its id stays its own
    out = bytearray()
    WRITERS[id(schema)][1](out, datum)
    return bytes(out)


def named_in(schema: Any) -> dict[str, Any]:
    """Find the records and enums of a schema by name."""
    if isinstance(schema, list):
        return {name: found for one in schema for name, found in named_in(one).items()}
    if not isinstance(schema, dict):
        return {}
    inner = [schema.get("items"), schema.get("values"), *(field["type"] for field in schema.get("fields", ()))]
    return ({schema["name"]: schema} if "name" in schema else {}) | named_in(inner)


def made(schema: Any, named: dict[str, Any], random: Random) -> Any:
    """Make up a datum of a schema."""
    if isinstance(schema, list):
        return made(random.choice(schema), named, random)
    if isinstance(schema, str):
        return made(named[schema], named, random) if schema in named else PLAIN[schema](random)
    kind = schema.get("logicalType") or schema["type"]
    if kind == "record":
        return {field["name"]: made(field["type"], named, random) for field in schema["fields"]}
    if kind == "enum":
        return random.choice(schema["symbols"])
    if kind == "array":
        return [made(schema["items"], named, random) for _ in range(random.choice((0, 1, 3)))]
    if kind == "map":
        return {PLAIN["string"](random): made(schema["values"], named, random) for _ in range(random.randrange(3))}
    return PLAIN[kind](random)


PLAIN: dict[str, Callable[[Random], Any]] = {
    "null": lambda random: None,
    "string": lambda random: "".join(random.choices("abc سجل é 😀", k=random.choice((0, 1, 12, 80)))),
    "bytes": lambda random: random.randbytes(random.choice((0, 3, 200))),
    "boolean": lambda random: random.random() < 0.5,
    "int": lambda random: random.randrange(-(2**31), 2**31),
    "long": lambda random: random.choice((0, 63, 64, -1, random.randrange(-(2**63), 2**63))),
    "date": lambda random: date.fromordinal(random.randrange(1, date.max.toordinal())),
    "timestamp-micros": lambda random: datetime.fromtimestamp(random.randrange(0, 2**32), UTC),
}


@pytest.mark.parametrize("record", RECORDS)
def test_made_up_data_is_written_as_fastavro_writes_it(record: str) -> None:
    schema = parse_schema(dict(catalogue().newest(record).standalone))
    random, named = Random(record), named_in(schema)
    for _ in range(2):
        datum = made(schema, named, random)
        written = by_us(schema, datum)
        assert written == by_fastavro(schema, datum)
        assert schemaless_reader(BytesIO(written), schema, None) == datum


SCHEMA = parse_schema(
    {
        "type": "record",
        "name": "All",
        "fields": [
            {"name": "number", "type": "long"},
            {"name": "truth", "type": "boolean"},
            {"name": "text", "type": ["null", "string"], "default": None},
            {"name": "raw", "type": "bytes", "default": ""},
            {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}], "default": None},
            {"name": "moment", "type": {"type": "long", "logicalType": "timestamp-micros"}},
            {"name": "lists", "type": {"type": "array", "items": {"type": "array", "items": "string"}}, "default": []},
            {"name": "map", "type": {"type": "map", "values": {"type": "array", "items": "int"}}, "default": {}},
        ],
    }
)


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
def test_any_data_is_written_as_fastavro_writes_it(datum: dict[str, Any]) -> None:
    assert by_us(SCHEMA, datum) == by_fastavro(SCHEMA, datum)


@pytest.mark.parametrize(
    "fault",
    [
        {"number": "7"},
        {"number": 2**63},
        {"number": None},
        {"truth": "no"},
        {"text": 7},
        {"day": "2024-01-01"},
        {"moment": datetime(2024, 1, 1)},  # noqa: DTZ001  (without a zone it is no moment)
        {"moment": date(2024, 1, 1)},
        {"lists": None},
        {"lists": [[7]]},
        {"map": {7: []}},
    ],
    ids=repr,
)
def test_a_datum_that_does_not_fit_is_refused(fault: dict[str, Any]) -> None:
    datum = {"number": 1, "truth": True, "moment": datetime(2024, 1, 1, tzinfo=UTC)}
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError, OverflowError)):
        by_us(SCHEMA, {**datum, **fault})


def test_a_missing_field_is_named() -> None:
    with pytest.raises(Unwritable, match="agency"):
        encode("NoticeCursor", {"number": 1})


def test_an_unknown_symbol_is_refused() -> None:
    with pytest.raises(Unwritable, match="FORGOTTEN"):
        encode("Receipt", {"outcome": "FORGOTTEN", "topic": "t", "partition": 0, "offset": 0})


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_number_is_read_back(number: int) -> None:
    out = bytearray()
    write_long(out, number)
    assert schemaless_reader(BytesIO(bytes(out)), "long", None) == number


@pytest.mark.parametrize("order", range(20))
def test_what_was_written_before_is_written_the_same_again(order: int) -> None:
    """Properties of made-up data, half of whose values are the very ones of the properties before."""
    schema = parse_schema(dict(catalogue().newest("Properties").standalone))
    random, last_written = Random(order), LastWritten()
    before: dict[str, Any] = {}
    for number in range(20):
        datum = made(schema, named_in(schema), Random(100 * order + number))
        datum.update({name: value for name, value in before.items() if random.random() < 0.5})
        before = datum
        assert encode_part_reusing("Properties", datum, last_written) == encode_part("Properties", datum)
