"""Records of one partition on disk, in buckets by registration: each bucket fits into memory.

What was appended counts from the next checkpoint on. A reader that was killed goes on from the last checkpoint. What
lies behind it in the files is cut off.
"""

import json
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

CHECKPOINT_RECORDS: Final = 10_000  # at most
CHECKPOINT_BYTES: Final = 8 << 20  # that wait in memory
_HEAD: Final = struct.Struct("<HiQB")  # length of the key, of the value (-1: none), offset, number of the topic
_NO_VALUE: Final = -1


class BucketRecord(NamedTuple):
    """One record, as it stood in its topic."""

    key: bytes
    value: bytes | None
    offset: int
    topic: int
    """Its number among the topics of the partition."""


def bucket_of(registration: bytes, buckets: int) -> int:
    """Say which bucket the records of a registration, and of the company that is named for it, are in."""
    return crc32(registration) % buckets


@dataclass(slots=True)
class PartitionBuckets:
    """The buckets of one partition in a folder, for one writer. `offsets`: by topic, the next offset to append."""

    folder: Path
    partition: int
    buckets: int
    checkpoint_records: int = CHECKPOINT_RECORDS
    offsets: dict[str, int] = field(default_factory=dict)
    records: int = 0
    """Records appended, of all topics."""
    _sizes: list[int] = field(default_factory=list)
    _waiting: dict[int, bytearray] = field(default_factory=dict)
    _since: int = 0
    _bytes: int = 0

    def __post_init__(self) -> None:
        """Go on where the last checkpoint was."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._checkpoint.exists():
            known = json.loads(self._checkpoint.read_text(encoding="utf-8"))
            self.offsets, self.records, self._sizes = known["offsets"], known["records"], known["sizes"]
        self._sizes = self._sizes or [0] * self.buckets
        for number, size in enumerate(self._sizes):
            path = bucket_path(self.folder, self.partition, number)
            if path.exists() and path.stat().st_size > size:
                os.truncate(path, size)

    def append(self, bucket: int, record: BucketRecord) -> None:
        """Keep a record until the next checkpoint."""
        key, value, offset, topic = record
        waiting = self._waiting.get(bucket)
        if waiting is None:
            waiting = self._waiting[bucket] = bytearray()
        waiting += _HEAD.pack(len(key), _NO_VALUE if value is None else len(value), offset, topic)
        waiting += key
        if value is not None:
            waiting += value
            self._bytes += len(value)
        self.records += 1
        self._since += 1

    def reached(self, topic: str, offset: int) -> None:
        """Note the next offset of a topic; make a checkpoint if one is due."""
        self.offsets[topic] = offset
        if self._since >= self.checkpoint_records or self._bytes >= CHECKPOINT_BYTES:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Write what waits, then where to go on."""
        for number, waiting in self._waiting.items():
            with bucket_path(self.folder, self.partition, number).open("ab") as out:
                out.write(waiting)
            self._sizes[number] += len(waiting)
        self._waiting, self._since, self._bytes = {}, 0, 0
        write_whole(
            self._checkpoint,
            json.dumps({"offsets": self.offsets, "records": self.records, "sizes": self._sizes}).encode(),
        )

    @property
    def _checkpoint(self) -> Path:
        return checkpoint_path(self.folder, self.partition)


def checkpoint_path(folder: Path, partition: int) -> Path:
    """Name the file that says where to go on."""
    return folder / f"{partition}.json"


def bucket_path(folder: Path, partition: int, bucket: int) -> Path:
    """Name the file of a bucket of a partition."""
    return folder / f"{partition}-{bucket}.records"


def checkpoint_of(folder: Path, partition: int) -> Mapping[str, int]:
    """Read up to which offsets the topics of a partition were appended, and under `""` how many records there are."""
    path = checkpoint_path(folder, partition)
    if not path.exists():
        return {"": 0}
    known = json.loads(path.read_text(encoding="utf-8"))
    return {**known["offsets"], "": known["records"]}


def records_in(folder: Path, partition: int, bucket: int) -> Iterator[BucketRecord]:
    """Read a bucket of a partition, in the order of appending; nothing where there is none."""
    path = bucket_path(folder, partition, bucket)
    if not path.exists():
        return
    content, at, unpack, head = path.read_bytes(), 0, _HEAD.unpack_from, _HEAD.size
    while at < len(content):
        of_key, of_value, offset, topic = unpack(content, at)
        begin = at + head
        middle = begin + of_key
        at = middle if of_value < 0 else middle + of_value
        yield BucketRecord(content[begin:middle], None if of_value < 0 else content[middle:at], offset, topic)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, or not at all."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
