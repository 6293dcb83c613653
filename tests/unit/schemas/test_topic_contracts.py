"""The names of topics, and what the broker is told about each."""

import re
import subprocess
import sys

import pytest

from schemas.facts.authorities import FOLDER
from schemas.facts.topics import NOTICES, Topics, contracts, publisher_of, publishers


def test_every_name_begins_with_the_prefix() -> None:
    topics = Topics("mine.")
    named = [topics.registrations("sa"), topics.receipts("sa"), topics.dead_letters("sa"), topics.notices("zatca")]
    assert named == ["mine.registrations.sa", "mine.receipts.sa", "mine.registrations.sa.dlq", "mine.notices.zatca"]
    assert all(name.startswith("mine.") for name in topics.standing())


def test_the_properties_name_topics_that_have_a_contract() -> None:
    topics = Topics()
    of_the_register = {
        topics.registrations_state,
        topics.registrations_repairs,
        topics.links,
        topics.judgements,
        topics.assignments,
        topics.resolution,
        topics.resolution_repairs,
        topics.cases,
        topics.names,
        topics.suggestions,
        topics.statements,
        topics.companies,
        topics.companies_repairs,
        topics.changes,
        topics.subscriptions,
        topics.matches,
        topics.cursors,
        topics.offsets,
        topics.audit,
        topics.letters,
    }
    assert of_the_register == {name for name in topics.standing() if name.startswith("register.")}
    assert len(topics.standing()) == 3 * len(publishers()) + len(of_the_register)


def test_the_publishers_are_those_of_the_files_of_authorities() -> None:
    files = "".join(file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.yaml")))
    assert list(publishers()) == list(dict.fromkeys(re.findall(r"^    publisher: ([a-z]+)$", files, re.MULTILINE)))
    assert len(publishers()) == 7


def test_whoever_only_imports_the_names_of_topics_reads_no_authorities() -> None:
    loads = "import sys, schemas.facts.topics; print('schemas.facts.authorities' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_a_topic_names_its_publisher_whatever_its_prefix() -> None:
    for prefix in ("", "mine.", "t1_", "registrations.sa."):
        topics = Topics(prefix)
        for publisher in publishers():
            own = (topics.registrations(publisher), topics.receipts(publisher), topics.dead_letters(publisher))
            assert {publisher_of(topic) for topic in own} == {publisher}


@pytest.mark.parametrize(
    "topic", ["register.registrations", "registrations.fr", "registrations.sa.dlq.dlq", "preregistrations.sa", "sa", ""]
)
def test_another_topic_has_no_publisher(topic: str) -> None:
    with pytest.raises(ValueError, match="is no topic of a publisher"):
        publisher_of(topic)


def test_an_unknown_publisher_has_no_topic() -> None:
    with pytest.raises(KeyError, match="'fr' is no publisher"):
        Topics().registrations("fr")


def test_a_name_that_is_no_agency_id_makes_no_topic() -> None:
    with pytest.raises(ValueError, match="no agency id"):
        Topics().notices("ZATCA/1")


def test_what_registries_stated_is_kept_for_ever() -> None:
    config = contracts()["registrations.{publisher}"].config
    assert (config["cleanup.policy"], config["retention.ms"], config["retention.bytes"]) == ("delete", "-1", "-1")


def test_receipts_are_kept_for_ever_for_they_say_when_the_register_learned_of_an_event() -> None:
    config = contracts()["receipts.{publisher}"].config
    assert (config["cleanup.policy"], config["retention.ms"], config["retention.bytes"]) == ("delete", "-1", "-1")


def test_an_agency_has_its_notices_in_one_partition_and_for_a_year() -> None:
    notices = contracts()[NOTICES]
    assert (notices.partitions, notices.keeps) == (1, "365 days")


def test_a_dead_letter_topic_holds_the_largest_record_with_headers() -> None:
    received = contracts()["registrations.{publisher}"].max_message_bytes
    assert contracts()["registrations.{publisher}.dlq"].max_message_bytes >= received + 64 * 1024
