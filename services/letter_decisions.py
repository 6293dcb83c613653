"""What was decided on dead letters: the state that says which of them are open."""

from collections.abc import Mapping
from typing import Final

from bus.newest_values import newest_values
from bus.topic_inspection import topic_reader
from bus.transactional_write import RecordToWrite
from register.letters import DecidedLetter
from runtime.settings import Settings
from schemas.codec.letter_records import decided_letter_datum, decided_letter_from
from schemas.codec.reader import read
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from services.error_mapping import named

DECIDING: Final = "letters"
"""What the transactional id of everybody who decides on letters ends with: only one can decide at a time."""


async def decided_letters(settings: Settings) -> Mapping[str, DecidedLetter]:
    """Read all decisions, by the text of the letter's id; none where the topic is not there yet."""
    topic = Topics(settings.topic_prefix).letters
    with named(settings):
        async with topic_reader(settings) as topics:
            ends = await topics.ends([topic]) if topic in await topics.topics() else {}
        values = await newest_values(settings.bootstrap_servers, ends)
    return {key.decode(): decided_letter_from(read(value, "DecidedLetter")) for key, value in values.items()}


def decision(settings: Settings, decided: DecidedLetter) -> RecordToWrite:
    """Make the record of a decision."""
    value = encode("DecidedLetter", decided_letter_datum(decided))
    return RecordToWrite(topic=Topics(settings.topic_prefix).letters, key=str(decided.letter).encode(), value=value)
