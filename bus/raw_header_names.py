"""Batches with header names that are no UTF-8: a dead letter has exactly the received bytes.

aiokafka's compiled builder writes a name as UTF-8 or raises. Its builder in Python asks the name itself to encode.
`faust_pins.OVERRIDDEN` pins the source of both classes.
"""

from typing import Final

from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from bus.damaged_batches import NAMES
from bus.record import RecordHeaders

_FORMAT: Final = 2
_UNCOMPRESSED: Final = 0
_NOT_YET: Final = -1  # the producer's state, which is set when the batch is sent


class RawBatch(BatchBuilder):  # type: ignore[misc]  # aiokafka has no types for it
    """A batch of a transaction, built in Python."""

    def __init__(self, batch_size: int) -> None:
        super().__init__(batch_size, _UNCOMPRESSED, is_transactional=1)
        self._builder = _DefaultRecordBatchBuilderPy(
            _FORMAT, _UNCOMPRESSED, 1, _NOT_YET, _NOT_YET, _NOT_YET, batch_size
        )

    def _set_producer_state(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        self._builder.set_producer_state(producer_id, producer_epoch, base_sequence)


class _RawName(str):
    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = NAMES) -> bytes:
        return super().encode(encoding, NAMES)


def has_raw_names(headers: RecordHeaders) -> bool:
    """Tell whether a name holds bytes that are no UTF-8, as surrogates."""
    return any(
        not name.isascii() and name.encode("utf-8", "ignore") != name.encode("utf-8", NAMES) for name, _ in headers
    )


def raw_names(headers: RecordHeaders) -> list[tuple[str, bytes | None]]:
    """Give the headers with names that a `RawBatch` writes byte for byte."""
    return [(_RawName(name), value) for name, value in headers]
