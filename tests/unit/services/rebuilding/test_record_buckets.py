"""Records in buckets on disk: what was appended up to the last checkpoint is there again, once, and nothing else."""

from pathlib import Path

from services.rebuilding.record_buckets import BucketRecord, PartitionBuckets, bucket_of, bucket_path, records_in

BUCKETS = 3


def record(number: int, value: bytes | None = b"value") -> BucketRecord:
    return BucketRecord(b"KW.MOCI.%d" % number, value, number, 1)


def appended(folder: Path, *records: BucketRecord) -> PartitionBuckets:
    into = PartitionBuckets(folder, 0, BUCKETS, checkpoint_records=4)
    for one in records:
        into.append(bucket_of(one.key, BUCKETS), one)
        into.reached("events", one.offset + 1)
    return into


def all_in(folder: Path) -> list[BucketRecord]:
    return sorted(one for number in range(BUCKETS) for one in records_in(folder, 0, number))


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    records = [record(1), record(2, b""), record(3, None), record(4, bytes(100_000))]
    appended(tmp_path, *records).checkpoint()
    assert all_in(tmp_path) == records


def test_the_records_of_one_registration_stay_in_order_in_one_bucket(tmp_path: Path) -> None:
    versions = [BucketRecord(b"KW.MOCI.7", b"%d" % number, number, 0) for number in range(20)]
    appended(tmp_path, *versions).checkpoint()
    assert list(records_in(tmp_path, 0, bucket_of(b"KW.MOCI.7", BUCKETS))) == versions


def test_who_is_killed_goes_on_from_the_last_checkpoint(tmp_path: Path) -> None:
    appended(tmp_path, *map(record, range(10)))  # checkpoints after 4 and 8; 8 and 9 are lost
    with bucket_path(tmp_path, 0, 0).open("ab") as half_written:
        half_written.write(b"half a record")
    again = PartitionBuckets(tmp_path, 0, BUCKETS)
    assert (again.offsets, again.records) == ({"events": 8}, 8)
    assert all_in(tmp_path) == [record(number) for number in range(8)]
    for number in (8, 9):
        again.append(bucket_of(record(number).key, BUCKETS), record(number))
        again.reached("events", number + 1)
    again.checkpoint()
    assert all_in(tmp_path) == [record(number) for number in range(10)]


def test_what_was_written_before_the_first_checkpoint_is_cut_off(tmp_path: Path) -> None:
    bucket_path(tmp_path, 0, 1).write_bytes(b"half a record")
    PartitionBuckets(tmp_path, 0, BUCKETS)
    assert all_in(tmp_path) == []
