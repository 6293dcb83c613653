"""Batches as any client may write them: every byte of them can be chosen."""

import gzip
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import cramjam
from aiokafka.record.util import calc_crc32c

_HEAD: Final = struct.Struct(">qiibI")
_REST: Final = struct.Struct(">hiqqqhii")
_AFTER_LENGTH: Final = 12


def _lz4(data: bytes) -> bytes:
    packer = cramjam.lz4.Compressor(content_checksum=False, block_linked=False)  # as Kafka has it
    packer.compress(data)
    return bytes(packer.finish())


CODECS: Final[Mapping[str, int]] = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
PACKERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "none": bytes,
    "gzip": gzip.compress,
    "snappy": lambda data: bytes(cramjam.snappy.compress_raw(data)),
    "lz4": _lz4,
    "zstd": lambda data: bytes(cramjam.zstd.compress(data)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A record; the names of its headers are bytes."""

    key: bytes | None = b"k"
    value: bytes | None = b"v"
    headers: tuple[tuple[bytes, bytes | None], ...] = ()
    attributes: int = 0
    offset_delta: int | None = None
    """Its place in the batch, where it is not the right one."""


def varint(number: int) -> bytes:
    """Write a zigzag number."""
    rest = (number << 1) ^ (number >> 63)
    out = bytearray()
    while rest > 0x7F:
        out.append(0x80 | rest & 0x7F)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def _bytes(value: bytes | None) -> bytes:
    return varint(-1) if value is None else varint(len(value)) + value


def record(place: int, one: Raw) -> bytes:
    """Write a record with its length."""
    delta = place if one.offset_delta is None else one.offset_delta
    headers = b"".join(_bytes(name) + _bytes(value) for name, value in one.headers)
    body = bytes((one.attributes,)) + varint(0) + varint(delta) + _bytes(one.key) + _bytes(one.value)
    body += varint(len(one.headers)) + headers
    return varint(len(body)) + body


def batch(
    records: Iterable[Raw],
    codec: str = "none",
    *,
    base: int = 0,
    timestamp: int = 1_700_000_000_000,
    packed: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Write a batch; `packed` compresses in another way than the codec's own."""
    parts = [record(place, one) for place, one in enumerate(records)]
    body = (packed or PACKERS[codec])(b"".join(parts))
    rest = _REST.pack(CODECS[codec], len(parts) - 1, timestamp, timestamp, -1, -1, -1, len(parts)) + body
    length = _HEAD.size - _AFTER_LENGTH + len(rest)
    return _HEAD.pack(base, length, -1, 2, calc_crc32c(rest)) + rest
