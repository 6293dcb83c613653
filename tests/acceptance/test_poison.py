"""What cannot be taken is parked byte for byte and answered with its reason; what comes behind it is merged."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from register.properties import PROPERTIES
from tests.acceptance.instance import Instance
from tests.acceptance.laws import require_laws
from tests.acceptance.plain_kafka import FRAME, Kept, Sent, framed, send

SAUDI = "SA.MC.7010000016"
HEADERS = (("registry-batch", b"2025-10-01/7"), ("\u0645\u0644\u0641", b"\x00\xff\xfe"), ("registry-batch", b""))
LIMIT = 1_048_576  # bytes: max.message.bytes of registrations.sa
GOOD = range(7_010_000_101, 7_010_000_113)  # numbers of companies in every partition
COLUMNS = "authority,registration_number,legal_name_ar\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    """A record that cannot be taken, and the reason that must be given."""

    reason: str
    record: Sent


def _event(registration: str, **stated: Any) -> dict[str, Any]:
    return {
        "event_id": f"poison:{registration}",
        "registration_id": registration,
        "sequence": 1,
        "kind": "REGISTERED",
        "effective_date": date(2025, 10, 1),
        "recorded_at": datetime(2025, 10, 1, 8, tzinfo=UTC),
        "stated": dict.fromkeys(PROPERTIES) | stated,
    }


VALID: Final = framed("RegistrationEvent", _event(SAUDI, legal_name=[{"text": "شركة الواحة", "language": "ar"}]))
KUWAITI: Final = framed(
    "RegistrationEvent", _event("KW.MOCI.123456", legal_name=[{"text": "شركة السالمية", "language": "ar"}])
)
NONSENSE: Final = random.Random(7).randbytes(900_000)

POISON: Final[Mapping[str, Poison]] = {
    "garbage bytes": Poison(reason="unreadable", record=Sent(key=b"\xff\x00", value=b"\xde\xad\xbe\xef" * 9)),
    "a truncated Avro body": Poison(reason="unreadable", record=Sent(key=SAUDI.encode(), value=VALID[:-9])),
    "an unknown schema id": Poison(
        reason="unknown_schema", record=Sent(key=SAUDI.encode(), value=FRAME.pack(0, 999_999) + VALID[FRAME.size :])
    ),
    "an event of Kuwait": Poison(reason="wrong_topic", record=Sent(key=b"KW.MOCI.123456", value=KUWAITI)),
    "no name": Poison(
        reason="missing_name", record=Sent(key=SAUDI.encode(), value=framed("RegistrationEvent", _event(SAUDI)))
    ),
    "nonsense behind a valid frame": Poison(
        reason="unreadable", record=Sent(key=None, value=VALID[: FRAME.size] + NONSENSE, headers=())
    ),
    "a tombstone": Poison(reason="empty_record", record=Sent(key=SAUDI.encode(), value=None)),
    "the key of another": Poison(reason="key_mismatch", record=Sent(key=b"SA.MC.7010000099", value=VALID)),
}


def test_poison_is_parked_as_it_came_and_what_comes_behind_it_is_merged(instance: Instance) -> None:
    topic = f"{instance.settings.topic_prefix}registrations.sa"
    partitions = range(instance.settings.partitions)
    with instance.running():
        servers = instance.settings.bootstrap_servers
        records = [Sent(key=p.record.key, value=p.record.value, headers=HEADERS) for p in POISON.values()]
        poisoned = send(servers, topic, records, partitions)
        rows = "".join(f"SA.MC,{number},شركة رقم {number}\n" for number in GOOD)
        published = instance.sijill("publish", "csv", instance.write("good.csv", COLUMNS + rows), "--json").json()
        assert set(published["ends"][topic]) == {str(one) for one in partitions}
        instance.sijill("wait")

        status = instance.sijill("status", "--json").json()
        companies = {row["company_id"] for row in instance.rows("SELECT company_id FROM companies")}
        _require_shown(instance, poisoned[-1])
    assert companies == {f"GCC.SA.MC.{number}" for number in GOOD}
    assert (status["totals"]["accepted"], status["totals"]["rejected"]) == (len(GOOD), len(poisoned))
    assert status["totals"]["dead_letters"] == len(poisoned)
    assert {one["code"] for one in status["refusals"]} == {one.reason for one in POISON.values()}
    topics = require_laws(instance.settings)  # each as it came, and with one receipt of the same reason
    _require_reasons(poisoned, topics["registrations.sa.dlq"], topics["receipts.sa"])


def _require_reasons(poisoned: list[Kept], letters: Sequence[Kept], receipts: Sequence[Kept]) -> None:
    reasons = [one.reason for one in POISON.values() for _ in range(len(poisoned) // len(POISON))]
    parked = {
        (int(one.header("sijill_origin_partition")), int(one.header("sijill_origin_offset"))): one for one in letters
    }
    answered = {(one["partition"], one["offset"]): one for one in (receipt.datum() for receipt in receipts)}
    for poison, reason in zip(poisoned, reasons, strict=True):
        letter, receipt = parked[poison.place[1:]], answered[poison.place[1:]]
        assert (letter.header("sijill_reason"), receipt["outcome"], receipt["code"]) == (reason, "REJECTED", reason)
        assert (letter.value, letter.key) == (poison.value, poison.key)
        assert tuple(letter.headers[: len(HEADERS)]) == HEADERS
        assert letter.header("sijill_message") == receipt["message"] != ""


def _require_shown(instance: Instance, poison: Kept) -> None:
    """Find one dead letter by what an operator knows of it, and show it whole."""
    listed = instance.sijill("dlq", "list", "--publisher", "sa", "--code", "key_mismatch", "--letters", "--json").json()
    which = next(one for one in listed["dead_letters"] if one["partition"] == poison.partition)
    shown = instance.sijill("dlq", "show", "sa", str(which["partition"]), str(which["offset"]), "--json").json()
    assert bytes.fromhex(shown["value_hex"]) == poison.value
    assert shown["headers"]["sijill_origin_offset"] == str(poison.offset)


def test_a_value_over_the_limit_of_its_topic_is_refused_by_the_publisher_who_names_the_limit(
    instance: Instance,
) -> None:
    name = "شركة " + "ا" * LIMIT
    rows = [
        {"authority": "SA.MC", "registration_number": "7010000016", "legal_name_ar": name},
        {"authority": "SA.MC", "registration_number": "7010000024", "legal_name_ar": "شركة الواحة"},
    ]
    file = instance.write("large.jsonl", "".join(json.dumps(row) + "\n" for row in rows))

    said = instance.sijill("publish", "csv", file, code=1).out
    report = instance.sijill("publish", "csv", file, "--json", code=1).json()

    assert "takes at most 1,048,576 (max.message.bytes)" in " ".join(said.split())
    [refused] = report["not_sent"]
    assert (refused["row"], refused["code"]) == (1, "too_large")
    assert "takes at most 1,048,576 (max.message.bytes): state less in one event" in refused["message"]
    assert report["published"] == 1
