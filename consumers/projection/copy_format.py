"""The text format of PostgreSQL's COPY: one line a row, tabs between the fields.

Written by hand because psycopg's `write_row` takes several times as long for our rows. PostgreSQL stores no NUL
character, in no kind of text: where somebody stated one, its symbol ␀ stands instead.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import orjson

NULL: Final = "\\N"
_NUL_SYMBOL: Final = "\u2400"
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": _NUL_SYMBOL})
_IN_ARRAY: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})


def storable(value: str) -> str:
    """Replace what PostgreSQL cannot store in a text."""
    return value.replace("\0", _NUL_SYMBOL)


def text(value: str | None) -> str:
    r"""Write a text.

    >>> text("two\nlines"), text(None)
    ('two\\nlines', '\\N')
    """
    if value is None:
        return NULL
    if value.isprintable() and "\\" not in value:  # most texts need no escape: check first
        return value
    return value.translate(_ESCAPED)


def array(values: Iterable[str]) -> str:
    """Write an array of texts.

    >>> array(["SA", 'a "b"'])
    '{"SA","a \\\\\\\\"b\\\\\\\\""}'
    """
    quoted = ",".join(f'"{one if one.isalnum() else one.translate(_IN_ARRAY)}"' for one in values)
    return text(f"{{{quoted}}}")


def number(value: int | None) -> str:
    """Write a number."""
    return NULL if value is None else str(value)


def day(value: date | None) -> str:
    """Write a date."""
    return NULL if value is None else value.isoformat()


def json(value: Any) -> str:
    """Write a document: dates and times in ISO 8601, Arabic as it is.

    >>> json({"valid_from": date(2025, 4, 1), "text": "شركة"})
    '{"valid_from":"2025-04-01","text":"شركة"}'
    """
    return json_bytes(value).decode()


def json_bytes(value: Any) -> bytes:
    """Write a document as `json`, in UTF-8: a large document need not be decoded and encoded again."""
    document = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    if b"\\" not in document:
        return document
    if b"\\u0000" in document:
        document = orjson.dumps(_without_nul(value), option=orjson.OPT_UTC_Z)
    return document.replace(b"\\", b"\\\\")


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(one) for one in value]
    return value
