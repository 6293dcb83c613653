"""Converts repairs from and to Avro data, and tells states apart by the hash of their bytes."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from schemas.codec.records import Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A rebuild's repair of what a processor stores. It is applied only while the state has the hash `replaces`.

    `replaces`: 64 hexadecimal digits; "" where there is no state. `state`: the new state, framed; None removes it.
    """

    key: str
    replaces: str
    state: bytes | None
    rebuild_id: str
    by: str
    made_at: datetime
    left_keeps_others: bool = False


def state_hash(state: bytes | None) -> str:
    """Give the SHA-256 of the bytes that a processor stores, in hexadecimal digits; "" where there is no state.

    >>> state_hash(None), len(state_hash(b"..."))
    ('', 64)
    """
    return "" if state is None else sha256(state).hexdigest()


def repair_from(datum: Datum) -> Repair:
    """Read a Repair."""
    return Repair(**datum)


def repair_datum(repair: Repair) -> Datum:
    """Write a Repair."""
    return {
        "key": repair.key,
        "replaces": repair.replaces,
        "state": repair.state,
        "left_keeps_others": repair.left_keeps_others,
        "rebuild_id": repair.rebuild_id,
        "by": repair.by,
        "made_at": repair.made_at,
    }
