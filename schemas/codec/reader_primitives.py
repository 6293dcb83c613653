"""The functions and tables that the compiled functions of schemas/codec/reader_source.py use.

Each reads from a body at a position and gives the value and the position after it. They raise IndexError where the
body ends too soon, ValueError and OverflowError where it holds no such value.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar

_Value = TypeVar("_Value")

DAY_BYTES: Final = 3  # of days from 1992 to 4839
MOMENT_BYTES: Final = 8  # of microseconds from 1978 to 3111
DAYS: Final[dict[bytes, date]] = {}  # read before, by their bytes
MOMENTS: Final[dict[bytes, datetime]] = {}
# A first byte as a length or count: halved where it stands alone and is not negative, else to be read on.
SHORT: Final = tuple(first >> 1 if first < 128 and not first & 1 else -1 for first in range(256))

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL: Final = _EPOCH.toordinal()
_MOST_DAYS: Final = 65_536
_MOST_MOMENTS: Final = 4_096
_LONGEST: Final = 63  # bits before the last byte of a 64-bit number


def long_tail(body: bytes, position: int, first: int) -> tuple[int, int]:
    """Read on from the first byte of a number of several bytes."""
    number, shift = first & 127, 7
    while True:
        more = body[position]
        position += 1
        number |= (more & 127) << shift
        if more < 128:
            return number, position
        shift += 7
        if shift > _LONGEST:
            raise OverflowError("a number does not fit into 64 bits")


def _number(body: bytes, position: int) -> tuple[int, int]:
    first, position = body[position], position + 1
    if first > 127:
        first, position = long_tail(body, position, first)
    return first >> 1 ^ -(first & 1), position


def long_length(body: bytes, position: int) -> tuple[int, int]:
    """Read the length of a text or of bytes, which must lie within the body."""
    length, position = _number(body, position)
    if not 0 <= length <= len(body) - position:
        raise ValueError(f"a length of {length} bytes at byte {position} of {len(body)}")
    return length, position


def long_count(body: bytes, position: int) -> tuple[int, int]:
    """Read the count of a block. After a negative one comes the block's size in bytes, which is not used."""
    count, position = _number(body, position)
    if count < 0:
        count = -count
        _, position = _number(body, position)
    if count > len(body):
        raise ValueError(f"a block of {count} values at byte {position} of {len(body)}")
    return count, position


def bad_branch(branch: int) -> None:
    """Raise ValueError; our unions are of null (0) and one other type (2)."""
    raise ValueError(f"a union has no branch {branch}")


def read_day(body: bytes, position: int) -> tuple[date, int]:
    """Read days since 1970."""
    number, end = _number(body, position)
    day = date.fromordinal(_EPOCH_ORDINAL + number)
    if end - position == DAY_BYTES:
        _keep(DAYS, body[position:end], day, _MOST_DAYS)
    return day, end


def read_moment(body: bytes, position: int) -> tuple[datetime, int]:
    """Read microseconds since 1970, UTC."""
    number, end = _number(body, position)
    moment = _EPOCH + timedelta(microseconds=number)
    if end - position == MOMENT_BYTES:
        _keep(MOMENTS, body[position:end], moment, _MOST_MOMENTS)
    return moment, end


def _keep(found: dict[bytes, _Value], written: bytes, value: _Value, most: int) -> None:
    if len(found) >= most:
        found.clear()
    found[written] = value
