"""A file with the index of names, so that a restart need not read every name again.

The file only saves time. `suggest` confirms every known name after it opens the file, and a name that differs is
read anew. A file that is damaged, or was made by another version, is ignored.
"""

import json
import os
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Final

from matching.index import name_index, vocabulary
from matching.index.entries import Entries
from matching.index.name_index import NameIndex
from matching.index.packed_multimap import Multimap
from matching.index.vocabulary import HeldWords
from matching.names import name_parser, skeleton
from register.names import glossary, normalisation
from register.names.glossary import Glossary

VERSION: Final = 1  # of the layout
_READING: Final = (normalisation, glossary, name_parser, skeleton, name_index, vocabulary)


class IndexFile:
    """One file."""

    def __init__(self, path: Path, words: Glossary) -> None:
        self._path = path
        self._made_by = f"{VERSION} {sys.byteorder} {array('I').itemsize} {_fingerprint(words)}"

    def save(self, names: NameIndex) -> None:
        """Write the file anew. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f"{self._path.name}.new")
        with beside.open("wb") as file:
            _write(file, self._made_by, names)
        beside.replace(self._path)

    def load(self, names: NameIndex) -> bool:
        """Fill an empty index from the file; returns False when there is no usable file."""
        try:
            with self._path.open("rb") as file:
                words, entries = _read(file, self._made_by)
        except (OSError, ValueError, EOFError):
            return False
        names.words.restore(words, len(entries.rows))
        names.restore(entries)
        return True


def _fingerprint(words: Glossary) -> str:
    """Give a digest of the glossary and of the code that reads names: an index holds for one digest."""
    made = blake2b(digest_size=16)
    for module in _READING:
        made.update(Path(module.__file__ or "").read_bytes())
    made.update(repr(_listed(words)).encode())
    return made.hexdigest()


def _listed(value: object) -> object:
    """Sort sets, so that their text is equal in every process."""
    if is_dataclass(value):
        return [(one.name, _listed(getattr(value, one.name))) for one in fields(value)]
    if isinstance(value, Mapping):
        return sorted((str(key), str(_listed(one))) for key, one in value.items())
    return sorted(map(str, value)) if isinstance(value, Set) else value


def _write(file: IO[bytes], made_by: str, names: NameIndex) -> None:
    held, entries = names.words.held, names.entries
    small = {
        "made_by": made_by,
        "meanings": [[number, *meant] for number, meant in held.meanings.items()],
        "standings": [[jurisdiction, sorted(forms)] for jurisdiction, forms in entries.standings],
    }
    checked = 0
    for parts in _pieces(json.dumps(small), held, entries):
        size = sum([len(part) for part in parts]).to_bytes(8, "little")
        for part in (size, *parts):
            if part:
                file.write(part)
                checked = zlib.crc32(part, checked)
    file.write(checked.to_bytes(8, "little"))


def _pieces(small: str, held: HeldWords, entries: Entries) -> "Iterator[Sequence[bytes | array[int]]]":
    """Give the texts and the arrays in the parts that they have in memory, without a copy of an array."""
    yield [small.encode()]
    yield ["\n".join(held.texts).encode()]
    yield ["\n".join(entries.keys).encode()]
    yield from ([one] for one in (held.counts, entries.rows.pool, entries.rows.starts, entries.digests))
    for one in (held.keys, entries.pairs, entries.places):
        yield [array("I", (number for shard, part in one.parts() for number in (shard, len(part))))]
        yield [part for _, part in one.parts()]


def _read(file: IO[bytes], made_by: str) -> tuple[HeldWords, Entries]:
    read = iter(list(_parts(file)))  # all of it, before any of it is believed
    small: dict[str, Any] = json.loads(next(read).tobytes())
    if small["made_by"] != made_by:
        raise ValueError("the file was made by another version")
    texts, keys = (_lines(next(read)) for _ in range(2))
    counts, pool, starts, digests = (next(read) for _ in range(4))
    maps = [_multimap(next(read), next(read)) for _ in range(3)]
    meanings = {number: tuple(meant) for number, *meant in small["meanings"]}
    entries = Entries(keys=keys, digests=digests, pairs=maps[1], places=maps[2])
    entries.rows.restore(pool, starts)
    entries.standings = [(jurisdiction, frozenset(forms)) for jurisdiction, forms in small["standings"]]
    return HeldWords(texts, counts, meanings, maps[0]), entries


def _parts(file: IO[bytes]) -> "Iterator[array[int]]":
    """Give the arrays of a file. Raises ValueError or EOFError at the end if the file is not as it was written."""
    checked, whole = 0, os.fstat(file.fileno()).st_size
    for code in "BBBIIIQIQIQIQ":
        size = file.read(8)
        part = array(code)
        if int.from_bytes(size, "little") * part.itemsize > whole:
            raise ValueError("the file is damaged")
        part.fromfile(file, int.from_bytes(size, "little"))
        checked = zlib.crc32(memoryview(part).cast("B") if part else b"", zlib.crc32(size, checked))
        yield part
    if int.from_bytes(file.read(8), "little") != checked or file.read(1):
        raise ValueError("the file is damaged")


def _lines(part: "array[int]") -> list[str]:
    return part.tobytes().decode().split("\n") if part else []


def _multimap(sizes: "array[int]", together: "array[int]") -> Multimap:
    made = Multimap()
    begin = 0
    for shard, size in zip(sizes[::2], sizes[1::2], strict=True):
        made.restore(shard, together[begin : begin + size])
        begin += size
    return made
