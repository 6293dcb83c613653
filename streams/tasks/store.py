"""A task's local state: RocksDB without a WAL, always a prefix of what was committed.

Each transaction's changes, and the offset after them in the state topic, are one write batch of one column family. A
flush writes whole memtables, oldest first. So after kill -9 the disk holds exactly the changes below the offset that it
names. The rest comes again from the topic.
"""

import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, cast

import structlog
from rocksdict import (
    BlockBasedOptions,
    Cache,
    DBCompressionType,
    Options,
    Rdict,
    WriteBatch,
    WriteOptions,
)

from streams.tasks.problems import StoreBroken, StoreBusy
from streams.tasks.transaction_work import RESERVED

VERSION: Final = 1  # of the layout; a store of another version is restored from its topic
MARKER: Final = RESERVED + b"marker"
BROKEN: Final = "BROKEN"  # a file of this name condemns the directory
WRITE_BUFFER: Final = 8 << 20  # bytes; two per store at most
BLOCK_CACHE: Final = 64 << 20  # bytes, shared by the stores of a process
OPEN_FILES: Final = 128  # per store
UNSORTED_FILES: Final = 1_000  # of a write buffer each: 8 GB of states in one store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The partition of a state topic that a store copies. The copy of another one is wiped."""

    cluster: str
    topic: str
    partition: int


class StoreMemory:
    """The memory that the stores of one process share."""

    def __init__(self, block_cache: int = BLOCK_CACHE) -> None:
        self.cache = Cache(block_cache)


