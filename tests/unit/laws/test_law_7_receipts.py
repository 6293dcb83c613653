"""Law 7: every accepted, refused or parked event has exactly one receipt."""

import pytest
from hypothesis import given

from schemas.facts.topics import publishers
from tests.unit.laws.arrivals import Arrival, arrivals, publish
from tests.unit.laws.pipeline import PLANS, Pipeline, Turn


@pytest.mark.slow
@given(arrivals(), PLANS)
def test_every_record_has_exactly_one_receipt_and_a_dead_letter_only_if_refused(
    arriving: list[Arrival], plan: list[Turn]
) -> None:
    pipeline = Pipeline()
    publish(pipeline.kafka, arriving)
    kafka = pipeline.work(plan).kafka
    for publisher in publishers():
        published = {(one.partition, one.offset): one for one in kafka.records(f"registrations.{publisher}")}
        receipts = kafka.values(f"receipts.{publisher}", "Receipt")
        assert sorted((one["partition"], one["offset"]) for one in receipts) == sorted(published)
        assert {one["topic"] for one in receipts} <= {f"registrations.{publisher}"}
        letters = {}
        for letter in kafka.records(f"registrations.{publisher}.dlq"):
            about = {name: (value or b"").decode() for name, value in letter.headers}
            place = int(about["sijill_origin_partition"]), int(about["sijill_origin_offset"])
            letters[place] = about["sijill_reason"]
            origin = published[place]
            assert (letter.key, letter.value) == (origin.key, origin.value)
            assert letter.headers[: len(origin.headers)] == origin.headers
        refused = {(one["partition"], one["offset"]): one["code"] for one in receipts if one["outcome"] == "REJECTED"}
        assert letters == refused


@pytest.mark.slow
@given(arrivals())
def test_receipts_stand_in_the_order_of_their_records(arriving: list[Arrival]) -> None:
    pipeline = Pipeline()
    publish(pipeline.kafka, arriving)
    kafka = pipeline.work().kafka
    for publisher in publishers():
        offsets = [(one["partition"], one["offset"]) for one in kafka.values(f"receipts.{publisher}", "Receipt")]
        assert offsets == sorted(offsets)
