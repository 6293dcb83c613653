"""Whether the cluster's log says that our broker is gone; its records are made here as Kafka 4.4 writes them."""

from pathlib import Path

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from runtime.embedded.broker_fencing import METADATA, is_fenced

BROKER_AND_EPOCH = bytes.fromhex("000000010000000000000015")
REGISTERED = bytes.fromhex("010003") + BROKER_AND_EPOCH
CONTROLLER_REGISTERED = bytes.fromhex("011b00") + BROKER_AND_EPOCH
UNFENCED = bytes.fromhex("011100") + BROKER_AND_EPOCH + bytes.fromhex("010001ff")
FENCED = bytes.fromhex("011100") + BROKER_AND_EPOCH + bytes.fromhex("01000101")
DIRECTORIES = bytes.fromhex("011103") + BROKER_AND_EPOCH + bytes.fromhex("01030101")
ANOTHER_RECORD = bytes.fromhex("010200") + b"topic"


def _log(data: Path, *values: bytes, start: int = 0) -> Path:
    """A segment with a batch per record, as a folder of the metadata topic holds it."""
    batches = bytearray()
    for value in values:
        builder = DefaultRecordBatchBuilder(
            magic=2, compression_type=0, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1,
            batch_size=1 << 16,
        )  # fmt: skip
        builder.append(offset=0, timestamp=0, key=None, value=value, headers=[])
        batches += builder.build()
    folder = data / METADATA
    folder.mkdir(exist_ok=True)
    segment = folder / f"{start:020}.log"
    segment.write_bytes(batches)
    return segment


def test_nothing_is_said_of_a_broker_that_never_was(tmp_path: Path) -> None:
    assert is_fenced(tmp_path) is None
    _log(tmp_path, ANOTHER_RECORD)
    (tmp_path / METADATA / "00000000000000000000-0000000000.checkpoint").touch()
    assert is_fenced(tmp_path) is None


def test_the_last_word_counts(tmp_path: Path) -> None:
    _log(tmp_path, REGISTERED)
    assert is_fenced(tmp_path) is True
    _log(tmp_path, REGISTERED, UNFENCED, DIRECTORIES, ANOTHER_RECORD)
    assert is_fenced(tmp_path) is False
    _log(tmp_path, FENCED, start=4)
    assert is_fenced(tmp_path) is True


def test_a_controller_that_registers_says_nothing_of_the_broker(tmp_path: Path) -> None:
    _log(tmp_path, REGISTERED, UNFENCED, CONTROLLER_REGISTERED)
    assert is_fenced(tmp_path) is False


def test_a_broker_that_only_a_snapshot_knows_ran_when_it_was_taken(tmp_path: Path) -> None:
    _log(tmp_path, ANOTHER_RECORD, start=90)
    (tmp_path / METADATA / "00000000000000000090-0000000003.checkpoint").touch()
    assert is_fenced(tmp_path) is False


def test_a_batch_that_was_cut_off_is_not_read(tmp_path: Path) -> None:
    segment = _log(tmp_path, REGISTERED, UNFENCED, FENCED)
    segment.write_bytes(segment.read_bytes()[:-5])
    assert is_fenced(tmp_path) is False