class Store:
    """One open directory. Not for use by several threads at once."""

    def __init__(self, path: Path, *, identity: Identity, memory: StoreMemory) -> None:
        """Open or make the store. Raises StoreBusy, or StoreBroken if it can be neither opened nor made anew.

        One that cannot be read, or that is the copy of something else, is wiped: `wiped` says why.
        """
        self.path = path
        self.identity = identity
        self.position = 0  # the next offset of the state topic that is not in here yet
        self.written_at = 0.0  # Unix time of the last write
        self.wiped: str | None = None
        self._memory = memory
        self._options = WriteOptions()
        self._options.disable_wal = True  # type: ignore[method-assign, assignment]  # an attribute, whatever its stub says
        self._flushed_position = 0
        self._open()

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        try:
            return cast(list[bytes | None], self._db.get(list(keys)))
        except Exception as error:  # rocksdict raises bare Exceptions, here and below
            raise self._broken("read", error) from error

    def apply(self, changes: Mapping[bytes, bytes | None], position: int) -> None:
        """Write the changes and that the state topic is in here up to `position`, all or nothing."""
        batch = WriteBatch(raw_mode=True)
        for key, value in changes.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        now = time.time()
        batch.put(MARKER, self._marker(position, now))
        try:
            self._db.write(batch, self._options)
        except Exception as error:
            raise self._broken("written", error) from error
        self.position, self.written_at = position, now

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Leave sorting for later while many states are written at once: it would read and write each several times.

        It is sorted again afterwards, however the block ends: a rebalance may cancel a restore.
        """
        self._set({"disable_auto_compactions": "true"})
        try:
            yield
        finally:
            self._set({"disable_auto_compactions": "false"})

    def is_empty(self) -> bool:
        """Tell whether it holds no state. Its position does not tell: aborted records have offsets, too."""
        try:
            return all(key == MARKER for key, _ in self._walk())
        except Exception as error:
            raise self._broken("read", error) from error

    def states(self) -> Iterator[tuple[bytes, bytes]]:
        """Give every state with its key, in the order of the keys. Nothing may be written until it has ended."""
        try:
            for key, value in self._walk():
                if key != MARKER:
                    yield key, value
        except Exception as error:
            raise self._broken("read", error) from error

    def _walk(self) -> Iterator[tuple[bytes, bytes]]:
        """Give all entries. An iterator ends at an unreadable block as at the end, so check what comes behind it."""
        last = None
        for key, value in self._db.items():
            last = cast(bytes, key)
            yield last, value
        rest = self._db.iter()
        if last is None:
            rest.seek_to_first()
        else:
            rest.seek(last)
            if rest.valid():
                rest.next()
        rest.status()  # raises what the first iterator did not say
        if rest.valid():
            raise RuntimeError(f"it was read up to {last!r} and goes on behind")

    def unsorted_files(self) -> int:
        """Count the flushed memtables that are not merged yet: each makes a read slower."""
        return int(self._db.property_value("rocksdb.num-files-at-level0") or 0)

    def flush(self, *, wait: bool) -> None:
        """Write the memtables to the disk. Without `wait`, RocksDB's own thread does it."""
        if self.position == self._flushed_position:
            return
        try:
            self._db.flush(wait)
        except Exception as error:
            raise self._broken("flushed", error) from error
        self._flushed_position = self.position

    def close(self) -> None:
        self.flush(wait=True)
        self._db.close()

    def wipe(self, reason: str) -> None:
        """Empty the store."""
        self._db.close()
        self._remove(reason)
        self._open()

    def _set(self, options: dict[str, str]) -> None:
        try:
            self._db.set_options(options)
        except Exception as error:
            raise self._broken("set up", error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        fault = self._condemned()
        if fault is None:
            try:
                self._db = self._rocksdb()
            except StoreBusy:
                raise
            except Exception as error:  # noqa: BLE001
                fault = str(error)
            else:
                fault = self._fault()
                if fault is None:
                    return
                self._db.close()
        self._remove(fault)
        try:
            self._db = self._rocksdb()
        except StoreBusy:
            raise
        except Exception as error:
            raise StoreBroken(f"cannot make a store in {self.path}: {error}") from error

    def _condemned(self) -> str | None:
        broken = self.path / BROKEN
        return (broken.read_text() or "it was found broken") if broken.exists() else None

    def _rocksdb(self) -> Rdict:
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            return Rdict(str(self.path), _rocksdb_options(self._memory))
        except Exception as error:
            if _is_held(error):
                raise StoreBusy(f"{self.path} is held by another process: {error}") from error
            raise

    def _fault(self) -> str | None:
        """Read the marker; returns what is wrong with the store, or None."""
        try:
            raw = self._db.get(MARKER)
            if raw is None:
                return None if next(self._walk(), None) is None else "it has states but no marker"
            marker = json.loads(raw)
            if marker["version"] != VERSION:
                return f"its layout is version {marker['version']}, not {VERSION}"
            held = Identity(cluster=marker["cluster"], topic=marker["topic"], partition=marker["partition"])
            if held != self.identity:
                return f"it is the copy of {held}"
            self.position, self.written_at = int(marker["position"]), float(marker["written_at"])
        except Exception as error:  # noqa: BLE001
            return f"its marker cannot be read: {error}"
        self._flushed_position = self.position
        return None

    def _marker(self, position: int, now: float) -> bytes:
        return json.dumps(
            {
                "version": VERSION,
                "cluster": self.identity.cluster,
                "topic": self.identity.topic,
                "partition": self.identity.partition,
                "position": position,
                "written_at": now,
            }
        ).encode()

    def _remove(self, reason: str) -> None:
        log.warning("state_wiped", path=str(self.path), reason=reason)
        self.wiped = reason
        self.position = self._flushed_position = 0
        self.written_at = 0.0
        shutil.rmtree(self.path, ignore_errors=True)

    def _broken(self, what: str, error: Exception) -> StoreBroken:
        """Condemn the directory: the next process that opens it starts from the topic."""
        try:
            (self.path / BROKEN).write_text(f"it could not be {what}: {error}")
        except OSError as unwritable:  # a full or dead disk: then opening it will fail as well
            log.error("state_not_condemned", path=str(self.path), error=str(unwritable))
        return StoreBroken(f"the state in {self.path} could not be {what}: {error}")


def discard(path: Path, reason: str) -> bool:
    """Remove a store that no process holds; returns whether it is gone."""
    try:
        Rdict(str(path), _rocksdb_options(StoreMemory(0))).close()
    except Exception as error:  # noqa: BLE001  rocksdict raises bare Exceptions
        if _is_held(error):
            return False
    log.info("state_discarded", path=str(path), reason=reason)
    shutil.rmtree(path, ignore_errors=True)
    return not path.exists()


def _is_held(error: Exception) -> bool:
    return "lock" in str(error).lower() and "/LOCK" in str(error)


def _rocksdb_options(memory: StoreMemory) -> Options:
    table = BlockBasedOptions()
    table.set_block_cache(memory.cache)
    table.set_bloom_filter(10, block_based=False)  # bits a key: 1 in 100 absent keys costs a read
    table.set_cache_index_and_filter_blocks(True)  # so that the cache's size is the limit of it all
    table.set_pin_l0_filter_and_index_blocks_in_cache(True)
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_block_based_table_factory(table)
    options.set_compression_type(DBCompressionType.lz4())
    options.set_write_buffer_size(WRITE_BUFFER)
    options.set_max_write_buffer_number(2)
    options.set_level_zero_slowdown_writes_trigger(UNSORTED_FILES)  # a whole restore may wait to be sorted
    options.set_level_zero_stop_writes_trigger(2 * UNSORTED_FILES)
    options.set_max_open_files(OPEN_FILES)
    options.set_keep_log_file_num(2)
    options.set_stats_dump_period_sec(0)
    options.set_stats_persist_period_sec(0)
    return options
