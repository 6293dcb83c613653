"""The contract's data as plain JSON, for people: examples and `--json` output.

Days are `2025-04-01`, moments `2025-04-01T09:30:00.000000Z`, bytes are base64. A value that equals its default is left
out, and may be left out when reading. It is not Avro's own JSON encoding, which wraps each optional value in the name
of its type.
"""

import binascii
import copy
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from schemas.codec.catalogue import catalogue, named_types
from schemas.problems import Unwritable

_Scalars = Mapping[str, Callable[[Any], Any]]


def to_json(record: str, datum: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a datum of a record's newest version into plain JSON data."""
    schema = catalogue().newest(record).standalone
    plain: dict[str, Any] = _to_json(schema, datum, named_types(schema))
    return plain


def from_json(record: str, plain: Mapping[str, Any]) -> dict[str, Any]:
    """Turn plain JSON data into a datum of a record's newest version; raises Unwritable, naming the field."""
    schema = catalogue().newest(record).standalone
    datum: dict[str, Any] = _from_json(schema, plain, named_types(schema), record)
    return datum


def _to_json(schema: Any, value: Any, named: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return None if value is None else _to_json(schema[1], value, named)
    schema = named.get(schema, schema) if isinstance(schema, str) else schema
    kind = _kind(schema)
    if kind == "record":
        return dict(_kept(schema, value, named))
    if kind == "array":
        return [_to_json(schema["items"], one, named) for one in value]
    if kind == "map":
        return {key: _to_json(schema["values"], one, named) for key, one in value.items()}
    return _TO_JSON[kind](value) if kind in _TO_JSON else value


def _kept(schema: Any, datum: Mapping[str, Any], named: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the fields that differ from their default."""
    for field in schema["fields"]:
        name = field["name"]
        value = _to_json(field["type"], datum[name], named) if name in datum else field["default"]
        if "default" not in field or value != field["default"]:
            yield name, value


def _from_json(schema: Any, plain: Any, named: Mapping[str, Any], at: str) -> Any:
    if isinstance(schema, list):
        return None if plain is None else _from_json(schema[1], plain, named, at)
    schema = named.get(schema, schema) if isinstance(schema, str) else schema
    kind = _kind(schema)
    _require(isinstance(plain, _JSON_TYPES.get(kind, str)), at, f"{plain!r} is no {kind}")
    if kind == "record":
        return _filled(schema, plain, named, at)
    if kind == "array":
        return [_from_json(schema["items"], one, named, f"{at}[{row}]") for row, one in enumerate(plain)]
    if kind == "map":
        return {key: _from_json(schema["values"], one, named, f"{at}[{key}]") for key, one in plain.items()}
    try:
        return _FROM_JSON[kind](plain) if kind in _FROM_JSON else plain
    except (ValueError, binascii.Error) as fault:
        raise Unwritable(f"{at}: {plain!r} is no {kind}: {fault}") from fault


def _filled(schema: Mapping[str, Any], plain: Mapping[str, Any], named: Mapping[str, Any], at: str) -> dict[str, Any]:
    """Give all fields; a missing field gets its default."""
    fields = {field["name"]: field for field in schema["fields"]}
    unknown = sorted(set(plain) - set(fields))
    _require(not unknown, at, f"no such field: {', '.join(unknown)}")
    filled = {}
    for name, field in fields.items():
        _require(name in plain or "default" in field, at, f"{name} is missing")
        if name in plain:
            filled[name] = _from_json(field["type"], plain[name], named, f"{at}.{name}")
        else:
            filled[name] = copy.copy(field["default"])
    return filled


def _require(holds: bool, at: str, otherwise: str) -> None:
    if not holds:
        raise Unwritable(f"{at}: {otherwise}")


def _kind(schema: Any) -> str:
    return schema if isinstance(schema, str) else str(schema.get("logicalType") or schema["type"])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone, as in 2025-04-01T09:30:00Z")
    return moment.astimezone(UTC)


_JSON_TYPES: Final[Mapping[str, type]] = {
    "record": dict, "map": dict, "array": list, "long": int, "int": int, "boolean": bool,
}  # fmt: skip
_TO_JSON: Final[_Scalars] = {
    "date": date.isoformat,
    "timestamp-micros": lambda moment: moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
    "bytes": lambda value: b64encode(value).decode("ascii"),
    "enum": str,
}
_FROM_JSON: Final[_Scalars] = {
    "date": date.fromisoformat,
    "timestamp-micros": _moment,
    "bytes": lambda text: b64decode(text, validate=True),
}
