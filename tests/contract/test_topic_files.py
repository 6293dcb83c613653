"""The rules that every topic file holds to."""

import pytest
import yaml

from schemas.codec.catalogue import FOLDER, catalogue
from schemas.facts.topics import TopicContract, contracts

FILES = sorted((FOLDER / "topics").iterdir())
ROOMS = {
    "admit", "resolve", "suggest", "unify", "notify", "projection", "delivery", "portal", "services", "producers",
    "agencies", "the agency",
}  # fmt: skip
STANDING_ALONE = {version.record for version in catalogue() if version.id is not None}


def test_a_file_is_named_for_its_topic() -> None:
    topics = [yaml.safe_load(path.read_text(encoding="utf-8"))["topic"] for path in FILES]
    assert [f"{topic.replace('{', '').replace('}', '')}.yaml" for topic in topics] == [path.name for path in FILES]


def test_every_record_has_a_topic_and_every_topic_a_record_or_bytes_as_received() -> None:
    carried = {contract.record for contract in contracts().values()}
    assert carried - {None} == STANDING_ALONE
    assert [name for name, contract in contracts().items() if contract.record is None] == [
        "registrations.{publisher}.dlq"
    ]


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda contract: contract.name)
def test_a_topic_says_who_writes_it_and_who_reads_it(contract: TopicContract) -> None:
    assert contract.written_by
    assert contract.read_by
    assert {*contract.written_by, *contract.read_by} <= ROOMS
    assert contract.owner.strip()
    assert contract.description.strip()
    assert contract.key.strip()


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda contract: contract.name)
def test_a_state_topic_is_compacted_and_keeps_tombstones_long_enough_for_an_old_store(contract: TopicContract) -> None:
    if contract.compacted:
        assert int(contract.config["delete.retention.ms"]) >= 30 * 86_400_000
    else:
        assert contract.config["retention.bytes"] == "-1"


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda contract: contract.name)
def test_no_file_says_more_than_the_contract_reads(contract: TopicContract) -> None:
    name = contract.name.replace("{", "").replace("}", "")
    facts = yaml.safe_load((FOLDER / "topics" / f"{name}.yaml").read_text(encoding="utf-8"))
    said = {"description", "record", "key", "owner", "written_by", "read_by", "partitions", "keeps"}
    assert set(facts) - {"headers"} == {"topic", "max_message_bytes", *said}
