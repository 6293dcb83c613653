"""Opens the files of feeds: text in UTF-8, line by line or as a whole. It also defines one record of a file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from producers.feeds.feed import Odd
from producers.problems import FileFault, UnusableFile

ENCODING: Final = "utf-8-sig"  # UTF-8, with or without the mark that spreadsheets put before it
DEEPEST: Final = 32  # records inside records; real ones have three, and Python ends a program at some hundreds

_UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")
_WIDE: Final = re.compile(rb"\xff\xfe|\xfe\xff|.?\x00", re.DOTALL)  # the marks of UTF-16 and 32, or their zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One record of a file, or why it cannot be read; `last` is the last of its lines."""

    number: int
    record: Mapping[str, Any]
    fault: str | None = None
    last: int | None = None
    odd: tuple[Odd, ...] = ()


def lines_of(path: Path) -> Iterator[str]:
    """Read a text line by line, with its line ends; bytes that are no UTF-8 become surrogates.

    Raises UnusableFile.
    """
    try:
        with path.open("rb") as raw:
            check_encoding(path, raw.read(4))
        with path.open(encoding=ENCODING, errors="surrogateescape", newline="") as file:
            yield from file
    except OSError as fault:
        raise UnusableFile(str(path), FileFault.UNREADABLE, why=fault.strerror or str(fault)) from fault


def bytes_of(path: Path) -> bytes:
    """Read a file as a whole; raises UnusableFile."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UnusableFile(str(path), FileFault.UNREADABLE, why=fault.strerror or str(fault)) from fault


def check_encoding(path: Path, head: bytes) -> None:
    """Raise UnusableFile where the beginning of a file is no text in UTF-8."""
    if _WIDE.match(head):
        raise UnusableFile(str(path), FileFault.WIDE_ENCODING)


def fault_in_text(text: str) -> str | None:
    """Say why a text cannot be stated: it has half a character, or a zero. UTF-8 has neither in a text."""
    found = None if text.isascii() and "\0" not in text else _UNWRITABLE.search(text)
    if found is None:
        return None
    return "it has a character that is no text (U+0000)" if found[0] == "\0" else "it is not in UTF-8"
