"""Reads batches of Kafka records that aiokafka cannot read: record by record, as far as their bytes allow.

Whoever may write to a topic can write such a batch, and the broker takes it. Header names may be no UTF-8 (Go clients
hold them as bytes). Offsets within the batch may not be 0, 1, 2 …, and attributes of a record not 0. Compressed data
may unpack to gigabytes, and only some decoders look at its checksums.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import cramjam

Packed: TypeAlias = bytes | memoryview
UnpackedHeaders: TypeAlias = list[tuple[str, bytes | None]]

QUICK_BYTES: Final = 2 << 20  # of a batch that aiokafka may read: it makes an object of each header, and needs none
UNPACKED_BYTES: Final = 64 << 20  # of one batch; one of 1 MiB that is full of events unpacks to some 10 MiB
MOST_HEADERS: Final = 100_000  # of one record; a million of them take 100 MB of memory, and 3 kB when they are packed
NAMES: Final = "surrogateescape"  # keeps the bytes of a header's name that are no UTF-8, and writes them back

_HEADER: Final = struct.Struct(">qiibIhiqqqhii")  # of a batch of format 2: base offset … number of records
_MAGIC: Final = 16  # where the format stands; the same place in all formats
_FORMAT: Final = 2
_DELTA: Final = 23  # where the offset of the last record stands, less that of the first
_DELTA_AND_COUNT: Final = struct.Struct(">i30xi")
_CODEC_MASK: Final = 0x07
_LOG_APPEND_TIME: Final = 0x08
_XERIAL: Final = b"\x82SNAPPY\x00"  # snappy as Java writes it: a header of 16 bytes, then blocks with their lengths
_XERIAL_HEADER: Final = 16
_FIRST_TRY: Final = 16  # times the packed size: nearly all batches unpack to less
_VARINT_BYTES: Final = 10


class Unpackable(ValueError):
    """A batch cannot be unpacked whole; `begun` has the bytes before the fault."""

    def __init__(self, message: str, begun: bytes = b"", *, too_large: bool = False) -> None:
        super().__init__(message)
        self.begun = begun
        self.too_large = too_large


class Unread(bytes):
    """Stands for the value of a record that cannot be read; it is empty."""

    fault: str
    too_large: bool

    @classmethod
    def because(cls, fault: str, *, too_large: bool = False) -> "Unread":
        """Make the mark with the reason why the record cannot be read."""
        made = cls()
        made.fault = fault
        made.too_large = too_large
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvaged:
    """A record with the fields of aiokafka's records. A header's name keeps bytes that are no UTF-8 as surrogates."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: UnpackedHeaders
    checksum: None = None


def is_dense(fetched: bytes, at: int) -> bool:
    """Tell whether the batch at a place still has all its records: then their offsets follow one another."""
    if fetched[at + _MAGIC] != _FORMAT:
        return False
    last_delta, count = _DELTA_AND_COUNT.unpack_from(fetched, at + _DELTA)
    return bool(count == last_delta + 1)


def salvaged(batch: bytes) -> Iterator[Salvaged]:
    """Read all records of a batch; those that cannot be read have an `Unread` value and nothing else.

    Raises Unpackable for such a one in a batch that is not dense: nobody knows its offset.
    """
    dense = is_dense(batch, 0)
    base, _, _, _, _, attributes, _, first_timestamp, max_timestamp, _, _, _, count = _HEADER.unpack_from(batch)
    appended = bool(attributes & _LOG_APPEND_TIME)
    for index, (time, place, key, value, headers) in enumerate(_fields(batch, attributes & _CODEC_MASK, count)):
        if isinstance(value, Unread) and not dense:
            raise Unpackable(f"a record of the batch at {base}: {value.fault}")
        yield Salvaged(
            offset=base + (index if dense else place),
            timestamp=max_timestamp if appended else first_timestamp + time,
            timestamp_type=int(appended),
            key=key,
            value=value,
            headers=headers,
        )


_Fields: TypeAlias = tuple[int, int, bytes | None, bytes | None, UnpackedHeaders]


def _fields(batch: bytes, codec: int, count: int) -> Iterator[_Fields]:
    """Read each record's time and offset after the batch's first, its key, value and headers."""
    missing = Unread.because("its batch holds fewer records than it says")
    try:
        data = _unpack(codec, batch[_HEADER.size :])
    except Unpackable as fault:
        missing = Unread.because(str(fault), too_large=fault.too_large)
        data = fault.begun
    at = 0
    for _ in range(count):
        try:
            start, at = _place(data, at)
        except ValueError:  # where it ends is where the next would begin
            at = len(data)
            yield 0, 0, None, missing, []
            continue
        try:
            yield _record(data, start, at)
        except Unpackable as fault:
            yield 0, 0, None, Unread.because(str(fault), too_large=fault.too_large), []
        except ValueError as fault:
            yield 0, 0, None, Unread.because(f"its bytes form no record: {fault}"), []


