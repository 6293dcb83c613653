"""Records that a register must refuse, one way each, mixed at random among good ones: the same at every call."""

import random
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final

from benchmarks.event_file import SEED, Frame
from benchmarks.stages import SUBSCRIPTIONS
from register.codes import Code, Outcome
from schemas.codec.records import subscription_datum
from schemas.codec.wire import HEADER_BYTES, decode, encode
from schemas.facts.topics import publishers

UNKNOWN_ID: Final = struct.pack(">bI", 0, 999_999)
CUT_BYTES: Final = 9
NOISE_BYTES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One record as it is sent, and the answer that it must get."""

    publisher: str
    key: bytes
    value: bytes | None
    outcome: Outcome
    code: Code | None = None

    @property
    def headers(self) -> tuple[tuple[str, bytes], ...]:
        """A bad one has a header, which must be parked with it."""
        return () if self.code is None else (("registry-batch", self.code.encode()),)


def mixed(good: Iterable[Frame], bad: int) -> Iterator[Sent]:
    """Give the good ones in their order, with so many bad ones among them at random."""
    kept = list(good)
    dice = random.Random(SEED)
    turns = [True] * bad + [False] * len(kept)
    dice.shuffle(turns)
    following, wrong = good_records(kept), bad_records(kept, dice)
    return (next(wrong if turn else following) for turn in turns)


def good_records(frames: Iterable[Frame]) -> Iterator[Sent]:
    """Give events of the simulation: each is accepted, and a duplicate when it comes again."""
    seen: set[bytes] = set()
    for one in frames:
        outcome = Outcome.DUPLICATE if one.value in seen else Outcome.ACCEPTED
        seen.add(one.value)
        yield Sent(publisher=one.publisher, key=one.key, value=one.value, outcome=outcome)


def bad_records(frames: Sequence[Frame], dice: random.Random) -> Iterator[Sent]:
    """Give bad ones without end, of each kind in turn, each made from a good one."""
    for code, spoil in cycle(KINDS):
        frame = dice.choice(frames)
        sent = {"publisher": frame.publisher, "key": frame.key, "value": frame.value, **spoil(frame, dice)}
        yield Sent(outcome=Outcome.REJECTED, code=code, **sent)


def _noise(frame: Frame, dice: random.Random) -> Mapping[str, Any]:
    return {"value": b"\xff" + dice.randbytes(NOISE_BYTES)}


def _cut(frame: Frame, dice: random.Random) -> Mapping[str, Any]:
    return {"value": frame.value[:-CUT_BYTES]}


def _unknown_schema(frame: Frame, dice: random.Random) -> Mapping[str, Any]:
    return {"value": UNKNOWN_ID + frame.value[HEADER_BYTES:]}


def _another_record(frame: Frame, dice: random.Random) -> Mapping[str, Any]:
    return {"value": encode("Subscription", subscription_datum(SUBSCRIPTIONS[0]))}


def _no_sequence(frame: Frame, dice: random.Random) -> Mapping[str, Any]:
    return {"value": _changed(frame, sequence=0)}


def _no_event_id(frame: Frame, dice: random.Random) -> Mapping[str, Any]:
    return {"value": _changed(frame, event_id="")}


def _wrong_topic(frame: Frame, dice: random.Random) -> Mapping[str, Any]:
    return {"publisher": dice.choice([one for one in publishers() if one != frame.publisher])}


def _wrong_key(frame: Frame, dice: random.Random) -> Mapping[str, Any]:
    return {"key": frame.key + b"%d" % dice.randrange(1_000)}


def _empty(frame: Frame, dice: random.Random) -> Mapping[str, Any]:
    return {"value": None}


def _changed(frame: Frame, **values: object) -> bytes:
    return encode("RegistrationEvent", decode(frame.value, "RegistrationEvent") | values)


KINDS: Final[Sequence[tuple[Code, Callable[[Frame, random.Random], Mapping[str, Any]]]]] = (
    (Code.UNREADABLE, _noise),
    (Code.UNREADABLE, _cut),
    (Code.UNKNOWN_SCHEMA, _unknown_schema),
    (Code.WRONG_RECORD, _another_record),
    (Code.INVALID_SEQUENCE, _no_sequence),
    (Code.MISSING_EVENT_ID, _no_event_id),
    (Code.WRONG_TOPIC, _wrong_topic),
    (Code.KEY_MISMATCH, _wrong_key),
    (Code.EMPTY_RECORD, _empty),
)
"""The reason that must be given, and what is changed of a good record."""
