"""What a new version of a record may change, on schemas made for the purpose."""

from typing import Any

import pytest

from schemas.codec.compatibility import BACKWARD, FULL, Harm, findings, refusals

TEXT = {"type": "record", "name": "LanguageText", "fields": [{"name": "text", "type": "string"}]}
STATUS = {"type": "enum", "name": "Status", "symbols": ["UNKNOWN", "ACTIVE"], "default": "UNKNOWN"}
OPTIONAL_TEXT = ["null", "string"]


def _record(*fields: dict[str, Any], name: str = "Licence", **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "namespace": "org.gcc.sijill", "fields": list(fields), **more}


def _field(name: str, type_: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, **more}


NUMBER = _field("number", "string")
LICENCE = _record(NUMBER, _field("holder", TEXT), _field("status", STATUS, default="UNKNOWN"))


@pytest.mark.parametrize("level", [BACKWARD, FULL])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(LICENCE, LICENCE, id="nothing changed"),
        pytest.param(
            _record(NUMBER),
            _record(NUMBER, _field("website", OPTIONAL_TEXT, default=None)),
            id="a field with a default is added",
        ),
        pytest.param(
            _record(_field("status", STATUS)),
            _record(_field("status", {**STATUS, "symbols": ["UNKNOWN", "ACTIVE", "EXPIRED"]})),
            id="a symbol is added to an enum that has a default",
        ),
        pytest.param(
            _record(_field("names", {"type": "array", "items": TEXT}), _field("holder", "LanguageText")),
            _record(_field("holder", TEXT), _field("names", {"type": "array", "items": "LanguageText"})),
            id="fields change places",
        ),
        pytest.param(_record(NUMBER), _record(_field("number", "bytes")), id="a text becomes bytes, as Avro allows"),
        pytest.param(_record(NUMBER), _record(NUMBER, doc="A licence."), id="a word is added to the documentation"),
    ],
)
def test_a_compatible_change_is_let_through(level: str, old: Any, new: Any) -> None:
    assert refusals(level, new, [old]) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            _record(NUMBER),
            _record(NUMBER, _field("website", "string")),
            "website: the field is not written and has no default",
            id="a field without a default is added",
        ),
        pytest.param(
            _record(NUMBER, _field("website", OPTIONAL_TEXT, default=None)),
            _record(NUMBER),
            "website: the field would be dropped",
            id="a field is removed, though it had a default",
        ),
        pytest.param(
            _record(NUMBER),
            _record(_field("licence_number", "string", default="")),
            "number: the field would be dropped",
            id="a field is renamed",
        ),
        pytest.param(
            _record(NUMBER),
            _record(_field("number", "long")),
            "number: string cannot be read as long",
            id="a text becomes a number",
        ),
        pytest.param(
            _record(_field("number", OPTIONAL_TEXT, default=None)),
            _record(NUMBER),
            "number: null cannot be read as string",
            id="an optional field becomes mandatory",
        ),
        pytest.param(
            _record(_field("day", {"type": "int", "logicalType": "date"})),
            _record(_field("day", "int")),
            "day: date cannot be read as int",
            id="a date becomes a bare number",
        ),
        pytest.param(
            _record(_field("status", STATUS)),
            _record(_field("status", {**STATUS, "symbols": ["UNKNOWN"]})),
            "status: ACTIVE would be read as UNKNOWN",
            id="a symbol is removed",
        ),
        pytest.param(
            _record(_field("hash", {"type": "fixed", "name": "Hash", "size": 16})),
            _record(_field("hash", {"type": "fixed", "name": "Hash", "size": 32})),
            "hash: 16 bytes cannot be read as 32",
            id="a hash becomes longer",
        ),
        pytest.param(_record(NUMBER), _record(NUMBER, name="Permit"), "cannot be read as record Permit", id="renamed"),
        pytest.param(
            _record(_field("names", ["null", {"type": "array", "items": TEXT}])),
            _record(
                _field(
                    "names", ["null", {"type": "array", "items": {**TEXT, "fields": [_field("language", "string")]}}]
                )
            ),
            "names[].language: the field is not written and has no default",
            id="a part of a part changes",
        ),
    ],
)
def test_an_incompatible_change_is_refused_with_the_field(old: Any, new: Any, said: str) -> None:
    assert any(said in one for one in refusals(BACKWARD, new, [old]))


def test_what_only_new_readers_can_take_is_refused_where_agencies_read() -> None:
    old = _record(_field("number", "int"))
    new = _record(_field("number", "long"))
    assert refusals(BACKWARD, new, [old]) == ()
    assert refusals(FULL, new, [old]) == ("number: long cannot be read as int (for a reader of an older version)",)


def test_a_symbol_without_an_enum_default_is_refused_where_agencies_read() -> None:
    plain = {"type": "enum", "name": "Status", "symbols": ["ACTIVE"]}
    old, new = (_record(_field("status", {**plain, "symbols": ["ACTIVE", *more]})) for more in ([], ["EXPIRED"]))
    assert refusals(BACKWARD, new, [old]) == ()
    assert refusals(FULL, new, [old]) == (
        "status: EXPIRED cannot be read: the enum has no default (for a reader of an older version)",
    )


def test_a_new_version_is_held_against_all_older_ones_not_only_the_last() -> None:
    first = _record(NUMBER)
    second = _record(NUMBER, _field("website", OPTIONAL_TEXT, default=None))
    third = _record(NUMBER, _field("website", OPTIONAL_TEXT))
    assert refusals(BACKWARD, third, [second]) == ()
    assert refusals(BACKWARD, third, [first, second]) == ("website: the field is not written and has no default",)


def test_an_alias_keeps_what_was_written_under_the_former_name() -> None:
    renamed = _record(_field("licence_number", "string", aliases=["number"]))
    assert findings(renamed, _record(NUMBER)) == ()


def test_a_record_that_holds_itself_is_compared_once() -> None:
    tree = _record(_field("children", {"type": "array", "items": "org.gcc.sijill.Licence"}))
    assert findings(tree, tree) == ()


def test_a_type_written_in_the_long_form_is_the_same_type() -> None:
    assert findings(_record(_field("number", {"type": "string"})), _record(NUMBER)) == ()


def test_what_is_dropped_is_told_from_what_cannot_be_read() -> None:
    found = findings(_record(_field("a", "string")), _record(NUMBER))
    assert [(one.at, one.harm) for one in found] == [("a", Harm.UNREADABLE), ("number", Harm.DROPPED)]


def test_a_level_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="'NONE' is no level"):
        refusals("NONE", LICENCE, [])