def _place(data: bytes, at: int) -> tuple[int, int]:
    length, start = _varint(data, at)
    return start, _end(start, length, len(data))


def _record(data: bytes, at: int, end: int) -> _Fields:
    """Read a record between its length and its end. Its attributes are one byte that means nothing so far."""
    time, at = _varint(data, at + 1)
    place, at = _varint(data, at)  # which a client may have written wrongly
    key, at = _bytes(data, at, end)
    value, at = _bytes(data, at, end)
    count, at = _varint(data, at)
    if count > MOST_HEADERS:
        raise Unpackable(f"it has {count:,} headers, at most {MOST_HEADERS:,} are read", too_large=True)
    headers: UnpackedHeaders = []
    for _ in range(count):
        name, at = _bytes(data, at, end)
        header, at = _bytes(data, at, end)
        headers.append(((name or b"").decode("utf-8", NAMES), header))
    if at != end:
        raise ValueError("its length is not that of its fields")
    return time, place, key, value, headers


def _bytes(data: bytes, at: int, end: int) -> tuple[bytes | None, int]:
    length, at = _varint(data, at)
    if length < 0:
        return None, at
    after = _end(at, length, end)
    return data[at:after], after


def _end(start: int, length: int, limit: int) -> int:
    if length < 0 or start + length > limit:
        raise ValueError(f"{length} bytes are not there")
    return start + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Read a zigzag number."""
    number = 0
    for place, byte in enumerate(data[at : at + _VARINT_BYTES]):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return (number >> 1) ^ -(number & 1), at + place + 1
    raise ValueError("a number has no end")


def _unpack(codec: int, packed: bytes) -> bytes:
    return packed if codec == 0 else DECODERS[_CODECS[codec]](packed, UNPACKED_BYTES)


def _gzip(packed: Packed, limit: int) -> bytes:
    """Unpack all members of a gzip stream."""
    out, rest = bytearray(), bytes(packed)
    while rest:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            out += member.decompress(rest, limit + 1 - len(out))
        except zlib.error as fault:
            raise Unpackable(f"its batch is no gzip: {fault}", bytes(out)) from fault
        if len(out) > limit:
            raise _too_much(bytes(out), limit)
        if not member.eof:
            raise Unpackable("its batch is no gzip: it has no end", bytes(out))
        rest = member.unused_data
    return bytes(out)


def _snappy(packed: Packed, limit: int) -> bytes:
    whole, out = bytes(packed), bytearray()
    for block in _xerial_blocks(whole) if whole.startswith(_XERIAL) else (whole,):
        try:
            if len(out) + cramjam.snappy.decompress_raw_len(block) > limit:
                raise _too_much(bytes(out), limit)
            out += cramjam.snappy.decompress_raw(block)
        except cramjam.DecompressionError as fault:
            raise Unpackable(f"its batch is no snappy: {fault}", bytes(out)) from fault
    return bytes(out)


def _xerial_blocks(whole: bytes) -> Iterator[bytes]:
    at = _XERIAL_HEADER
    while at < len(whole):
        end = at + 4 + int.from_bytes(whole[at : at + 4], "big")
        yield whole[at + 4 : end]
        at = end


def _framed(name: str, into: Callable[[bytes, bytearray], int]) -> Callable[[Packed, int], bytes]:
    """Make the decoder of a format that does not state the unpacked size."""

    def decoded(packed: Packed, limit: int) -> bytes:
        whole = bytes(packed)
        size = min(len(whole) * _FIRST_TRY + (64 << 10), limit)
        while True:
            out = bytearray(size)
            try:
                return bytes(memoryview(out)[: into(whole, out)])
            except cramjam.DecompressionError as fault:
                if "whole buffer" not in str(fault):
                    raise Unpackable(f"its batch is no {name}: {fault}", bytes(out.rstrip(b"\0"))) from fault
                if size >= limit:
                    raise _too_much(bytes(out), limit) from fault
            size = limit

    return decoded


def _too_much(begun: bytes, limit: int) -> Unpackable:
    return Unpackable(
        f"its batch unpacks to more than the {limit >> 20} MiB that are read: send smaller batches",
        begun[:limit],
        too_large=True,
    )


_CODECS: Final[Mapping[int, str]] = {1: "gzip", 2: "snappy", 3: "lz4", 4: "zstd"}
DECODERS: Final[Mapping[str, Callable[[Packed, int], bytes]]] = {
    "gzip": _gzip,
    "snappy": _snappy,
    "lz4": _framed("lz4", cramjam.lz4.decompress_into),
    "zstd": _framed("zstd", cramjam.zstd.decompress_into),
}
"""By Kafka's name of the codec. Each takes a limit in bytes for what it gives, and raises nothing but Unpackable."""
