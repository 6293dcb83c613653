"""Makes random records: random bytes in every place of a record, of its batch, and of an event."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.partitioning import partition_of
from tests.acceptance.hostile import value
from tests.acceptance.plain_kafka import FRAME
from tests.raw_batches import CODECS, Raw, batch

BATCH_BYTES: Final = 1_000_000  # of a batch as sent: max.message.bytes of registrations.* is a little more
ODD: Final = 0.15  # of the batches
TEXTS: Final = (
    "", " ", "\x00", "nan", "#REF!", "\u200b", "\ufeffNoor", "\x1b[2J", "Noor \u202eCLL", "[red]x[/]", "²",
    "A" + "\u0301" * 300, "\ud7ff\ue000", "\U0010ffff", "شركة النور", "شَرِكَةٌ", "'; DROP TABLE companies; --",
    "a\tb\nc\r\\N", "ا" * 5_000, "x" * 300_000, "{}", '"', "KW.MOCI.0", "é" * 64, "١٢٣",
)  # fmt: skip
NUMBERS: Final = (
    0,
    1,
    -1,
    2,
    10**6,
    2**31,
    -(2**31),
    2**53,
    2**63 - 1,
    -(2**63),
    253402300799999999,
    -62135596800000001,
)
DAYS: Final = (0, -1, -719163, -719162, 2932896, 2932897, 2**31 - 1, -(2**31), 20_000)


@dataclass(slots=True)
class Fuzz:
    """Makes records from a seed: equal seeds make equal records."""

    seed: int
    authority: str
    partitions: int
    rng: random.Random = field(init=False)
    made: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)

    def batches(self, records: int) -> Iterator[tuple[int, bytes, int]]:
        """Make batches for partitions until there are so many records; gives the partition and the number in each.

        A broker refuses most batches with odd records in it: those come beside the others, and are not counted.
        """
        while self.made < records:
            codec = self.rng.choice(list(CODECS))
            odd = self.rng.random() < ODD
            held = [self.record(odd=odd) for _ in range(self.rng.choice((1, 1, 2, 5, 20, 100)))]
            written = batch(held, codec, timestamp=self.rng.choice((1_790_000_000_000, 0, -1, 1)))
            if len(written) <= BATCH_BYTES:
                self.made += 0 if odd else len(held)
                yield self._partition(held[0].key), written, len(held)

    def record(self, *, odd: bool = True) -> Raw:
        """Make a record: a good event in a third of all cases. An odd one has a wrong place or attributes."""
        registration = f"{self.authority}.{self.rng.randrange(1, 500)}"
        body = self._value(registration)
        wrong = self.rng.random() < 0.1
        return Raw(
            key=self.rng.choice((None, b"", self._bytes(), b"k" * 70_000)) if wrong else registration.encode(),
            value=body,
            headers=tuple(self._header() for _ in range(self.rng.choice((0, 0, 0, 0, 0, 1, 1, 3, 3, 200)))),
            attributes=self.rng.choice((0, 0, 0, 1, 0x80, 0xFF)) if odd else 0,
            offset_delta=self.rng.choice((None, None, None, self.rng.randrange(-(2**31), 2**31))) if odd else None,
        )

    def _partition(self, key: bytes | None) -> int:
        if self.rng.random() < 0.1:
            return self.rng.randrange(self.partitions)
        return partition_of(key or b"", self.partitions)

    def _header(self) -> tuple[bytes, bytes | None]:
        name = self.rng.choice(
            (self._bytes(), b"sijill_attempt", b"sijill_reason", b"ce_id", b"", "المصدر".encode("cp1256"))
        )
        return name, self.rng.choice((None, b"", b"9" * 5_000, self._bytes(), "²".encode(), b"h" * 2_000))

    def _value(self, registration: str) -> bytes | None:
        good = value(registration, self.rng.randrange(1, 50))
        match self.rng.randrange(9):
            case 0:
                return self.rng.choice((None, b"", self._bytes()))
            case 1:
                return good[: FRAME.size] + self._bytes()
            case 2:
                return good[: self.rng.randrange(len(good))]
            case 3 | 4:
                return self._mutated(good)
            case 5 | 6:
                return value(registration, self.rng.randrange(1, 50), **self._hostile())
            case _:
                return good

    def _mutated(self, good: bytes) -> bytes:
        body = bytearray(good)
        for _ in range(self.rng.randrange(1, 4)):
            at = self.rng.randrange(len(body))
            if self.rng.random() < 0.5:
                body[at] = self.rng.randrange(256)
            else:
                body[at:at] = self._bytes()
        return bytes(body)

    def _hostile(self) -> dict[str, Any]:
        """Choose the values of an event that Avro can write and no registry would state."""
        text = self._text
        day = self.rng.choice(DAYS)
        return self.rng.choice((
            {"effective_date": day},
            {"recorded_at": self.rng.choice(NUMBERS)},
            {"name": text()},
            {"event_id": text()},
            {"kind": self.rng.choice(("CORRECTED", "WITHDRAWN", "SNAPSHOT", "UNKNOWN")), "replaces": text()},
            {"cleared": [text(), "website"]},
            {"stated": {"registration_date": day, "expiry_date": self.rng.choice(DAYS)}},
            {"stated": {"identifiers": [
                {"scheme": self.rng.choice(("LEI", text())), "value": text(), "valid_from": day, "valid_to": None}
            ] * self.rng.choice((1, 500))}},
            {"stated": {"home_registration": self.rng.choice((text(), "SA.MC.7001775498", "KW.MOCI.1"))}},
            {"stated": {"particulars": {text(): text(), "": "\x00"}}},
            {"stated": {"status_as_stated": text(), "legal_form_as_stated": text(), "website": text()}},
            {"stated": {"share_capital": {"amount": text(), "currency": text()}}},
            {"stated": {"activities": [{"scheme": text(), "version": text(), "code": text(), "label": []}]}},
            {"stated": {"trading_names": [{"text": text(), "language": text()}] * self.rng.choice((1, 200))}},
        ))  # fmt: skip

    def _text(self) -> str:
        if self.rng.random() < 0.7:
            return self.rng.choice(TEXTS)
        return "".join(
            chr(self.rng.choice((self.rng.randrange(0xD800), 0x10000 + self.rng.randrange(0xFFFF)))) for _ in range(9)
        )

    def _bytes(self) -> bytes:
        return self.rng.randbytes(self.rng.choice((1, 5, 40, 2_000)))
