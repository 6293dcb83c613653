"""Every record of every batch that a broker takes is given exactly once, at its offset, whatever its bytes are."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import cramjam
import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record.util import calc_crc32c
from hypothesis import given
from hypothesis import strategies as st

from bus import consumer
from bus.damaged_batches import DECODERS, QUICK_BYTES, UNPACKED_BYTES, Unpackable, Unread
from tests.raw_batches import CODECS, PACKERS, Raw, batch

CP1256 = "المصدر".encode("cp1256")
PACKED = [codec for codec in CODECS if codec != "none"]


def read(fetched: bytes, start: int = 0) -> list[Any]:
    """Read what was fetched of a partition as aiokafka's consumers do."""
    assert fetcher.MemoryRecords is consumer._FetchedBatches
    batches = fetcher.MemoryRecords(fetched)
    tp = TopicPartition("t", 0)
    return list(fetcher.PartitionRecords(tp, batches, [], start, None, None, True, fetcher.READ_COMMITTED))


def fields(records: Sequence[Any]) -> list[tuple[Any, ...]]:
    return [(one.offset, one.key, one.value, one.headers) for one in records]


def in_blocks(data: bytes) -> bytes:
    """Pack with snappy as Java does."""
    parts = [bytes(cramjam.snappy.compress_raw(data[at : at + 65_536])) for at in range(0, len(data), 65_536)]
    head = b"\x82SNAPPY\x00" + (1).to_bytes(4, "big") * 2
    return head + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@pytest.mark.parametrize("codec", CODECS)
def test_every_codec_is_read(codec: str) -> None:
    records = [Raw(key=b"%d" % n, value=b"v" * n, headers=((b"h", None),)) for n in range(100)]
    expected = [(7 + n, b"%d" % n, b"v" * n, (("h", None),)) for n in range(100)]
    assert fields(read(batch(records, codec, base=7), 7)) == expected


def test_snappy_in_the_blocks_of_java_is_read() -> None:
    assert [one.value for one in read(batch([Raw(value=b"v" * 100_000)], "snappy", packed=in_blocks))] == [
        b"v" * 100_000
    ]


@pytest.mark.parametrize("codec", CODECS)
def test_a_header_name_that_is_no_utf8_is_kept_byte_for_byte(codec: str) -> None:
    records = [Raw(), Raw(value=b"odd", headers=((CP1256, b"7"), (b"null", None))), Raw(value=b"behind")]
    before, odd, behind = read(batch(records, codec) + batch([Raw()], base=3))[:3]
    assert [one.value for one in (before, odd, behind)] == [b"v", b"odd", b"behind"]
    assert [(name.encode("utf-8", "surrogateescape"), value) for name, value in odd.headers] == [
        (CP1256, b"7"),
        (b"null", None),
    ]


@pytest.mark.parametrize("delta", [-1, -(2**31), 5, 1_000_000, 2**31 - 1])
def test_an_offset_that_a_client_made_up_moves_no_position(delta: int) -> None:
    records = [Raw(value=b"0"), Raw(value=b"1", offset_delta=delta), Raw(value=b"2")]
    found = read(batch(records, base=40) + batch([Raw(value=b"3")], base=43), 40)
    assert [(one.offset, one.value) for one in found] == [(40, b"0"), (41, b"1"), (42, b"2"), (43, b"3")]


@pytest.mark.parametrize("attributes", [0x80, 0xFF])
def test_attributes_that_aiokafka_reads_on_behind_move_no_position(attributes: int) -> None:
    found = read(batch([Raw(), Raw(attributes=attributes), Raw()]) + batch([Raw()], base=3))
    assert [one.offset for one in found] == [0, 1, 2, 3]
    assert [found[n].value for n in (0, 2, 3)] == [b"v"] * 3


@pytest.mark.parametrize("attributes", [1, 0x7F])
def test_attributes_of_a_record_mean_nothing(attributes: int) -> None:
    assert fields(read(batch([Raw(attributes=attributes), Raw()]))) == [(0, b"k", b"v", ()), (1, b"k", b"v", ())]


def test_reading_may_begin_within_a_batch_that_is_salvaged() -> None:
    records = [Raw(value=b"%d" % n, headers=((b"\xff", b""),)) for n in range(5)]
    assert [one.offset for one in read(batch(records), 3)] == [3, 4]


@pytest.mark.slow
@pytest.mark.parametrize("codec", PACKED)
def test_a_batch_that_unpacks_to_gigabytes_is_read_as_far_as_its_limit(codec: str) -> None:
    large = b"x" * (UNPACKED_BYTES - 1_000)
    packed = in_blocks if codec == "snappy" else PACKERS[codec]
    first, second, third = read(batch([Raw(value=b"small"), Raw(value=large), Raw(value=large)], codec, packed=packed))
    assert (first.value, second.value) == (b"small", large)
    assert (third.offset, third.key, third.headers) == (2, None, ())
    assert isinstance(third.value, Unread)
    assert third.value.too_large
    assert "send smaller batches" in third.value.fault


