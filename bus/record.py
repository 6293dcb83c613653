"""The fields of a consumed record, whichever client has read it."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

RecordHeaders: TypeAlias = Sequence[tuple[str, bytes | None]]


class ConsumedRecord(Protocol):
    """A record; aiokafka's ConsumerRecord is one."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int:
        """Milliseconds since 1970."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> RecordHeaders: ...