@pytest.mark.parametrize("codec", PACKED)
def test_a_batch_larger_than_aiokafka_may_unpack_is_read_whole(codec: str) -> None:
    records = [Raw(value=b"%d" % n * QUICK_BYTES, headers=((b"h", b"1"),)) for n in range(3)]
    assert [one.value for one in read(batch(records, codec))] == [one.value for one in records]


@pytest.mark.parametrize("codec", PACKED)
def test_a_batch_that_compaction_has_thinned_out_is_read_whole(codec: str) -> None:
    large = [Raw(value=b"a" * QUICK_BYTES, offset_delta=2), Raw(value=b"b", offset_delta=7)]
    thinned = bytearray(batch(large, codec, base=10))
    thinned[23:27] = (8).to_bytes(4, "big")  # the offset of its last record, which is gone, less that of its first
    thinned[17:21] = calc_crc32c(bytes(thinned[21:])).to_bytes(4, "big")
    found = read(bytes(thinned) + batch([Raw()], base=19), 10)
    assert [(one.offset, one.value[:1]) for one in found] == [(12, b"a"), (17, b"b"), (19, b"v")]


@pytest.mark.slow
def test_a_record_with_millions_of_headers_takes_no_memory() -> None:
    many = ((b"", None),) * 1_500_000
    found = read(batch([Raw(), Raw(headers=many), Raw()], "zstd"))
    assert [one.value for one in found] == [b"v", b"", b"v"]
    assert found[1].headers == ()
    assert found[1].value.too_large
    assert "1,500,000 headers" in found[1].value.fault


@pytest.mark.slow
@pytest.mark.parametrize("codec", PACKED)
def test_no_decoder_gives_more_than_the_limit(codec: str) -> None:
    with pytest.raises(Unpackable) as raised:
        DECODERS[codec](PACKERS[codec](bytes(UNPACKED_BYTES + 1)), UNPACKED_BYTES)
    assert raised.value.too_large
    assert len(raised.value.begun) <= UNPACKED_BYTES


@pytest.mark.parametrize("codec", PACKED)
def test_a_batch_whose_compression_is_broken_gives_each_of_its_records(codec: str) -> None:
    found = read(
        batch([Raw(), Raw(), Raw()], codec, packed=lambda data: PACKERS[codec](data)[:-4]) + batch([Raw()], base=3)
    )
    assert [one.offset for one in found] == [0, 1, 2, 3]
    assert all(one.value == b"v" or isinstance(one.value, Unread) for one in found)
    assert found[3].value == b"v"


@pytest.mark.parametrize("cut", [1, 2, 5])
def test_records_that_are_not_there_are_given_as_unread(cut: int) -> None:
    found = read(batch([Raw(), Raw(), Raw()], packed=lambda data: data[:-cut]) + batch([Raw()], base=3))
    assert [(one.offset, type(one.value)) for one in found] == [(0, bytes), (1, bytes), (2, Unread), (3, bytes)]


@given(st.binary(max_size=300), st.sampled_from(PACKED))
def test_a_decoder_raises_nothing_but_its_own_fault(data: bytes, codec: str) -> None:
    for packed in (data, PACKERS[codec](data)[: len(data) // 2], PACKERS[codec](data)[:-1] + data[:3]):
        with suppress(Unpackable):
            assert len(DECODERS[codec](packed, 1_000)) <= 1_000


@given(st.binary(max_size=200), st.sampled_from(sorted(CODECS)), st.integers(1, 5))
def test_whatever_stands_in_a_batch_each_offset_is_given_once(body: bytes, codec: str, count: int) -> None:
    records = [Raw()] * count
    found = read(batch(records, codec, packed=lambda data: body) + batch([Raw()], base=count))
    assert [one.offset for one in found] == list(range(count + 1))
    assert found[-1].value == b"v"


@given(
    st.lists(
        st.builds(
            Raw,
            key=st.none() | st.binary(max_size=9),
            value=st.none() | st.binary(max_size=50),
            headers=st.lists(st.tuples(st.binary(max_size=5), st.none() | st.binary(max_size=5)), max_size=3).map(
                tuple
            ),
            offset_delta=st.none() | st.integers(-(2**31), 2**31 - 1),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(sorted(CODECS)),
)
def test_any_records_are_read_as_they_were_written(records: list[Raw], codec: str) -> None:
    found = read(batch(records, codec))
    assert [
        (one.offset, one.key, one.value, tuple((n.encode("utf-8", "surrogateescape"), v) for n, v in one.headers))
        for one in found
    ] == [(place, one.key, one.value, one.headers) for place, one in enumerate(records)]
